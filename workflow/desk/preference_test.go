package desk

import "testing"

func TestPreferencesAreKeptAsTheyWereChosen(t *testing.T) {
	for _, to := range AfterDones() {
		p := UsualPreferences()
		for name, value := range (Preferences{AfterDone: to}).Choices() {
			var err error
			if p, err = p.With(name, value); err != nil {
				t.Fatalf("%s = %s: %v", name, value, err)
			}
		}
		if p.AfterDone != to {
			t.Errorf("chose %q and got %q", to, p.AfterDone)
		}
	}
}

func TestAPreferenceThatIsNoneIsRefused(t *testing.T) {
	for name, value := range map[string]string{"after_done": "home", "colour": "red"} {
		if p, err := UsualPreferences().With(name, value); !IsKind(err, Invalid) || p != UsualPreferences() {
			t.Errorf("%s = %s: got %+v and %v, want it refused", name, value, p, err)
		}
	}
}
