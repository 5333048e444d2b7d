package store_test

import (
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
	"signalbox/workflow/gallery"
)

func TestATemplateIsInstalledWithItsRolesOrNotAtAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team, ann := setUp(t, s).TeamID, desk.Agent(1, "Ann")
		_, err := s.AddRole(t.Context(), team, "support")
		check(t, err)
		full, err := gallery.Find("full-sla")
		check(t, err)
		row, err := s.InstallWorkflow(t.Context(), ann, team, full.Definition)
		if err != nil || !row.Enabled || row.Version != 1 {
			t.Fatalf("install: got %+v, %v, want it on", row, err)
		}
		wantRoleNames(t, s, team, "Engineering", "Senior Support", "support")

		security, err := gallery.Find("security-mailbox")
		check(t, err)
		taken := security.Definition
		taken.Name = full.Definition.Name
		_, err = s.InstallWorkflow(t.Context(), ann, team, taken)
		wantKind(t, "a name that is taken", err, desk.Conflict)
		wantRoleNames(t, s, team, "Engineering", "Senior Support", "support")
	})
}

func wantRoleNames(t *testing.T, s *store.Store, team int64, want ...string) {
	t.Helper()
	roles, err := s.Roles(t.Context(), team)
	check(t, err)
	var got []string
	for _, r := range roles {
		got = append(got, r.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("roles: got %q, want %q", got, want)
	}
}
