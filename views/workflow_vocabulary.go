package views

import (
	"slices"
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// word is a name of the machine and what people call it.
type word struct{ name, text string }

// eventWord names an event for people.
func eventWord(name desk.EventName) string {
	switch name {
	case desk.TicketCreated:
		return "Ticket created"
	case desk.StatusChanged:
		return "Status changed"
	case desk.PriorityChanged:
		return "Priority changed"
	case desk.TicketAssigned:
		return "Ticket assigned"
	case desk.MessageSent:
		return "Team replied"
	case desk.MessageReceived:
		return "Customer wrote"
	case desk.TagsChanged:
		return "Tags changed"
	case desk.TicketAtRisk:
		return "SLA at risk"
	case desk.TicketBreached:
		return "SLA breached"
	}
	return string(name)
}

// properties lists what an event carries, the telling ones first.
func properties(name desk.EventName) []word {
	common := []word{{"channel_source", "Channel"}, {"status", "Status"}, {"priority", "Priority"}, {"ticket_number", "Ticket number"}}
	customer := []word{{"customer_email", "Customer email"}, {"customer_name", "Customer name"}}
	message := []word{{"message_content", "Message text"}, {"author_type", "Author type"}}
	switch name {
	case desk.TicketCreated:
		return append(customer, common...)
	case desk.StatusChanged:
		return append([]word{{"new_status", "New status"}, {"old_status", "Old status"}}, common...)
	case desk.PriorityChanged:
		return append([]word{{"new_priority", "New priority"}, {"old_priority", "Old priority"}}, common...)
	case desk.TicketAssigned:
		return append([]word{{"assignee_type", "Assignee type"}, {"assignee_id", "Assignee id"}}, common...)
	case desk.MessageSent:
		return append(append(message, word{"author_id", "Author id"}), common...)
	case desk.MessageReceived:
		return append(append(message, customer...), common...)
	case desk.TagsChanged:
		return append([]word{{"added", "Tags added"}, {"removed", "Tags removed"}}, common...)
	case desk.TicketAtRisk, desk.TicketBreached:
		return append([]word{{"sla_due_at", "Deadline"}}, common...)
	}
	return common
}

// ticketFields lists the outputs of Get ticket that conditions are made of.
func ticketFields() []word {
	return []word{
		{"status", "status"},
		{"priority", "priority"},
		{"channel_source", "channel"},
		{"tags", "tags"},
		{"assignee", "assignee"},
		{"subject", "subject"},
		{"mailbox", "mailbox"},
		{"customer_name", "customer name"},
		{"customer_email", "customer email"},
		{"customer_ticket_count_7d", "customer’s tickets in 7 days"},
		{"message_count", "number of messages"},
		{"last_message_text", "last message"},
		{"last_message_at", "last message at"},
		{"unread_team_count", "unread by the team"},
		{"unread_customer_count", "unread by the customer"},
		{"sla_due_at", "SLA deadline"},
		{"created_at", "created at"},
		{"updated_at", "updated at"},
		{"ticket_number", "number"},
		{"distinct_id", "distinct id"},
	}
}

// Lefts are the left sides that conditions at a place can start from.
type Lefts []ui.Group

const (
	eventRoot    = "event.properties."
	variableRoot = "variables."
)

// eventLefts offers the properties of all the trigger's events, each once.
func eventLefts(events []workflow.EventTrigger) Lefts {
	group := ui.Group{Label: "From the event"}
	if len(events) == 0 {
		events = []workflow.EventTrigger{{}}
	}
	for _, e := range events {
		for _, p := range properties(e.Event) {
			o := ui.Option{Value: eventRoot + p.name, Text: p.text}
			if !slices.Contains(group.Options, o) {
				group.Options = append(group.Options, o)
			}
		}
	}
	return Lefts{group}
}

// leftsAt also offers the tickets that steps before this one have read.
func leftsAt(d workflow.Definition, step string) Lefts {
	lefts := eventLefts(d.Trigger.Events)
	read, _ := readBefore(d.Steps, step, nil)
	for _, name := range read {
		group := ui.Group{Label: "From the variable " + name}
		for _, f := range ticketFields() {
			group.Options = append(group.Options, ui.Option{Value: variableRoot + name + "." + f.name, Text: "Ticket " + f.text})
		}
		lefts = append(lefts, group)
	}
	return lefts
}

// readBefore returns the variables that may be set when the step is reached, and whether it was found.
func readBefore(steps []workflow.Step, id string, set []string) ([]string, bool) {
	for i := range steps {
		s := &steps[i]
		if s.ID == id {
			return set, true
		}
		if s.Get != nil {
			set = union(set, []string{outputOf(s)})
		}
		after := set
		for _, exit := range s.Exits() {
			inside, found := readBefore(s.Path(exit), id, set)
			if found {
				return inside, true
			}
			after = union(after, inside)
		}
		set = after
	}
	return set, false
}

// union returns a with those entries of b that it lacks; a stays as it is.
func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(slices.Clip(a), s)
		}
	}
	return a
}

func outputOf(s *workflow.Step) string {
	if s.Get.Output == "" {
		return "ticket"
	}
	return s.Get.Output
}

// leftWord says in lower case what a left side is, its path where we have no word for it.
func leftWord(left string) string {
	if name, ok := strings.CutPrefix(left, eventRoot); ok {
		for _, e := range desk.EventNames() {
			for _, p := range properties(e) {
				if p.name == name {
					return strings.ToLower(p.text[:1]) + p.text[1:]
				}
			}
		}
		return left
	}
	if path, ok := strings.CutPrefix(left, variableRoot); ok {
		variable, field, _ := strings.Cut(path, ".")
		for _, f := range ticketFields() {
			if f.name == field {
				return variable + " " + f.text
			}
		}
	}
	return left
}

// valuesOf suggests values for a left side whose values we know.
func valuesOf(left string) []string {
	field := left[strings.LastIndexByte(left, '.')+1:]
	switch field {
	case "status", "old_status", "new_status":
		return texts(desk.Statuses())
	case "priority", "old_priority", "new_priority":
		return texts(desk.Priorities())
	case "channel_source":
		return texts([]desk.Channel{desk.Widget, desk.Email, desk.Slack, desk.APIDoor})
	case "assignee_type":
		return texts([]desk.AssigneeKind{desk.ToUser, desk.ToRole})
	case "author_type":
		return []string{"team", "customer"}
	}
	return nil
}

func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}
