package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// A form says what it shows; a field that it does not have stays as it was.

func sent(form url.Values, name, old string) string {
	if !form.Has(name) {
		return old
	}
	return form.Get(name)
}

// chosen reads a select with a text field for everything else, which begins with start.
func chosen(form url.Values, name, old, start string) string {
	value := sent(form, name, old)
	if value != views.OtherChoice {
		return value
	}
	return sent(form, name+views.OtherSuffix, start)
}

const (
	startOfTemplate = "{event.properties.}"
	startOfLeft     = "event.properties."
)

func readStep(form url.Values, old workflow.Step) workflow.Step {
	s := workflow.Step{
		ID: old.ID, Type: old.Type, Name: strings.TrimSpace(sent(form, "name", old.Name)),
		Description: sent(form, "description", old.Description),
		OnError:     workflow.OnError(sent(form, "on_error", string(old.OnError))), Disabled: old.Disabled,
	}
	switch {
	case old.Get != nil:
		s.Get = &workflow.GetTicketStep{
			TicketID: readWord(form, "ticket_id", old.Get.TicketID),
			Output:   readWord(form, "output", old.Get.Output),
		}
	case old.Update != nil:
		s.Update = readUpdate(form, *old.Update)
	case old.If != nil:
		s.If = readIf(form, *old.If)
	case old.Wait != nil:
		s.Wait = readWait(form, *old.Wait)
	case old.Message != nil:
		s.Message = &workflow.MessageStep{TicketID: readWord(form, "ticket_id", old.Message.TicketID), Body: sent(form, "body", old.Message.Body)}
	case old.Notify != nil:
		s.Notify = readNotify(form, *old.Notify)
	case old.Webhook != nil:
		s.Webhook = readCall(form, *old.Webhook)
	case old.Assign != nil:
		s.Assign = &workflow.AssignStep{
			TicketID: readWord(form, "ticket_id", old.Assign.TicketID),
			Role:     readTarget(form, "role", old.Assign.Role),
			Mode:     workflow.TurnMode(sent(form, "mode", string(old.Assign.Mode))),
		}
	case old.Variable != nil:
		s.Variable = &workflow.VariableStep{Variable: readWord(form, "variable", old.Variable.Variable), Value: readValue(form, "value", old.Variable.Value)}
	case old.Stop != nil:
		s.Stop = &workflow.StopStep{Reason: sent(form, "reason", old.Stop.Reason)}
	}
	return s
}

func readUpdate(form url.Values, u workflow.UpdateTicketStep) *workflow.UpdateTicketStep {
	u.TicketID = readWord(form, "ticket_id", u.TicketID)
	u.Status = chosen(form, "status", u.Status, startOfTemplate)
	u.Priority = chosen(form, "priority", u.Priority, startOfTemplate)
	u.SLAAmount = readAmount(form, u.SLAAmount)
	u.SLAUnit = chosen(form, "sla_unit", u.SLAUnit, startOfTemplate)
	u.SLAMode = desk.SLAMode(sent(form, "sla_mode", string(u.SLAMode)))
	u.BusinessHours = readHours(form, u.BusinessHours)
	u.Assignee = readTarget(form, "assignee", u.Assignee)
	u.TagsMode = desk.TagsMode(sent(form, "tags_mode", string(u.TagsMode)))
	if form.Has("tags") {
		u.Tags = views.ParseList(form.Get("tags"))
	}
	return &u
}

// readAmount keeps whole numbers as such, since that is how files write them.
func readAmount(form url.Values, old any) any {
	text := readWord(form, "sla_amount", views.ValueText(old))
	if text == views.ValueText(old) {
		return old
	}
	if text == "" {
		return nil
	}
	if n, ok := wholeNumber(text); ok {
		return n
	}
	return text
}

func wholeNumber(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}

// readTarget leaves the names to the store, which knows them.
func readTarget(form url.Values, name string, old *workflow.Target) *workflow.Target {
	value := sent(form, name, views.KeptValue)
	switch value {
	case views.KeptValue, views.TargetValue(old):
		return old
	case "":
		return nil
	case views.NobodyValue:
		return &workflow.Target{}
	}
	kind, number, _ := strings.Cut(value, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || kind != string(desk.ToUser) && kind != string(desk.ToRole) {
		return old // no choice that we offered
	}
	return &workflow.Target{Kind: desk.AssigneeKind(kind), ID: id}
}
