package desk

import "testing"

func TestWhoCanDoWhat(t *testing.T) {
	for _, c := range []struct {
		name   string
		member Member
		want   map[Permission]bool
	}{
		{"nobody", Member{Admin: true}, nil},
		{"agent", Member{User: User{ID: 1}}, map[Permission]bool{AnswerTickets: true}},
		{"admin", Member{User: User{ID: 1}, Admin: true}, map[Permission]bool{AnswerTickets: true, ManageWorkflows: true, ManageTeam: true}},
		{"disabled admin", Member{User: User{ID: 1, Disabled: true}, Admin: true}, nil},
	} {
		for _, p := range []Permission{AnswerTickets, ManageWorkflows, ManageTeam, "something else"} {
			if got := c.member.Can(p); got != c.want[p] {
				t.Errorf("%s, %s: got %t, want %t", c.name, p, got, c.want[p])
			}
		}
	}
}
