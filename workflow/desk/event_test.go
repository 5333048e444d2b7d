package desk

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	ticketUUID  = "01000000-0000-0000-0000-000000000000"
	messageUUID = "05000000-0000-0000-0000-000000000000"
)

func TestEventsCarryExactlyTheirProperties(t *testing.T) {
	for _, c := range []struct {
		name   string
		by     Actor
		change Change
		event  EventName
		want   map[string]any
	}{
		{"status", Agent(7, "Ada"), SetStatus{To: Pending}, StatusChanged, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "pending", "priority": "low",
			"old_status": "open", "new_status": "pending",
		}},
		{"priority set", Agent(7, "Ada"), SetPriority{To: High}, PriorityChanged, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "high",
			"old_priority": "low", "new_priority": "high",
		}},
		{"priority cleared", Agent(7, "Ada"), SetPriority{}, PriorityChanged, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": nil,
			"old_priority": "low", "new_priority": nil,
		}},
		{"assigned to a role", Agent(7, "Ada"), SetAssignee{To: Assignee{Kind: ToRole, ID: 9}}, TicketAssigned, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
			"assignee_type": "role", "assignee_id": int64(9),
		}},
		{"unassigned", Agent(7, "Ada"), SetAssignee{To: Assignee{ID: 9}}, TicketAssigned, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
			"assignee_type": nil, "assignee_id": nil,
		}},
		{"sent", Agent(7, "Ada"), AddMessage{ID: ID{5}, Body: "Hi"}, MessageSent, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
			"message_id": messageUUID, "message_content": "Hi", "author_type": "team", "author_id": int64(7),
		}},
		{"sent by nobody known", Agent(0, ""), AddMessage{ID: ID{5}, Body: "Hi"}, MessageSent, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
			"message_id": messageUUID, "message_content": "Hi", "author_type": "team", "author_id": nil,
		}},
		{"received", actor(ByCustomer), AddMessage{ID: ID{5}, Body: "Help"}, MessageReceived, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
			"message_id": messageUUID, "message_content": "Help", "author_type": "customer",
			"customer_name": "Carl", "customer_email": "carl@example.com",
		}},
		{"tags", Agent(7, "Ada"), SetTags{Tags: []string{"b", "c", "A1"}}, TagsChanged, map[string]any{
			"ticket_id": ticketUUID, "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
			"added": []string{"a1", "c"}, "removed": []string{"a"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tk := ticket()
			got := apply(t, &tk, c.by, c.change).Events
			if diff := cmp.Diff([]Event{{Name: c.event, Properties: c.want, At: noon()}}, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestACompoundChangeIsOne(t *testing.T) {
	tk := ticket()
	out := apply(t, &tk, Agent(7, "Ada"), everyField())
	want := []EventName{MessageSent, StatusChanged, PriorityChanged, TicketAssigned, TagsChanged}
	if diff := cmp.Diff(want, names(out.Events)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for _, e := range out.Events {
		if e.Properties["status"] != "pending" || e.Properties["priority"] != "high" {
			t.Errorf("%s carries %v %v, want the state after the whole", e.Name, e.Properties["status"], e.Properties["priority"])
		}
	}
}

func TestMessageContentIsCutAtAThousandCharacters(t *testing.T) {
	body := strings.Repeat("ä", 400) + strings.Repeat("語", 400) + strings.Repeat("🚀", 400)
	want := strings.Repeat("ä", 400) + strings.Repeat("語", 400) + strings.Repeat("🚀", 200)
	for _, by := range []Actor{Agent(7, "Ada"), actor(ByCustomer)} {
		tk := ticket()
		out := apply(t, &tk, by, AddMessage{Body: body})
		if got := out.Events[0].Properties["message_content"]; got != want {
			t.Errorf("%s: got %q, want %q", by.Kind, got, want)
		}
		if out.Messages[0].Body != body {
			t.Errorf("%s: the message itself was cut", by.Kind)
		}
		if wantText := strings.Repeat("ä", 400) + strings.Repeat("語", 100); tk.LastMessageText != wantText {
			t.Errorf("%s: got %d bytes of last message, want %d", by.Kind, len(tk.LastMessageText), len(wantText))
		}
	}
}

func TestOnlyListedEventsAreEmitted(t *testing.T) {
	tk := ticket()
	for _, e := range apply(t, &tk, Agent(7, "Ada"), everyField()).Events {
		if !slices.Contains(EventNames(), e.Name) {
			t.Errorf("%s is not in EventNames", e.Name)
		}
	}
}
