package desk

import (
	"maps"
	"time"
)

// EventName is the name of an event on the wire.
type EventName string

// The events of spec/1. The first six are those of PostHog's support product, to the letter.
const (
	TicketCreated   EventName = "$conversation_ticket_created"
	StatusChanged   EventName = "$conversation_ticket_status_changed"
	PriorityChanged EventName = "$conversation_ticket_priority_changed"
	TicketAssigned  EventName = "$conversation_ticket_assigned"
	MessageSent     EventName = "$conversation_message_sent"
	MessageReceived EventName = "$conversation_message_received"
	TagsChanged     EventName = "$conversation_ticket_tags_changed"
	TicketAtRisk    EventName = "$conversation_sla_at_risk"
	TicketBreached  EventName = "$conversation_sla_breached"
)

// EventNames lists every event that can start a workflow, in the order that people read them.
func EventNames() []EventName {
	return []EventName{
		TicketCreated, MessageReceived, MessageSent, StatusChanged, PriorityChanged, TicketAssigned, TagsChanged,
		TicketAtRisk, TicketBreached,
	}
}

// Event is a fact: something that happened to a ticket, with a snapshot of properties. It is never edited.
type Event struct {
	Name       EventName
	Properties map[string]any // values are text, whole numbers (int64), lists of text or nil
	At         time.Time
}

// Properties are what every event says of its ticket (spec/1).
func Properties(t *Ticket) map[string]any {
	return map[string]any{
		"ticket_id": t.PublicID.String(), "ticket_number": t.Number, "channel_source": string(t.Channel),
		"status": string(t.Status), "priority": t.Priority.orNil(),
	}
}

// events picks from the records what spec/1 calls an event. All carry the state after the whole change.
func (d *draft) events(changes []Record) []Event {
	var out []Event
	if d.moves {
		return nil
	}
	emit := func(name EventName, extra map[string]any) {
		maps.Copy(extra, Properties(&d.ticket))
		out = append(out, Event{Name: name, Properties: extra, At: d.now})
	}

	if d.opened && d.by.Kind == ByCustomer {
		emit(TicketCreated, d.customerProperties())
	}
	for i := range d.messages {
		if name, extra := d.messageEvent(&d.messages[i]); name != "" {
			emit(name, extra)
		}
	}
	if !d.by.emits() {
		return out
	}
	for _, r := range changes {
		if name, extra := d.fieldEvent(r); name != "" {
			emit(name, extra)
		}
	}
	if name, extra := d.alert(); name != "" {
		emit(name, extra)
	}
	return out
}

func (d *draft) customerProperties() map[string]any {
	return map[string]any{"customer_name": d.ticket.Customer.Name, "customer_email": d.ticket.Customer.Email}
}

func (d *draft) messageEvent(m *Message) (EventName, map[string]any) {
	if m.Private {
		return "", nil
	}
	extra := map[string]any{"message_id": m.PublicID.String(), "message_content": Cut(m.Body, excerptLength)}
	switch m.Author {
	case ByCustomer:
		extra["author_type"] = "customer"
		extra["customer_name"] = d.ticket.Customer.Name
		extra["customer_email"] = d.ticket.Customer.Email
		return MessageReceived, extra
	case ByAgent:
		extra["author_type"] = "team"
		extra["author_id"] = nil
		if m.AuthorID != 0 {
			extra["author_id"] = m.AuthorID
		}
		return MessageSent, extra
	case ByWorkflow, ByAPI, BySystem:
	}
	return "", nil
}

// fieldEvent returns the event of a changed field, "" for fields that have none.
func (d *draft) fieldEvent(r Record) (EventName, map[string]any) {
	switch r.Field {
	case FieldStatus:
		return StatusChanged, map[string]any{"old_status": string(d.before.Status), "new_status": string(d.ticket.Status)}
	case FieldPriority:
		return d.agentOnly(PriorityChanged), map[string]any{"old_priority": r.Before, "new_priority": r.After}
	case FieldAssignee:
		extra := map[string]any{"assignee_type": nil, "assignee_id": nil}
		if to := d.ticket.Assignee; to.Kind != Nobody {
			extra["assignee_type"], extra["assignee_id"] = string(to.Kind), to.ID
		}
		return d.agentOnly(TicketAssigned), extra
	case FieldTags:
		added, removed := tagDifference(d.before.Tags, d.ticket.Tags)
		return d.agentOnly(TagsChanged), map[string]any{"added": added, "removed": removed}
	case FieldTicket, FieldMessage, FieldNote, FieldSubject, FieldSLA, FieldSnooze, FieldRead, FieldRelation, FieldCustomer:
	}
	return "", nil
}

// agentOnly keeps the clock, which emits status changes and alerts alone, from emitting name.
func (d *draft) agentOnly(name EventName) EventName {
	if d.by.Kind != ByAgent {
		return ""
	}
	return name
}

func tagDifference(before, after []string) (added, removed []string) {
	return without(after, before), without(before, after)
}

// without returns the entries of a that are not in b; both are sorted.
func without(a, b []string) []string {
	out := []string{}
	for _, s := range a {
		for len(b) > 0 && b[0] < s {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != s {
			out = append(out, s)
		}
	}
	return out
}
