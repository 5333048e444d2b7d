package desk

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func opening() Opening {
	return Opening{
		PublicID: ID{1}, TeamID: 2, Number: 42, Channel: Widget,
		Customer: Customer{ID: 3, Name: "Carl"}, Message: AddMessage{ID: ID{5}, Body: "  It broke\r\nbadly"},
	}
}

func TestACustomersOpeningEmitsCreatedThenReceived(t *testing.T) {
	tk, out, err := OpenTicket(actor(ByCustomer), noon(), opening())
	if err != nil {
		t.Fatal(err)
	}
	wantTicket := Ticket{
		PublicID: ID{1}, TeamID: 2, Number: 42, Subject: "It broke", Channel: Widget, Status: New, Tags: []string{},
		Customer: Customer{ID: 3, Name: "Carl"}, MessageCount: 1, LastMessageAt: noon(), LastMessageText: "  It broke\r\nbadly",
		UnreadTeam: 1, CreatedAt: noon(), UpdatedAt: noon(), ThreadAt: noon(),
	}
	if diff := cmp.Diff(wantTicket, tk); diff != "" {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
	want := Outcome{
		Changes: []Record{{Field: FieldTicket, After: "It broke"}, {Field: FieldMessage, MessageID: ID{5}}},
		Events: []Event{
			{Name: TicketCreated, At: noon(), Properties: map[string]any{
				"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "widget", "status": "new", "priority": nil,
				"customer_name": "Carl", "customer_email": "",
			}},
			{Name: MessageReceived, At: noon(), Properties: map[string]any{
				"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "widget", "status": "new", "priority": nil,
				"message_id": messageUUID, "message_content": "  It broke\r\nbadly", "author_type": "customer",
				"customer_name": "Carl", "customer_email": "",
			}},
		},
		Messages: []Message{{
			PublicID: ID{5}, Author: ByCustomer, AuthorID: 3, AuthorName: "Carl", Body: "  It broke\r\nbadly", CreatedAt: noon(),
		}},
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}

func TestWhoOpensDecidesTheEvents(t *testing.T) {
	for kind, want := range map[ActorKind][]EventName{
		ByAgent: {MessageSent}, ByCustomer: {TicketCreated, MessageReceived}, ByWorkflow: nil, ByAPI: nil, BySystem: nil,
	} {
		_, out, err := OpenTicket(actor(kind), noon(), opening())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, names(out.Events)); diff != "" {
			t.Errorf("%s: events (-want +got):\n%s", kind, diff)
		}
		if len(out.Changes) != 2 {
			t.Errorf("%s: got %d records, want the opening and its message", kind, len(out.Changes))
		}
	}
}

func TestASubjectIsKeptOrMadeFromTheFirstLine(t *testing.T) {
	for _, c := range []struct{ subject, body, want string }{
		{"Given", "Body", "Given"},
		{"", "\n\n one \n two", "one"},
		{" \t", "Body", "Body"},
		{"", strings.Repeat("ß", 600), strings.Repeat("ß", 500)},
	} {
		o := opening()
		o.Subject, o.Message.Body = c.subject, c.body
		tk, _, err := OpenTicket(actor(ByCustomer), noon(), o)
		if err != nil || tk.Subject != c.want {
			t.Errorf("subject %q, body %.20q: got %q, %v, want %q", c.subject, c.body, tk.Subject, err, c.want)
		}
	}
}

func TestADoorMayGiveAPriority(t *testing.T) {
	o := opening()
	o.Priority = High
	tk, out, err := OpenTicket(actor(ByCustomer), noon(), o)
	if err != nil || tk.Priority != High || out.Events[0].Properties["priority"] != "high" {
		t.Errorf("got %q, %v, %v, want high", tk.Priority, out.Events[0].Properties, err)
	}
}

func TestOpeningsAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Opening){
		"no message":           func(o *Opening) { o.Message.Body = " " },
		"invalid message":      func(o *Opening) { o.Message.Body = "\xff" },
		"no channel":           func(o *Opening) { o.Channel = "" },
		"long channel":         func(o *Opening) { o.Channel = Channel(strings.Repeat("c", 41)) },
		"unknown priority":     func(o *Opening) { o.Priority = "urgent" },
		"20 kB subject":        func(o *Opening) { o.Subject = strings.Repeat("s", 20_000) },
		"NUL in subject":       func(o *Opening) { o.Subject = "a\x00" },
		"long distinct_id":     func(o *Opening) { o.Customer.DistinctID = strings.Repeat("d", 401) },
		"invalid name":         func(o *Opening) { o.Customer.Name = "\xff" },
		"a private note first": func(o *Opening) { o.Message.Private = true },
	} {
		o := opening()
		spoil(&o)
		tk, out, err := OpenTicket(Agent(7, "Ada"), noon(), o)
		if err == nil {
			t.Errorf("%s: no refusal", name)
		}
		if diff := cmp.Diff(Ticket{}, tk) + cmp.Diff(Outcome{}, out); diff != "" {
			t.Errorf("%s: something was made (-want +got):\n%s", name, diff)
		}
	}
}
