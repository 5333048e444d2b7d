package desk

import "errors"

// Touched are the choices of typed that a person made anew: those that are not as the person saw them. What was
// never touched stays as it is now, whoever changed it since; what somebody else changed too is refused as a
// Conflict that names it, so that nobody undoes the work of another unknowingly.
// A choice that seen lacks was seen empty; without any seen all of typed counts.
func Touched(now, seen, typed map[string]string) (map[string]string, error) {
	touched := map[string]string{}
	for name, value := range sorted(typed) {
		before := seen[name]
		if value == now[name] || seen != nil && value == before {
			continue
		}
		if seen != nil && now[name] != before {
			return nil, changedMeanwhile(name, now[name])
		}
		touched[name] = value
	}
	return touched, nil
}

func changedMeanwhile(name, to string) error {
	words := "took this away"
	if to != "" {
		words = "changed this to “" + Cut(to, maxWidgetLine) + "”"
	}
	err := Errorf(Conflict, "Somebody %s while you were here. Save again to have it as you typed it.", words)
	if refusal, ok := errors.AsType[*Error](err); ok {
		refusal.Field = name
	}
	return err
}
