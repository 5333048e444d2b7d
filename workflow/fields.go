package workflow

import (
	"slices"

	"signalbox/workflow/desk"
)

// FieldType says what values a field has; each of them may be missing as well.
type FieldType string

// The types of fields.
const (
	TextField   FieldType = "text"
	NumberField FieldType = "number"
	TimeField   FieldType = "time"
	ListField   FieldType = "list"
	AnyField    FieldType = "any" // what somebody outside, or a template, decides
)

// FieldHint is a field that conditions and templates of a step can name.
type FieldHint struct {
	Path    string // event.properties.status, variables.ticket.tags …
	Type    FieldType
	Step    string // the step that sets it; "": every run has it
	Example any    // nil: none is known
	ticket  bool   // it is a field of the ticket that Step reads
}

// FieldsAt lists what exists where a step is reached: what the trigger's events carry, what steps before it may have
// set, and the team and the time. For the trigger itself, which stepID "" names, there are no variables.
func FieldsAt(d Definition, stepID string) []FieldHint {
	var out []FieldHint
	add := func(h FieldHint) {
		if !slices.ContainsFunc(out, func(had FieldHint) bool { return had.Path == h.Path }) {
			out = append(out, h)
		}
	}
	names := d.Trigger.Names()
	if len(names) == 0 {
		names = desk.EventNames()[:1]
	}
	for _, name := range names {
		for _, f := range propertiesOf(name) {
			add(FieldHint{Path: "event.properties." + f.name, Type: f.kind})
		}
	}
	if stepID != "" {
		set, _ := setBefore(d.Steps, stepID, nil)
		for _, h := range set {
			add(h)
		}
	}
	for _, f := range everywhere() {
		add(FieldHint{Path: f.name, Type: f.kind})
	}
	return out
}

// setBefore adds the variables that may be set when the step is reached, and reports whether it was found. Later
// steps come first: what they set is what counts.
func setBefore(steps []Step, id string, set []FieldHint) ([]FieldHint, bool) {
	for i := range steps {
		s := &steps[i]
		if s.ID == id {
			if s.Wait != nil && s.Wait.When != nil { // which reads the ticket before it looks at its condition
				set = slices.Concat(setBy(s), set)
			}
			return set, true
		}
		after := slices.Concat(setBy(s), set)
		for _, exit := range s.Exits() {
			inside, found := setBefore(s.Path(exit), id, slices.Concat(setBy(s), set))
			if found {
				return inside, true
			}
			if !s.Disabled {
				after = slices.Concat(inside[:len(inside)-len(set)], after)
			}
		}
		set = after
	}
	return set, false
}

// setBy lists what a step sets.
func setBy(s *Step) []FieldHint {
	switch {
	case s.Disabled:
		return nil
	case s.Get != nil:
		return ticketHints(s.ID, orDefault(s.Get.Output, defaultOutput))
	case s.Wait != nil && s.Wait.When != nil:
		return ticketHints(s.ID, orDefault(s.Wait.Output, defaultOutput))
	case s.Webhook != nil && s.Webhook.Output != "":
		return []FieldHint{
			{Path: "variables." + s.Webhook.Output + ".status", Type: NumberField, Step: s.ID},
			{Path: "variables." + s.Webhook.Output + ".body", Type: AnyField, Step: s.ID},
		}
	case s.Variable != nil && s.Variable.Variable != "":
		return []FieldHint{{Path: "variables." + s.Variable.Variable, Type: AnyField, Step: s.ID, Example: literalOf(s.Variable.Value)}}
	}
	return nil
}

// literalOf is the value of what is no template, else nil.
func literalOf(v any) any {
	if t := compileValue(v); t.isLiteral() {
		return t.literal
	}
	return nil
}

func ticketHints(step, variable string) []FieldHint {
	var out []FieldHint
	for _, f := range knownOfTicket() {
		out = append(out, FieldHint{Path: "variables." + variable + "." + f.name, Type: f.kind, Step: step, ticket: true})
	}
	return out
}

// Exemplify fills in the examples that are still missing: what the fields would be if the run of the event in f had
// begun with this ticket, which may be nil.
func Exemplify(hints []FieldHint, f Facts, t *desk.Ticket) []FieldHint {
	out := slices.Clone(hints)
	var ticket map[string]any
	if t != nil {
		ticket = ticketValue(&TicketFacts{Ticket: *t}, f.Directory, f.URL)
	}
	at := scope{event: &f.Event, team: &f.Directory.Team, now: f.Now}
	for i := range out {
		h := &out[i]
		p, err := compilePath(h.Path)
		switch {
		case h.Example != nil || err != nil:
		case h.ticket:
			h.Example = walk(ticket, p.keys[1:])
		case p.root != rootVariables:
			h.Example = p.lookup(&at)
		}
	}
	return out
}

// known is a field that is there by its place.
type known struct {
	name string
	kind FieldType
}

// propertiesOf lists what an event carries, the telling ones first.
func propertiesOf(name desk.EventName) []known {
	ticket := []known{
		{"channel_source", TextField},
		{"status", TextField},
		{"priority", TextField},
		{"ticket_number", NumberField},
		{"ticket_id", TextField},
	}
	customer := []known{{"customer_email", TextField}, {"customer_name", TextField}}
	message := []known{{"message_content", TextField}, {"author_type", TextField}}
	switch name {
	case desk.TicketCreated:
		return append(customer, ticket...)
	case desk.StatusChanged:
		return append([]known{{"new_status", TextField}, {"old_status", TextField}}, ticket...)
	case desk.PriorityChanged:
		return append([]known{{"new_priority", TextField}, {"old_priority", TextField}}, ticket...)
	case desk.TicketAssigned:
		return append([]known{{"assignee_type", TextField}, {"assignee_id", NumberField}}, ticket...)
	case desk.MessageSent:
		return append(append(message, known{"author_id", NumberField}), ticket...)
	case desk.MessageReceived:
		return append(append(message, customer...), ticket...)
	case desk.TagsChanged:
		return append([]known{{"added", ListField}, {"removed", ListField}}, ticket...)
	case desk.TicketAtRisk, desk.TicketBreached:
		return append([]known{{"sla_due_at", TimeField}}, ticket...)
	case ManualRun:
		return append([]known{{"run_by", TextField}}, ticket...)
	case ScheduledRun:
		return []known{{"scheduled_at", TimeField}}
	case HookCalled: // its body is the caller's
		return ticket
	}
	return ticket
}

// knownOfTicket lists the output of Get ticket.
func knownOfTicket() []known {
	return []known{
		{"status", TextField},
		{"priority", TextField},
		{"channel_source", TextField},
		{"tags", ListField},
		{"assignee", AnyField},
		{"assignee.name", TextField},
		{"subject", TextField},
		{"mailbox", TextField},
		{"customer_name", TextField},
		{"customer_email", TextField},
		{"customer_ticket_count_7d", NumberField},
		{"message_count", NumberField},
		{"last_message_text", TextField},
		{"last_message_at", TimeField},
		{"unread_team_count", NumberField},
		{"unread_customer_count", NumberField},
		{"sla_due_at", TimeField},
		{"created_at", TimeField},
		{"updated_at", TimeField},
		{"ticket_number", NumberField},
		{"id", TextField},
		{"url", TextField},
		{"distinct_id", TextField},
	}
}

// everywhere lists what every run has.
func everywhere() []known {
	return []known{
		{"event.event", TextField},
		{"event.timestamp", TimeField},
		{"event.distinct_id", TextField},
		{"team.name", TextField},
		{"team.timezone", TextField},
		{"now", TimeField},
	}
}
