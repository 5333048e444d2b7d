package views

import (
	"slices"
	"strconv"
	"strings"

	"signalbox/workflow"
)

// unplaced returns the problems of fields that the form does not draw.
func (f panelForm) unplaced(drawn func(field string) bool) []workflow.Problem {
	return slices.DeleteFunc(slices.Clone(f.problems), func(p workflow.Problem) bool { return drawn(p.Field) })
}

func stepFields(s workflow.Step) func(string) bool {
	names := []string{"name", "on_error", "description"}
	switch s.Type {
	case workflow.GetTicket:
		names = append(names, "ticket_id", "output")
	case workflow.UpdateTicket:
		names = append(names, "ticket_id", "status", "priority", "sla_amount", "sla_unit", "sla_mode", "assignee", "tags", "tags_mode")
	case workflow.If:
		return drawnCondition(len(s.If.Branches), BranchPath)
	case workflow.Stop:
		names = append(names, "reason")
	case workflow.Wait:
		return anyOf(drawnCondition(1, func(int) string { return WaitGroup }),
			"name", "on_error", "description", "for", "until", "timeout", "ticket_id", "output")
	case workflow.SendReply, workflow.AddNote:
		names = append(names, "ticket_id", "body")
	case workflow.Notify:
		names = append(names, "ticket_id", "to", "text", "via", "address", "url")
	case workflow.Webhook:
		names = append(names, "verb", "url", "body", "output")
		for i := range s.Webhook.Headers {
			names = append(names, HeaderPath(i)+".name", HeaderPath(i)+".value")
		}
	case workflow.AssignInTurn:
		names = append(names, "ticket_id", "role", "mode")
	case workflow.SetVariable:
		names = append(names, "variable", "value")
	}
	return func(field string) bool { return slices.Contains(names, field) }
}

func triggerFields(t workflow.Trigger) func(string) bool {
	return anyOf(drawnCondition(len(t.Events), EventPath), "manual", "webhook", "cron", "zone", "limit.times", "limit.within", "limit.key")
}

func anyOf(drawn func(string) bool, names ...string) func(string) bool {
	return func(field string) bool { return drawn(field) || slices.Contains(names, field) }
}

// drawnCondition knows the fields of numbered groups of conditions.
func drawnCondition(n int, name func(int) string) func(string) bool {
	return func(field string) bool {
		head, _, _ := strings.Cut(field, ".")
		i, err := strconv.Atoi(strings.TrimLeft(head, "bew"))
		return err == nil && i < n && head == name(i)
	}
}
