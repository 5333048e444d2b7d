package store_test

import (
	"fmt"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func countOf(t *testing.T, s *store.Store, q store.TicketQuery) (count store.ViewCount, settled bool) {
	t.Helper()
	counts, settled, err := s.CountViews(t.Context(), []store.TicketQuery{q}, time.Second)
	check(t, err)
	return counts[0], settled
}

// Every combination of filters counts what it lists.
func TestCountsOfViewsEqualTheirLists(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := fillShelf(t, s, clock)
		role := store.AssigneeFilter{To: desk.Assignee{Kind: desk.ToRole, ID: sh.role}}
		many := []store.AssigneeFilter{role, {Unassigned: true}}
		for id := range int64(5) {
			many = append(many, store.AssigneeFilter{To: desk.Assignee{Kind: desk.ToUser, ID: id + sh.UserID + 1}})
		}
		for _, view := range append(store.Views(), "") {
			for i, q := range []store.TicketQuery{
				{},
				{Status: []desk.Status{desk.Open, desk.Resolved}},
				{Assignee: []store.AssigneeFilter{{Me: true}, role}},
				{Assignee: many},
				{Priority: []desk.Priority{desk.High, desk.NoPriority}, Channel: []desk.Channel{desk.Email}},
				{SLA: []desk.SLAState{desk.SLABreached}},
				{SLA: []desk.SLAState{desk.SLANone, desk.SLAAtRisk}, Sort: "number"},
				{Tags: []string{"b"}, Status: []desk.Status{desk.New}},
			} {
				q.Team, q.User, q.View, q.Limit, q.Now = sh.TeamID, sh.UserID, view, 100, sh.now
				want := store.ViewCount{Tickets: len(sh.want(q)), Known: true}
				if got, settled := countOf(t, s, q); got != want || !settled {
					t.Errorf("view %q, query %d: got %+v, want %+v", view, i, got, want)
				}
			}
		}
		if got, _ := countOf(t, s, store.TicketQuery{Team: sh.TeamID, Text: "parcel"}); got.Known {
			t.Errorf("a text is counted as %d", got.Tickets)
		}
	}, clock.use)
}

func TestACountServesEverybodyAndRests(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := makeCrew(t, s)
		ticket := openTicket(t, s, c.ann.TeamID, question("Hello"))
		all := func(m desk.Member) store.TicketQuery {
			return store.TicketQuery{Team: m.TeamID, User: m.ID, Status: []desk.Status{desk.New}, Now: clock.read()}
		}
		want := func(what string, q store.TicketQuery, tickets int, asOfNow bool) {
			t.Helper()
			if got, settled := countOf(t, s, q); got.Tickets != tickets || settled != asOfNow {
				t.Errorf("%s: got %+v, settled %v, want %d and %v", what, got, settled, tickets, asOfNow)
			}
		}
		mine := store.TicketQuery{Team: c.bob.TeamID, User: c.bob.ID, Assignee: []store.AssigneeFilter{{Me: true}}, Now: clock.read()}
		want("first", all(c.ann), 1, true)
		want("Bob's own", mine, 0, true)
		change(t, s, ticket, desk.All{
			desk.SetStatus{To: desk.Open}, desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: c.bob.ID}},
		})
		want("after a change, what others counted", all(c.bob), 1, false)
		clock.add(3 * time.Second)
		want("after its rest", all(c.bob), 0, true)
		want("for who asked before", all(c.ann), 0, true)
		want("Bob's own", mine, 1, true)
		mine.User = c.ann.ID
		want("Ann's own", mine, 0, true)
		want("another team", all(c.stranger), 0, true)
		send(t, s, `UPDATE tickets SET status = 'new' WHERE id = ?`, ticket.ID) // as a command beside the server does
		want("an unknown change", all(c.ann), 0, true)
		clock.add(time.Minute)
		want("an unknown change, a minute later", all(c.ann), 1, true)
	}, clock.use)
}

func TestWithoutTimeCountsAreOldOrUnknown(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		q := []store.TicketQuery{{Team: done.TeamID, User: done.UserID, Now: clock.read()}}
		if counts, settled, err := s.CountViews(t.Context(), q, 0); counts[0].Known || settled || err != nil {
			t.Errorf("got %+v, settled %v, %v, want nothing known yet", counts, settled, err)
		}
		if _, _, err := s.CountViews(t.Context(), []store.TicketQuery{{View: "nowhere"}}, 0); !desk.IsKind(err, desk.Invalid) {
			t.Errorf("an unknown view: %v", err)
		}
	}, clock.use)
}

func TestCountsStopAtAThousandAndLookAtSoManyTickets(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s := storetest.Open(t, c)
		done := setUp(t, s)
		now := time.Now()
		check(t, storetest.Fill(t.Context(), c, storetest.Filling{Team: done.TeamID, Tickets: 30_000, Users: 1, Roles: 1, Now: now}))
		for i, want := range []struct {
			query store.TicketQuery
			count store.ViewCount
		}{
			{store.TicketQuery{}, store.ViewCount{Tickets: 1_000, More: true, Known: true}},
			{store.TicketQuery{Status: []desk.Status{desk.OnHold}}, store.ViewCount{Tickets: 602, Known: true}},
			{store.TicketQuery{Status: []desk.Status{desk.Resolved}, Priority: []desk.Priority{desk.High}}, store.ViewCount{Tickets: 1_000, More: true, Known: true}},
			{store.TicketQuery{Tags: []string{"rare"}}, store.ViewCount{Tickets: 28, Known: true}},
			{store.TicketQuery{Priority: []desk.Priority{"urgent"}}, store.ViewCount{More: true, Known: true}},
			{store.TicketQuery{Priority: []desk.Priority{"urgent"}, View: store.ViewMine}, store.ViewCount{Known: true}},
		} {
			want.query.Team, want.query.User, want.query.Now = done.TeamID, done.UserID, now
			if got, _ := countOf(t, s, want.query); got != want.count {
				t.Errorf("query %d: got %s, want %s", i, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want.count))
			}
		}
	})
}
