package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func question(body string) store.NewTicket {
	return store.NewTicket{
		Channel: desk.Widget, Body: body,
		Customer: store.CustomerInput{Name: "Carl", Email: "Carl@example.com"},
	}
}

func openTicket(t *testing.T, s *store.Store, team int64, n store.NewTicket) desk.Ticket {
	t.Helper()
	opened, err := s.OpenTicket(t.Context(), desk.Actor{}, team, n)
	if err != nil {
		t.Fatalf("open ticket: %v", err)
	}
	return opened.Ticket
}

func change(t *testing.T, s *store.Store, ticket desk.Ticket, c desk.Change) store.Changed {
	t.Helper()
	changed, err := s.ChangeTicket(t.Context(), desk.Agent(1, "Ann"), ticket.TeamID, ticket.ID, c)
	if err != nil {
		t.Fatalf("change ticket: %v", err)
	}
	return changed
}

// pendingEvents processes all pending events of a ticket and returns those that a workflow listens to.
func pendingEvents(t *testing.T, s *store.Store, ticket desk.Ticket) []desk.EventName {
	t.Helper()
	var names []desk.EventName
	for _, e := range claimed(t, s, ticket) {
		if e.Name != "" {
			names = append(names, e.Name)
		}
	}
	return names
}

func TestOpeningEmitsCreatedThenReceived(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		opened, err := s.OpenTicket(t.Context(), desk.Actor{}, team, question("Where is my parcel?\nIt is late."))
		if err != nil {
			t.Fatal(err)
		}
		ticket := opened.Ticket
		common := func(extra map[string]any) map[string]any {
			extra["ticket_id"], extra["ticket_number"] = ticket.PublicID.String(), int64(1)
			extra["channel_source"], extra["status"], extra["priority"] = "widget", "new", nil
			extra["customer_name"], extra["customer_email"] = "Carl", "carl@example.com"
			return extra
		}
		want := []desk.Event{
			{Name: desk.TicketCreated, At: clock.read(), Properties: common(map[string]any{})},
			{Name: desk.MessageReceived, At: clock.read(), Properties: common(map[string]any{
				"message_id": opened.Message.PublicID.String(), "author_type": "customer",
				"message_content": "Where is my parcel?\nIt is late.",
			})},
		}
		if diff := cmp.Diff(want, claimed(t, s, ticket)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		saved, err := s.Ticket(t.Context(), team, 1)
		if diff := cmp.Diff(ticket, saved); err != nil || diff != "" {
			t.Errorf("saved ticket: %v (-returned +saved):\n%s", err, diff)
		}
	}, clock.use)
}

func TestNumbersHaveNoGapsWhenManyOpenAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		numbers := make([]int64, 30)
		for _, err := range atOnce(30, func(i int) error {
			n := question(fmt.Sprint("Question ", i))
			n.Customer.Email = fmt.Sprintf("c%d@example.com", i%3)
			opened, err := s.OpenTicket(t.Context(), desk.Actor{}, team, n)
			numbers[i] = opened.Ticket.Number
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != int64(i+1) {
				t.Fatalf("numbers: got %v, want 1 to 30", numbers)
			}
		}
	})
}

func TestARefusedOpeningLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		_, err := s.OpenTicket(t.Context(), desk.Actor{}, team, question(" "))
		wantKind(t, "empty message", err, desk.Invalid)
		_, err = s.OpenTicket(t.Context(), desk.Actor{}, team+99, question("Hello"))
		wantKind(t, "no such team", err, desk.NotFound)
		if ticket := openTicket(t, s, team, question("Hello")); ticket.Number != 1 || ticket.Customer.ID != 1 {
			t.Errorf("got ticket %d of customer %d, want the first of both", ticket.Number, ticket.Customer.ID)
		}
	})
}

func TestAnotherTeamFindsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, question("Hello"))
		other, err := s.AddTeam(t.Context(), "Other")
		if err != nil {
			t.Fatal(err)
		}
		ctx, id := t.Context(), other.ID
		_, err = s.Ticket(ctx, id, ticket.Number)
		wantKind(t, "Ticket", err, desk.NotFound)
		_, err = s.TicketByID(ctx, id, ticket.PublicID)
		wantKind(t, "TicketByID", err, desk.NotFound)
		_, err = s.ChangeTicket(ctx, desk.Agent(1, "Ann"), id, ticket.ID, desk.SetStatus{To: desk.Open})
		wantKind(t, "ChangeTicket", err, desk.NotFound)
		messages, err := s.Messages(ctx, id, ticket.ID, store.MessageQuery{Limit: 9})
		wantEmpty(t, "Messages", len(messages), err)
		history, err := s.History(ctx, id, ticket.ID, 9)
		wantEmpty(t, "History", len(history), err)
		page, err := s.Tickets(ctx, store.TicketQuery{Team: id, Limit: 9})
		wantEmpty(t, "Tickets", len(page.Tickets), err)
		mine, err := s.CustomerTickets(ctx, id, ticket.Customer.ID, 9)
		wantEmpty(t, "CustomerTickets", len(mine), err)
	})
}

func wantEmpty(t *testing.T, what string, n int, err error) {
	t.Helper()
	if n != 0 || err != nil {
		t.Errorf("%s: got %d, %v, want nothing", what, n, err)
	}
}

func TestACompoundChangeIsSavedWithItsHistory(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		ticket := openTicket(t, s, done.TeamID, question("Hello"))
		pendingEvents(t, s, ticket)
		clock.add(time.Minute)
		due, until := clock.read().Add(time.Hour), clock.read().Add(2*time.Hour)
		to := desk.Assignee{Kind: desk.ToUser, ID: done.UserID}
		changed := change(t, s, ticket, desk.All{
			desk.AddMessage{Body: "Hi"},
			desk.SetStatus{To: desk.Pending},
			desk.SetPriority{To: desk.High},
			desk.SetAssignee{To: to},
			desk.SetTags{Tags: []string{"b", "a"}},
			desk.SetSLA{Amount: "1"},
			desk.Snooze{Until: until},
			desk.SetSubject{To: "Parcel"},
			desk.MarkRead{},
		})
		saved, err := s.TicketByID(t.Context(), done.TeamID, ticket.PublicID)
		if diff := cmp.Diff(changed.Ticket, saved); err != nil || diff != "" {
			t.Errorf("saved ticket: %v (-returned +saved):\n%s", err, diff)
		}

		history, err := s.History(t.Context(), done.TeamID, ticket.ID, 9)
		if err != nil {
			t.Fatal(err)
		}
		type entry struct {
			Field         desk.Field
			Before, After any
		}
		var got []entry
		for _, h := range history {
			got = append(got, entry{h.Field, h.Before, h.After})
			if h.Actor != desk.Agent(1, "Ann") || !h.At.Equal(clock.read()) {
				t.Errorf("%s: by %v at %v, want Ann now", h.Field, h.Actor, h.At)
			}
		}
		want := []entry{
			{desk.FieldRead, "team", nil},
			{desk.FieldSnooze, nil, until.Format(time.RFC3339)},
			{desk.FieldSLA, nil, due.Format(time.RFC3339)},
			{desk.FieldTags, []any{}, []any{"a", "b"}},
			{desk.FieldAssignee, nil, map[string]any{"type": "user", "id": float64(done.UserID)}},
			{desk.FieldPriority, nil, "high"},
			{desk.FieldStatus, "new", "pending"},
			{desk.FieldSubject, "Hello", "Parcel"},
			{desk.FieldMessage, nil, nil},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
		wantEvents := []desk.EventName{desk.MessageSent, desk.StatusChanged, desk.PriorityChanged, desk.TicketAssigned, desk.TagsChanged}
		publish(t, s, done.TeamID, listening("all"))
		var names []desk.EventName
		for _, e := range claimed(t, s, ticket) {
			names = append(names, e.Name)
		}
		if diff := cmp.Diff(wantEvents, names); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	}, clock.use)
}

func TestARefusedChangeLeavesNothingAndTellsNobody(t *testing.T) {
	notes := 0
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		ticket := openTicket(t, s, done.TeamID, question("Hello"))
		notes = 0
		for _, c := range []desk.Change{
			desk.All{desk.AddMessage{Body: "Hi"}, desk.SetStatus{To: "done"}},
			desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: 99}},
			desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: 99}},
			desk.All{desk.SetStatus{To: desk.Open}, desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: 99}}},
		} {
			_, err := s.ChangeTicket(t.Context(), desk.Agent(1, "Ann"), done.TeamID, ticket.ID, c)
			wantKind(t, fmt.Sprintf("%+v", c), err, desk.Invalid)
		}
		change(t, s, ticket, desk.SetStatus{To: desk.New})
		saved, err := s.Ticket(t.Context(), done.TeamID, ticket.Number)
		if diff := cmp.Diff(ticket, saved); err != nil || diff != "" || notes != 0 {
			t.Errorf("%v, %d notes, ticket (-before +after):\n%s", err, notes, diff)
		}
		change(t, s, ticket, desk.SetStatus{To: desk.Open})
		if notes != 1 {
			t.Errorf("notes of a real change: got %d, want 1", notes)
		}
	}, func(c *store.Config) { c.Committed = func(store.Note) { notes++ } })
}

func TestMessagesAreOrderedWhileTheClockStands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, question("0"))
		for _, err := range atOnce(9, func(i int) error {
			_, err := s.ChangeTicket(t.Context(), desk.Agent(1, "Ann"), team, ticket.ID, desk.AddMessage{Body: "x", Private: i%3 == 0})
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Messages(t.Context(), team, ticket.ID, store.MessageQuery{Limit: 99})
		if err != nil || len(all) != 10 {
			t.Fatalf("got %d messages, %v, want 10", len(all), err)
		}
		for i := range all[1:] {
			if !all[i].CreatedAt.Before(all[i+1].CreatedAt) {
				t.Errorf("message %d at %v is not before the next at %v", i, all[i].CreatedAt, all[i+1].CreatedAt)
			}
		}
		public, err := s.Messages(t.Context(), team, ticket.ID, store.MessageQuery{Limit: 99, Public: true, After: all[0].CreatedAt})
		if err != nil || len(public) != 6 {
			t.Errorf("public ones after the first: got %d, %v, want 6", len(public), err)
		}
		last, err := s.Messages(t.Context(), team, ticket.ID, store.MessageQuery{Limit: 2, Newest: true})
		if diff := cmp.Diff(all[8:], last); err != nil || diff != "" {
			t.Errorf("newest two: %v (-want +got):\n%s", err, diff)
		}
	}, newClock().use)
}

func TestWhoIsTheSameCustomer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		id := func(email, distinct string) int64 {
			n := question("Hello")
			n.Customer = store.CustomerInput{Email: email, DistinctID: distinct}
			return openTicket(t, s, team, n).Customer.ID
		}
		ann := id("ann@example.com", "u1")
		for _, c := range []struct {
			what, email, distinct string
			same                  bool
		}{
			{"both the same", " ANN@example.com ", "u1", true},
			{"the email alone", "ann@example.com", "", true},
			{"a stranger who claims the distinct_id", "eve@example.com", "u1", false},
			{"the distinct_id alone", "", "u1", false},
			{"another distinct_id", "ann@example.com", "u2", false},
			{"nothing known", "", "", false},
		} {
			if same := id(c.email, c.distinct) == ann; same != c.same {
				t.Errorf("%s: got same=%v, want %v", c.what, same, c.same)
			}
		}
		if one, other := id("", ""), id("", ""); one == other {
			t.Error("two nameless customers are one")
		}
	})
}

func TestAWidgetSessionOwnsWhatItOpened(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		mine, theirs := []byte("my session"), []byte("another")
		var tickets []desk.Ticket
		for range 3 {
			n := question("Hello")
			n.Visitor = store.Visitor{Session: mine}
			tickets = append(tickets, openTicket(t, s, team, n))
		}
		openTicket(t, s, team, question("by mail"))
		change(t, s, tickets[0], desk.SetStatus{To: desk.Resolved})
		page, total, err := s.SessionTickets(t.Context(), team, store.Visitor{Session: mine}, desk.New, store.Page{Limit: 1, Offset: 1})
		if err != nil || total != 2 || len(page) != 1 || page[0].ID != tickets[1].ID {
			t.Errorf("second new one: got %d of %d, %v, want the second ticket of 2", len(page), total, err)
		}
		for _, c := range []struct {
			session []byte
			want    bool
		}{{mine, true}, {theirs, false}, {nil, false}} {
			got, err := s.VisitorTicket(t.Context(), team, tickets[0].PublicID, store.Visitor{Session: c.session})
			if err != nil || got.Owned != c.want || got.ID != tickets[0].ID || got.Status != desk.Resolved {
				t.Errorf("session %q: got %+v, %v, want owned %v", c.session, got, err, c.want)
			}
		}
	})
}
