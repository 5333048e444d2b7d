package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestCountsAndTagsEqualTheTickets(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		role, err := s.AddRole(t.Context(), done.TeamID, "Support")
		if err == nil {
			err = s.AddRoleMember(t.Context(), done.TeamID, role, done.UserID)
		}
		if err != nil {
			t.Fatal(err)
		}
		assignees := []desk.Assignee{{}, {Kind: desk.ToUser, ID: done.UserID}, {Kind: desk.ToRole, ID: role}}
		var tickets []desk.Ticket
		steps := 0
		rapid.Check(t, func(rt *rapid.T) {
			if steps++; steps > 12 {
				return // each is a few transactions, and the tickets stay
			}
			tickets = append(tickets, openTicket(t, s, done.TeamID, question("Hello")))
			for range rapid.IntRange(1, 8).Draw(rt, "changes") {
				change(t, s, rapid.SampledFrom(tickets).Draw(rt, "ticket"), desk.All{
					desk.SetStatus{To: rapid.SampledFrom(desk.Statuses()).Draw(rt, "status")},
					desk.SetAssignee{To: rapid.SampledFrom(assignees).Draw(rt, "assignee")},
					desk.SetTags{Tags: rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(rt, "tags")},
					desk.SetSLADue{At: clock.read().Add(time.Duration(rapid.IntRange(-1, 2).Draw(rt, "due")) * time.Hour)},
				})
			}
			wantCounts(t, s, done, clock.read())
		})
		for range 70 { // more differences of one name than FoldCounts leaves
			change(t, s, tickets[0], desk.SetStatus{To: desk.Open})
			change(t, s, tickets[0], desk.SetStatus{To: desk.Resolved})
		}
		if err := s.FoldCounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantCounts(t, s, done, clock.read())
	}, clock.use)
}

// wantCounts compares the counts with the lists of the views, and the rows of tags with the tickets'.
func wantCounts(t *testing.T, s *store.Store, done store.SetUp, now time.Time) {
	t.Helper()
	counts, err := s.Counts(t.Context(), done.TeamID, done.UserID, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range store.Views() {
		page, err := s.Tickets(t.Context(), store.TicketQuery{Team: done.TeamID, User: done.UserID, View: view, Limit: 500, Now: now})
		if err != nil || counts[view] != len(page.Tickets) {
			t.Errorf("%s: counted %d, listed %d, %v", view, counts[view], len(page.Tickets), err)
		}
	}
	for _, tag := range []string{"a", "b", "c"} {
		all, err := s.Tickets(t.Context(), store.TicketQuery{Team: done.TeamID, Limit: 500, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		has := slices.DeleteFunc(all.Tickets, func(tk desk.Ticket) bool { return !slices.Contains(tk.Tags, tag) })
		found, err := s.Tickets(t.Context(), store.TicketQuery{Team: done.TeamID, Tags: []string{tag}, Limit: 500, Now: now})
		if diff := cmp.Diff(has, found.Tickets); err != nil || diff != "" {
			t.Errorf("tag %s: %v (-tickets +rows):\n%s", tag, err, diff)
		}
	}
}
