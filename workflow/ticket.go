package workflow

import (
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// ticketRef is the ticket_id input of a step.
type ticketRef struct{ id *template }

func compileTicketRef(s string) ticketRef { return ticketRef{id: compileTemplate(s)} }

// load finds the ticket as this run and the workflows before it left it. The flow is lacked when it has to
// be loaded first; the error is for people.
func (r ticketRef) load(e *evaluation, t *StepTrace) (*TicketFacts, flow, error) {
	v, err := r.id.resolve(&e.scope)
	if err != nil {
		return nil, next, err
	}
	t.Inputs = append(t.Inputs, Named{Name: "ticket_id", Value: v})
	text := strings.TrimSpace(textOf(v))
	if text == "" {
		return nil, next, desk.FieldErrorf("ticket_id", "The step does not say which ticket: ticket_id is empty.")
	}
	id, err := desk.ParseID(text)
	if err != nil {
		return nil, next, desk.FieldErrorf("ticket_id", "There is no such ticket: %.60q is not a ticket's id.", text)
	}
	facts, known := e.facts.Tickets[id]
	if !known {
		e.result.Need = &Need{Ticket: id}
		return nil, lacked, nil
	}
	// A ticket of another team must look like none, whoever filled the facts.
	if facts == nil || facts.Ticket.TeamID != e.facts.Event.TeamID {
		return nil, next, desk.FieldErrorf("ticket_id", "There is no such ticket in this team: %s.", id)
	}
	if changed, ok := e.tickets[id]; ok {
		return &TicketFacts{Ticket: *changed, CustomerCount: facts.CustomerCount}, next, nil
	}
	return facts, next, nil
}

// defaultOutput is the variable that a ticket is read into when the step names none.
const defaultOutput = "ticket"

// getStep reads a ticket into a variable.
type getStep struct {
	ticket ticketRef
	output string
}

func compileGet(s *GetTicketStep) runner {
	return getStep{ticket: compileTicketRef(orDefault(s.TicketID, EventTicket)), output: orDefault(s.Output, defaultOutput)}
}

func (s getStep) run(e *evaluation, t *StepTrace) flow {
	facts, goOn, err := s.ticket.load(e, t)
	if goOn != next {
		return goOn
	}
	if err != nil {
		return failStep(t, err)
	}
	value := ticketValue(facts, e.facts.Directory, e.facts.URL)
	if err := e.setVariable(s.output, value); err != nil {
		return failStep(t, err)
	}
	t.Detail = fmt.Sprintf("Read ticket #%d into %s.", facts.Ticket.Number, s.output)
	t.Outputs = append(t.Outputs, Named{Name: s.output, Value: value})
	return next
}

// setVariable holds the limit of all variables together.
func (e *evaluation) setVariable(name string, value any) error {
	before, had := e.scope.variables[name]
	e.scope.variables[name] = value
	if sizeOf(e.scope.variables) <= maxVariables {
		return nil
	}
	delete(e.scope.variables, name)
	if had {
		e.scope.variables[name] = before
	}
	return desk.Errorf(desk.TooLarge, "The variables of the run are larger than %d kB together.", maxVariables>>10)
}

// ticketValue is the output of Get ticket, field by field as in spec/2.
func ticketValue(f *TicketFacts, dir *Directory, url string) map[string]any {
	t := &f.Ticket
	tags := make([]any, len(t.Tags))
	for i, tag := range t.Tags {
		tags[i] = tag
	}
	var priority any
	if t.Priority != desk.NoPriority {
		priority = string(t.Priority)
	}
	due := timeOrNil(t.SLADueAt)
	value := map[string]any{
		"id": t.PublicID.String(), "ticket_number": t.Number, "number": t.Number,
		"url":     fmt.Sprintf("%s/tickets/%d", url, t.Number),
		"subject": t.Subject, "status": string(t.Status), "priority": priority, "tags": tags,
		"assignee":       assigneeValue(t.Assignee, dir),
		"channel_source": string(t.Channel), "mailbox": t.Mailbox,
		"distinct_id": t.Customer.DistinctID, "customer_name": t.Customer.Name, "customer_email": t.Customer.Email,
		"message_count":   int64(t.MessageCount),
		"last_message_at": timeOrNil(t.LastMessageAt), "last_message_text": t.LastMessageText,
		"unread_team_count": int64(t.UnreadTeam), "unread_customer_count": int64(t.UnreadCustomer),
		"sla_due_at": due, "sla": due,
		"created_at": timeOrNil(t.CreatedAt), "updated_at": timeOrNil(t.UpdatedAt),
	}
	if f.CustomerCount != nil { // what was not counted must not read as none
		value["customer_ticket_count_7d"] = int64(*f.CustomerCount)
	}
	return value
}
