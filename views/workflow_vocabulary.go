package views

import (
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

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
	case workflow.ManualRun:
		return "Run by hand"
	case workflow.ScheduledRun:
		return "Schedule was due"
	case workflow.HookCalled:
		return "Webhook was called"
	}
	return string(name)
}

const (
	eventRoot    = "event.properties."
	variableRoot = "variables."
)

// propertyWord is what people call a property of events, "" for one that we have no word for.
func propertyWord(name string) string {
	return map[string]string{
		"channel_source": "Channel", "status": "Status", "priority": "Priority", "ticket_number": "Ticket number", "ticket_id": "Ticket id",
		"customer_email": "Customer email", "customer_name": "Customer name", "message_content": "Message text", "author_type": "Author type",
		"author_id": "Author id", "new_status": "New status", "old_status": "Old status", "new_priority": "New priority",
		"old_priority": "Old priority", "assignee_type": "Assignee type", "assignee_id": "Assignee id", "added": "Tags added",
		"removed": "Tags removed", "sla_due_at": "Deadline", "run_by": "Who ran it", "scheduled_at": "When it was due",
	}[name]
}

// ticketWord is what people call a field that Get ticket reads.
func ticketWord(name string) string {
	return map[string]string{
		"status": "status", "priority": "priority", "channel_source": "channel", "tags": "tags", "assignee": "assignee",
		"assignee.name": "assignee’s name", "subject": "subject", "mailbox": "mailbox", "customer_name": "customer name",
		"customer_email": "customer email", "customer_ticket_count_7d": "customer’s tickets in 7 days", "message_count": "number of messages",
		"last_message_text": "last message", "last_message_at": "last message at", "unread_team_count": "unread by the team",
		"unread_customer_count": "unread by the customer", "sla_due_at": "SLA deadline", "created_at": "created at",
		"updated_at": "updated at", "ticket_number": "number", "id": "id", "url": "address in the desk", "distinct_id": "distinct id",
	}[name]
}

// commonWord is what people call what every run has.
func commonWord(path string) string {
	return map[string]string{
		"event.event": "Kind of event", "event.timestamp": "Time of the event", "event.distinct_id": "Distinct id of the customer",
		"team.name": "Name of the team", "team.timezone": "Time zone of the team", "now": "Now",
	}[path]
}

// leftWord says in lower case what a left side is, its path where we have no word for it.
func leftWord(left string) string {
	words := fieldWords(left)
	switch {
	case words == "":
		return left
	case strings.HasPrefix(left, variableRoot):
		return words // which begin with the name of the variable
	}
	return strings.ToLower(words[:1]) + words[1:]
}

// fieldWords is what people call a field, "" for one that we have no word for.
func fieldWords(path string) string {
	if name, ok := strings.CutPrefix(path, eventRoot); ok {
		return propertyWord(name)
	}
	name, ok := strings.CutPrefix(path, variableRoot)
	if !ok {
		return commonWord(path)
	}
	variable, field, _ := strings.Cut(name, ".")
	if word := ticketWord(field); word != "" {
		return variable + " " + word
	}
	return ""
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
