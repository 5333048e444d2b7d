package store_test

import (
	"fmt"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestAFilterTakesTwentyValues(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		tags := make([]string, 21)
		for i := range tags {
			tags[i] = fmt.Sprint("t", i)
		}
		q := store.TicketQuery{Team: team, Limit: 9, Tags: tags}
		_, err := s.Tickets(t.Context(), q)
		wantKind(t, "21 tags", err, desk.Invalid)
		q.Tags = tags[:20]
		if _, err := s.Tickets(t.Context(), q); err != nil {
			t.Errorf("20 tags: got %v, want a page", err)
		}
	})
}

func TestAMemberOfManyRolesSeesTheTicketsOfThemAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		const roles = 150 // with a stream for each role and status, more than SQLite takes
		var last int64
		for i := range roles {
			role, err := s.AddRole(t.Context(), made.TeamID, fmt.Sprint("Role ", i))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.AddRoleMember(t.Context(), made.TeamID, role, made.UserID); err != nil {
				t.Fatal(err)
			}
			last = role
		}
		openTicket(t, s, made.TeamID, question("nobody's"))
		ticket := openTicket(t, s, made.TeamID, question("ours"))
		change(t, s, ticket, desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: last}})
		for _, sort := range []store.Sort{"", "created"} {
			page, err := s.Tickets(t.Context(), store.TicketQuery{Team: made.TeamID, User: made.UserID, View: store.ViewRoles, Sort: sort, Limit: 9})
			if err != nil || len(page.Tickets) != 1 || page.Tickets[0].ID != ticket.ID {
				t.Errorf("sort %q: got %d tickets, %v, want the one of the role", sort, len(page.Tickets), err)
			}
		}
	})
}

func TestAnUnknownKindOfAssigneeMatchesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		openTicket(t, s, team, question("Hello"))
		q := store.TicketQuery{Team: team, Limit: 9, Sort: "created", Assignee: []store.AssigneeFilter{{To: desk.Assignee{Kind: "robot", ID: 1}}}}
		page, err := s.Tickets(t.Context(), q)
		wantEmpty(t, "tickets of a robot", len(page.Tickets), err)
	})
}
