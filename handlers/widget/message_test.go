package widget_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestAFirstMessageOpensATicketAndEmitsCreatedThenReceived(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.listen()
		a := f.write("  Where is my order?\n", nil)

		ticket := f.ticket(a.word("ticket_id"))
		wantSame(t, "answer", a.body, map[string]any{
			"ticket_id": ticket.PublicID.String(), "message_id": a.body["message_id"], "ticket_status": "new",
			"unread_count": 0.0, "created_at": "2026-01-05T10:00:00.123456Z",
		})
		if ticket.Channel != desk.Widget || ticket.Subject != "Where is my order?" || ticket.UnreadTeam != 1 {
			t.Errorf("ticket: got %s %q, %d unread, want widget, its first line, 1 unread", ticket.Channel, ticket.Subject, ticket.UnreadTeam)
		}
		if c := ticket.Customer; c.Name != "Zoë" || c.Email != "zoe@mail.test" || c.DistinctID != "d-1" {
			t.Errorf("customer: got %+v, want what the traits say", c)
		}

		events := f.heard()
		wantSame(t, "events", names(events), []desk.EventName{desk.TicketCreated, desk.MessageReceived})
		if got := events[1].Properties["message_content"]; got != "Where is my order?" {
			t.Errorf("message_content: got %q, want the trimmed message", got)
		}
		if got := events[1].Properties["message_id"]; got != a.body["message_id"] {
			t.Errorf("message_id: got %v, want %v", got, a.body["message_id"])
		}
	})
}

func TestAMessageToATicketIsAddedByItsCustomerAndOnlyReceived(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("One")
		f.change(id, desk.SetStatus{To: desk.Resolved})
		f.listen()
		f.heard()

		a := f.write("Two", id)
		if a.body["ticket_id"] != id || a.body["ticket_status"] != "resolved" {
			t.Errorf("answer: got %s, want the same ticket, still resolved", a.text)
		}
		wantSame(t, "events", names(f.heard()), []desk.EventName{desk.MessageReceived})

		messages, err := f.store.Messages(t.Context(), f.team, f.ticket(id).ID, store.MessageQuery{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		last := messages[len(messages)-1]
		if last.Author != desk.ByCustomer || last.AuthorName != "Zoë" || last.AuthorID != f.ticket(id).Customer.ID {
			t.Errorf("author: got %s %q %d, want the ticket's customer", last.Author, last.AuthorName, last.AuthorID)
		}
	})
}

func TestNoTicketIDAlwaysOpensANewTicket(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if first, second := f.open("One"), f.open("Two"); first == second {
			t.Errorf("both messages are in ticket %s, want two tickets", first)
		}
	})
}

func TestBadMessagesAreRefusedByField(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits = noLimits
		many := func(n int) map[string]any {
			values := make(map[string]any, n)
			for i := range n {
				values[strings.Repeat("k", i+1)] = i
			}
			return values
		}
		tests := []struct {
			what, field string
			value       any
		}{
			{"no message", "message", nil},
			{"an empty message", "message", ""},
			{"a blank message", "message", " \n\t "},
			{"an invisible message", "message", "\u200b\u2060"},
			{"a number as message", "message", 5},
			{"a list as message", "message", []any{"a"}},
			{"an object as message", "message", map[string]any{"a": 1}},
			{"a long message", "message", strings.Repeat("é", 10_001)},
			{"a NUL in a message", "body", "a\x00b"},
			{"no session", "widget_session_id", nil},
			{"a session that is no UUID", "widget_session_id", "abc"},
			{"a number as session", "widget_session_id", 7},
			{"no distinct_id", "distinct_id", nil},
			{"a blank distinct_id", "distinct_id", ""},
			{"a long distinct_id", "distinct_id", strings.Repeat("d", 401)},
			{"a number as distinct_id", "distinct_id", 12},
			{"a ticket that is no UUID", "ticket_id", "12"},
			{"an empty ticket", "ticket_id", ""},
			{"a number as ticket", "ticket_id", 12},
			{"traits that are a list", "traits", []any{}},
			{"a nested trait", "traits", map[string]any{"a": map[string]any{}}},
			{"a list as trait", "traits", map[string]any{"a": []any{1}}},
			{"51 traits", "traits", many(51)},
			{"a long name of a trait", "traits", map[string]any{strings.Repeat("k", 201): 1}},
			{"a long session_id", "session_id", strings.Repeat("s", 65)},
			{"21 contexts", "session_context", many(21)},
			{"a text as context", "session_context", "x"},
		}
		for _, test := range tests {
			body := map[string]any{"message": "Hi", "widget_session_id": ours, "distinct_id": "d"}
			body[test.what] = true // fields that nobody knows are let through
			name := test.field
			if name == "body" {
				name = "message"
			}
			body[name] = test.value
			wantField(t, test.what, f.post("/message", body), test.field)
		}

		if list := f.get("/tickets?widget_session_id=" + ours); list.body["count"] != 0.0 {
			t.Errorf("tickets after refusals: got %s, want none", list.text)
		}
	})
}

func TestANilTicketIsUnknownAndOpensNone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		wantStatus(t, "message", f.post("/message", map[string]any{
			"message": "Hi", "widget_session_id": ours, "distinct_id": "d", "ticket_id": "00000000-0000-0000-0000-000000000000",
		}), http.StatusNotFound)
		if list := f.get("/tickets?widget_session_id=" + ours); list.body["count"] != 0.0 {
			t.Errorf("tickets: got %s, want none", list.text)
		}
	})
}

func TestTheLongestMessageAndLongTraitsAreTaken(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		text := strings.Repeat("🐟", 10_000)
		a := f.post("/message", map[string]any{
			"message": text, "widget_session_id": strings.ToUpper(ours), "distinct_id": strings.Repeat("ü", 400),
			"traits": map[string]any{
				"name": strings.Repeat("n", 5000), "email": "not an address", "plan": nil, "seats": 3, "share": 0.5,
				"vip": true, "big": 1e300, "note": strings.Repeat("x", 5000),
			},
			"session_id": strings.Repeat("s", 64), "session_context": map[string]any{"current_url": strings.Repeat("u", 9000)},
		})
		wantStatus(t, "message", a, http.StatusOK)
		c := f.ticket(a.word("ticket_id")).Customer
		if c.Name != strings.Repeat("n", 400) || c.Email != "" {
			t.Errorf("customer: got a name of %d and the address %q, want 400 and none", len(c.Name), c.Email)
		}

		list := f.get("/messages/" + a.word("ticket_id") + "?widget_session_id=" + ours)
		if got := thread(t, list)[0]["content"]; got != text {
			t.Errorf("content differs from what was sent")
		}
	})
}

// noLimits is for tests that call more often than anybody may.
var noLimits widget.Limits

func TestCreatedAtGrowsStrictlyAndRoundTrips(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits = noLimits
		id := f.open("0")
		var times []string
		for range 5 { // the clock stands still
			times = append(times, f.write("again", id).word("created_at"))
		}
		f.now = f.now.Add(-time.Hour) // and goes back
		times = append(times, f.write("again", id).word("created_at"))
		if !slices.IsSorted(times) || len(slices.Compact(slices.Clone(times))) != len(times) {
			t.Errorf("created_at: got %v, want strictly increasing", times)
		}

		f.now = f.now.Add(2 * time.Hour)
		for i, after := range times {
			list := f.get("/messages/" + id + "?widget_session_id=" + ours + "&after=" + after)
			if got, want := len(thread(t, list)), len(times)-1-i; got != want {
				t.Errorf("after %s: got %d messages, want %d", after, got, want)
			}
		}
	})
}
