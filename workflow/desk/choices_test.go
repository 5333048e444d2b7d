package desk

import (
	"errors"
	"maps"
	"testing"
)

func TestOnlyWhatAPersonTouchedIsChanged(t *testing.T) {
	now := map[string]string{"color": "#red", "title": "Theirs", "greeting": "Hi", "sound": "on"}
	seen := map[string]string{"color": "#old", "title": "Old", "greeting": "Hi", "sound": "off"}
	typed := map[string]string{"color": "#old", "greeting": "Hello", "sound": "on", "theme": "dark"}
	got, err := Touched(now, seen, typed)
	if want := map[string]string{"greeting": "Hello", "theme": "dark"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("touched are %v, %v, want %v", got, err, want)
	}
}

func TestWhatTwoChangedAtOnceIsRefusedByName(t *testing.T) {
	for _, now := range []string{"Theirs", ""} {
		_, err := Touched(map[string]string{"title": now}, map[string]string{"title": "Old"}, map[string]string{"title": "Mine"})
		refusal, ok := errors.AsType[*Error](err)
		if !ok || !IsKind(err, Conflict) || refusal.Field != "title" {
			t.Errorf("with %q there now: got %v, want a conflict about the title", now, err)
		}
	}
}

func TestAnEmptyFieldThatWasNeverTouchedStaysAsSomebodyFilledIt(t *testing.T) {
	now, typed := map[string]string{"title": "Theirs"}, map[string]string{"title": ""}
	if got, err := Touched(now, map[string]string{}, typed); err != nil || len(got) != 0 {
		t.Errorf("touched are %v, %v, want none", got, err)
	}
	if got, err := Touched(now, nil, typed); err != nil || !maps.Equal(got, typed) {
		t.Errorf("without anything seen touched are %v, %v, want all", got, err)
	}
}
