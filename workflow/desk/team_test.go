package desk

import (
	"slices"
	"testing"
)

func TestWhoCanDoWhat(t *testing.T) {
	for _, c := range []struct {
		name   string
		member Member
		want   []Permission
	}{
		{"nobody", Member{Admin: true}, nil},
		{"agent", Member{User: User{ID: 1}}, []Permission{AnswerTickets}},
		{"admin", Member{User: User{ID: 1}, Admin: true}, []Permission{AnswerTickets, ManageWorkflows, ManageTeam}},
		{"disabled admin", Member{User: User{ID: 1, Disabled: true}, Admin: true}, nil},
	} {
		for _, p := range []Permission{AnswerTickets, ManageWorkflows, ManageTeam, "something else"} {
			if got := c.member.Can(p); got != slices.Contains(c.want, p) {
				t.Errorf("%s, %s: got %t", c.name, p, got)
			}
		}
	}
}
