package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestPreferencesArePersonalAndTheLastChoiceCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		other, err := s.AddUser(t.Context(), store.NewUser{TeamID: made.TeamID, Email: "bob@example.com", Name: "Bob"})
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []desk.AfterDone{desk.GoToNext, desk.GoToList} {
			if err := s.SavePreferences(t.Context(), made.UserID, desk.Preferences{AfterDone: to}); err != nil {
				t.Fatal(err)
			}
			likes(t, s, made.UserID, to)
		}
		likes(t, s, other, desk.StayThere)
	})
}

func likes(t *testing.T, s *store.Store, user int64, want desk.AfterDone) {
	t.Helper()
	p, err := s.Preferences(t.Context(), user)
	if err != nil || p.AfterDone != want {
		t.Errorf("user %d likes %q (%v), want %q", user, p.AfterDone, err, want)
	}
}
