package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
)

func TestADirectoryThatWasReadShowsWhatAnotherProcessChanged(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		here, there := storetest.Open(t, c), storetest.Open(t, c)
		made, err := here.Setup(t.Context(), store.NewDesk{Team: "Team", AdminEmail: "ann@desk.test", AdminName: "Ann"})
		if err != nil {
			t.Fatalf("set up: %v", err)
		}
		for range 2 { // the second one out of memory
			if d, err := here.Directory(t.Context(), made.TeamID); err != nil || len(d.Roles) != 0 || len(d.Users) != 1 {
				t.Fatalf("directory: got %+v, %v, want one user", d, err)
			}
		}

		role, err := there.AddRole(t.Context(), made.TeamID, "Billing")
		if err != nil {
			t.Fatalf("add role: %v", err)
		}
		d, err := here.Directory(t.Context(), made.TeamID)
		if err != nil || d.Roles[role].Name != "Billing" {
			t.Errorf("directory after another process added a role: got %+v, %v", d, err)
		}
	})
}
