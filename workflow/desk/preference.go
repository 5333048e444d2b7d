package desk

// AfterDone is where an agent goes from a ticket that was answered or resolved.
type AfterDone string

// The places to go to.
const (
	StayThere AfterDone = "stay"
	GoToNext  AfterDone = "next" // of the list that the ticket was opened from
	GoToList  AfterDone = "list"
)

// AfterDones are all of them, the usual one first.
func AfterDones() []AfterDone { return []AfterDone{StayThere, GoToNext, GoToList} }

// preferAfterDone is how the choice is called where it is kept.
const preferAfterDone = "after_done"

// Preferences are what one person likes, in whatever team. Those who never chose have the usual ones.
type Preferences struct {
	AfterDone AfterDone
}

// UsualPreferences are those of whoever has not chosen.
func UsualPreferences() Preferences { return Preferences{AfterDone: StayThere} }

// With returns p with one choice made, as forms and tables write it.
func (p Preferences) With(name, value string) (Preferences, error) {
	if name != preferAfterDone {
		return p, Errorf(Invalid, "There is no preference called %q.", name)
	}
	switch to := AfterDone(value); to {
	case StayThere, GoToNext, GoToList:
		p.AfterDone = to
		return p, nil
	}
	return p, FieldErrorf(name, "After a ticket is done you can stay, go to the next one or go to the list. Choose one of them.")
}

// Choices are the names and values that With takes.
func (p Preferences) Choices() map[string]string {
	return map[string]string{preferAfterDone: string(p.AfterDone)}
}
