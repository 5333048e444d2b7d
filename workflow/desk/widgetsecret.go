package desk

import "strings"

// SecretAct is something that an admin does to the secrets that sign who a visitor is.
type SecretAct string

// The acts.
const (
	RotateSecret  SecretAct = "rotate"       // a new one; the one before stays valid, so that sites can change over
	EndPrevious   SecretAct = "end-previous" // only the current one is valid
	RemoveSecrets SecretAct = "remove"       // nobody can be signed in
)

const markOfSecret = 6 // characters; too few to help anybody guess the rest

// WidgetSecrets are the keys of the signatures that say who a visitor is, both valid (spec/4). "" is none.
type WidgetSecrets struct{ Current, Previous string }

// Mark is the end of the current secret, by which people tell it from another.
func (s WidgetSecrets) Mark() string {
	return s.Current[max(0, len(s.Current)-markOfSecret):]
}

// Seen refuses to go on when the current secret is not the one that a person looked at, by its mark.
func (s WidgetSecrets) Seen(mark string) error {
	if mark != s.Mark() {
		return Errorf(Conflict, "Somebody changed the secrets meanwhile. Look at them as they are now, then decide again.")
	}
	return nil
}

// After returns the secrets after an act; fresh is the new secret, should one be needed.
func (s WidgetSecrets) After(act SecretAct, fresh string) (WidgetSecrets, error) {
	switch act {
	case RotateSecret:
		return WidgetSecrets{Current: fresh, Previous: s.Current}, nil
	case EndPrevious:
		if s.Previous == "" {
			return s, Errorf(Conflict, "There is no previous secret. Reload the page to see the secrets as they are.")
		}
		return WidgetSecrets{Current: s.Current}, nil
	case RemoveSecrets:
		return WidgetSecrets{}, nil
	}
	return s, Errorf(Invalid, "%q is nothing that can be done to a secret. Choose rotate, end-previous or remove.", Cut(strings.TrimSpace(string(act)), maxWidgetLine))
}
