package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// shelf is a team with tickets of all kinds, and what the list must make of them.
type shelf struct {
	store.SetUp
	role    int64
	now     time.Time
	tickets []desk.Ticket
}

// fillShelf has deadlines on both sides of every border, ties in every time, paused clocks and odd texts.
func fillShelf(t *testing.T, s *store.Store, clock *clock) shelf {
	t.Helper()
	done := setUp(t, s)
	role, err := s.AddRole(t.Context(), done.TeamID, "Support")
	if err == nil {
		err = s.AddRoleMember(t.Context(), done.TeamID, role, done.UserID)
	}
	if err != nil {
		t.Fatal(err)
	}
	now := clock.read().Add(time.Hour)
	dues := []time.Time{
		{}, now.Add(-time.Microsecond), now, now.Add(time.Microsecond), now.Add(time.Hour), now.Add(time.Hour + time.Microsecond),
	}
	assignees := []desk.Assignee{{}, {Kind: desk.ToUser, ID: done.UserID}, {Kind: desk.ToRole, ID: role}}
	subjects := []string{"Parcel 100%", "Parcel 1000", "under_score", "underXscore", `back\slash`, "Ärger", "Plain"}
	sh := shelf{SetUp: done, role: role, now: now}
	for i := range 42 {
		n := question(fmt.Sprint("Body ", i))
		n.Subject = subjects[i%len(subjects)]
		n.Channel = []desk.Channel{desk.Widget, desk.Email}[i/2%2]
		n.Priority = append(desk.Priorities(), desk.NoPriority)[i%4]
		n.Customer.Email = fmt.Sprintf("c%d@example.com", i%5)
		ticket := openTicket(t, s, done.TeamID, n)
		sh.tickets = append(sh.tickets, change(t, s, ticket, desk.All{
			desk.SetStatus{To: desk.Statuses()[i%5]},
			desk.SetAssignee{To: assignees[i/3%3]},
			desk.SetSLADue{At: dues[i/7%6]},
			desk.SetTags{Tags: [][]string{nil, {"a"}, {"a", "b"}}[i%3]},
		}).Ticket)
		if i%3 == 2 {
			clock.add(time.Second)
		}
	}
	return sh
}

func (sh *shelf) query() store.TicketQuery {
	return store.TicketQuery{Team: sh.TeamID, User: sh.UserID, Limit: 100, Now: sh.now}
}

// want are the tickets that q asks for, in its order, found without a database.
func (sh *shelf) want(q store.TicketQuery) []desk.Ticket {
	out := slices.DeleteFunc(slices.Clone(sh.tickets), func(t desk.Ticket) bool { return !sh.matches(&t, q) })
	name, down := strings.CutPrefix(string(cmp.Or(q.Sort, "-updated")), "-")
	key := func(t *desk.Ticket) int64 {
		switch name {
		case "created":
			return t.CreatedAt.UnixMicro()
		case "number":
			return t.Number
		case "sla":
			return t.SLADueAt.UnixMicro()
		}
		return t.UpdatedAt.UnixMicro()
	}
	slices.SortFunc(out, func(a, b desk.Ticket) int {
		if name == "sla" && a.SLADueAt.IsZero() != b.SLADueAt.IsZero() {
			if a.SLADueAt.IsZero() {
				return 1
			}
			return -1
		}
		order := cmp.Or(cmp.Compare(key(&a), key(&b)), cmp.Compare(a.ID, b.ID))
		if down {
			return -order
		}
		return order
	})
	return out
}

func (sh *shelf) matches(t *desk.Ticket, q store.TicketQuery) bool {
	state, _ := t.SLA(q.Now)
	active := t.Status != desk.Resolved
	me, role := desk.Assignee{Kind: desk.ToUser, ID: sh.UserID}, desk.Assignee{Kind: desk.ToRole, ID: sh.role}
	inView := map[store.View]bool{
		"": true, store.ViewAll: true,
		store.ViewWaiting:    t.Status == desk.New || t.Status == desk.Open,
		store.ViewMine:       active && t.Assignee == me,
		store.ViewRoles:      active && t.Assignee == role,
		store.ViewUnassigned: active && t.Assignee == desk.Assignee{},
		store.ViewAtRisk:     active && state == desk.SLAAtRisk,
		store.ViewBreached:   active && state == desk.SLABreached,
	}
	assigned := len(q.Assignee) == 0 || slices.ContainsFunc(q.Assignee, func(f store.AssigneeFilter) bool {
		return f.Me && t.Assignee == me || f.Unassigned && t.Assignee.Kind == "" || !f.Me && !f.Unassigned && t.Assignee == f.To
	})
	tagged := len(q.Tags) == 0 || slices.ContainsFunc(q.Tags, func(tag string) bool { return slices.Contains(t.Tags, tag) })
	return inView[q.View] && assigned && tagged && one(q.Status, t.Status) && one(q.Priority, t.Priority) &&
		one(q.Channel, t.Channel) && one(q.SLA, state)
}

func one[T comparable](of []T, v T) bool { return len(of) == 0 || slices.Contains(of, v) }

// pages reads a list to its end by its cursors.
func pages(t *testing.T, s *store.Store, q store.TicketQuery) []desk.Ticket {
	t.Helper()
	var all []desk.Ticket
	for range 100 {
		page, err := s.Tickets(t.Context(), q)
		if err != nil {
			t.Fatalf("list %+v: %v", q, err)
		}
		all = append(all, page.Tickets...)
		if q.After = page.Next; q.After == "" {
			return all
		}
	}
	t.Fatalf("list %+v has no end", q)
	return nil
}

func sorts() []store.Sort {
	return []store.Sort{"", "updated", "-updated", "created", "-created", "number", "-number", "sla", "-sla"}
}

func TestEverySortInEveryViewPagesThroughTheWholeList(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := fillShelf(t, s, clock)
		for _, sort := range sorts() {
			for _, view := range store.Views() {
				for _, limit := range []int{1, 5, 42} {
					q := sh.query()
					q.Sort, q.View, q.Limit = sort, view, limit
					if diff := gocmp.Diff(numbers(sh.want(q)), numbers(pages(t, s, q))); diff != "" {
						t.Errorf("%s of %s by %d (-want +got):\n%s", sort, view, limit, diff)
					}
				}
			}
		}
	}, clock.use)
}

func TestFiltersAloneAndCombined(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := fillShelf(t, s, clock)
		assignees := []store.AssigneeFilter{{Me: true}, {Unassigned: true}, {To: desk.Assignee{Kind: desk.ToRole, ID: sh.role}}}
		check := func(what string, q store.TicketQuery) {
			t.Helper()
			if diff := gocmp.Diff(numbers(sh.want(q)), numbers(pages(t, s, q)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		for _, state := range desk.SLAStates() {
			for _, sort := range sorts() {
				q := sh.query()
				q.SLA, q.Sort = []desk.SLAState{state}, sort
				check(fmt.Sprintf("%s by %s", state, sort), q)
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			q := sh.query()
			q.Status = some(rt, "status", desk.Statuses())
			q.Priority = some(rt, "priority", append(desk.Priorities(), desk.NoPriority))
			q.Channel = some(rt, "channel", []desk.Channel{desk.Widget, desk.Email, desk.Slack})
			q.Assignee = some(rt, "assignee", assignees)
			q.SLA = some(rt, "sla", desk.SLAStates())
			q.Tags = some(rt, "tags", []string{"a", "b", "c"})
			q.View = rapid.SampledFrom(store.Views()).Draw(rt, "view")
			q.Sort = rapid.SampledFrom(sorts()).Draw(rt, "sort")
			q.Limit = rapid.SampledFrom([]int{3, 50}).Draw(rt, "limit")
			check(fmt.Sprintf("%+v", q), q)
		})
	}, clock.use)
}

// some draws none of the values, or a few.
func some[T any](rt *rapid.T, label string, values []T) []T {
	if rapid.IntRange(0, 2).Draw(rt, label+" is asked") > 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.SampledFrom(values), 1, 3).Draw(rt, label)
}

func TestPausedClocksAreAStateOfTheirOwnAndSortLast(t *testing.T) {
	clock := newClock()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		c.Now = clock.read
		s := storetest.Open(t, c)
		team := setUp(t, s).TeamID
		if _, err := raw(t, c).ExecContext(t.Context(), `UPDATE teams SET pauses_sla = TRUE`); err != nil {
			t.Fatal(err)
		}
		ticket := openTicket(t, s, team, question("Hello"))
		due := openTicket(t, s, team, question("Hello"))
		change(t, s, due, desk.SetSLA{Amount: "3"})
		paused := change(t, s, ticket, desk.All{desk.SetSLA{Amount: "2"}, desk.SetStatus{To: desk.Pending}}).Ticket
		saved, err := s.Ticket(t.Context(), team, ticket.Number)
		if diff := gocmp.Diff(paused, saved); err != nil || diff != "" || !saved.SLAPaused || saved.SLALeft != 2*time.Hour {
			t.Errorf("%v, left %v, paused ticket (-returned +saved):\n%s", err, saved.SLALeft, diff)
		}
		q := store.TicketQuery{Team: team, Limit: 9, Now: clock.read(), SLA: []desk.SLAState{desk.SLAPaused}}
		if got := numbers(pages(t, s, q)); !slices.Equal(got, []int64{ticket.Number}) {
			t.Errorf("paused: got %v, want the pending one", got)
		}
		for _, sort := range []store.Sort{"sla", "-sla"} {
			q := store.TicketQuery{Team: team, Limit: 9, Now: clock.read(), Sort: sort}
			if got := numbers(pages(t, s, q)); !slices.Equal(got, []int64{due.Number, ticket.Number}) {
				t.Errorf("%s: got %v, want the paused one last", sort, got)
			}
		}
		resumed := change(t, s, ticket, desk.SetStatus{To: desk.Open}).Ticket
		saved, err = s.Ticket(t.Context(), team, ticket.Number)
		if diff := gocmp.Diff(resumed, saved); err != nil || diff != "" || saved.SLAPaused {
			t.Errorf("%v, resumed ticket (-returned +saved):\n%s", err, diff)
		}
	})
}

func TestBadQuestionsAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		for _, q := range []store.TicketQuery{
			{Sort: "priority"},
			{Sort: "--updated"},
			{Sort: "-"},
			{View: "nobody"},
			{After: "x"},
			{After: "1"},
			{After: "1.x"},
			{After: "x.1"},
			{After: "none."},
			{Text: strings.Repeat("x", 300)},
			{Text: "\xff"},
			{Text: "a\x00b"},
			{Tags: []string{"\xff"}},
			{Channel: []desk.Channel{"\xff"}},
		} {
			q.Team, q.Limit = team, 9
			_, err := s.Tickets(t.Context(), q)
			wantKind(t, fmt.Sprintf("%+v", q), err, desk.Invalid)
		}
	})
}

func numbers(tickets []desk.Ticket) []int64 {
	out := make([]int64, len(tickets))
	for i := range tickets {
		out[i] = tickets[i].Number
	}
	return out
}

func TestAFilledDeskIsOneThatTheStoreUnderstands(t *testing.T) {
	clock := newClock()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		c.Now = clock.read
		s := storetest.Open(t, c)
		done := setUp(t, s)
		err := storetest.Fill(t.Context(), c, storetest.Filling{Team: done.TeamID, Tickets: 300, Messages: 3, Users: 1, Now: clock.read()})
		if err != nil {
			t.Fatal(err)
		}
		n, err := s.RaiseSLA(t.Context(), clock.read(), 9)
		wantEmpty(t, "alerts that are due", n, err)
		ticket := openTicket(t, s, done.TeamID, question("Hello"))
		if ticket.Number != 301 {
			t.Errorf("next ticket: got %d, want 301", ticket.Number)
		}
		wantCounts(t, s, done, clock.read())
		messages, err := s.Messages(t.Context(), done.TeamID, 300, store.MessageQuery{Limit: 9})
		if err != nil || len(messages) != 3 {
			t.Errorf("messages: got %d, %v, want 3", len(messages), err)
		}
	})
}
