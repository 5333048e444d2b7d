package workflow

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func TestDirectoryOfHasWhoIsNamedOnce(t *testing.T) {
	d := parse(t, file(`{"type":"update_ticket","ticket_id":"x","assignee":{"role":"Support"}},
		{"type":"if","branches":[{"when":{"all":[]},"steps":[{"type":"update_ticket","ticket_id":"x","assignee":{"user":"ada@example.com"}}]}],
		 "else":[{"type":"assign_in_turn","role":{"role":"Sales"}},{"type":"update_ticket","ticket_id":"x","assignee":null}]},
		{"type":"notify","to":{"user":"ADA@example.com"},"text":"x"},{"type":"notify","to":{"role":" Support"},"text":"x"}`))
	want := &Directory{
		Team: desk.Team{ID: 1},
		Users: map[int64]desk.User{
			1: {ID: 1, Name: "a member of Support"}, 2: {ID: 2, Email: "ada@example.com", Name: "ada@example.com"}, 3: {ID: 3, Name: "a member of Sales"},
		},
		Roles: map[int64]desk.Role{1: {ID: 1, Name: "Support", Members: []int64{1}}, 2: {ID: 2, Name: "Sales", Members: []int64{3}}},
	}
	if diff := cmp.Diff(want, DirectoryOf(d.Named())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
