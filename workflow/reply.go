package workflow

import (
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// defaultMessages is how many messages a workflow may send on one ticket within an hour when it sets no limit.
const defaultMessages = 10

// messageStep writes a reply or a note.
type messageStep struct {
	ticket  ticketRef
	body    *template
	private bool
}

func compileMessage(t StepType, s *MessageStep) runner {
	return messageStep{
		ticket: compileTicketRef(orDefault(s.TicketID, EventTicket)), body: compileTemplate(s.Body), private: t == AddNote,
	}
}

func (s messageStep) run(e *evaluation, t *StepTrace) flow {
	facts, goOn, err := s.ticket.load(e, t)
	if goOn != next || err != nil {
		return failedOr(t, goOn, err)
	}
	v, err := s.body.resolve(&e.scope)
	if err != nil {
		return failStep(t, err)
	}
	body := textOf(v)
	t.Inputs = append(t.Inputs, Named{Name: "body", Value: body})
	if strings.TrimSpace(body) == "" {
		t.Outcome, t.Detail = StepSkipped, "There was nothing to write: the text is empty."
		return next
	}
	if !s.private {
		if goOn := e.mayReply(facts); goOn != next {
			return goOn
		}
	}
	message := desk.AddMessage{ID: e.facts.RunID.Derive(t.StepID, e.executed), Body: body, Private: s.private}
	if goOn := e.apply(t, facts, desk.All{message}); t.Outcome == StepFailed {
		return goOn
	}
	what := "Sent a reply on"
	if s.private {
		what = "Added a note to"
	}
	t.Detail, t.Outputs = fmt.Sprintf("%s ticket #%d.", what, facts.Ticket.Number), nil
	return next
}

// mayReply trips the workflow when it has sent a customer as much as it may.
func (e *evaluation) mayReply(facts *TicketFacts) flow {
	limit := e.program.workflow.Definition.Limits.MessagesPerTicketHour
	if limit == 0 {
		limit = defaultMessages
	}
	id := facts.Ticket.PublicID
	sent, known := e.facts.Sent[id]
	if !known {
		e.result.Need = &Need{Sent: id}
		return lacked
	}
	if sent+e.sent[id] >= limit {
		return e.trip(fmt.Sprintf("It has sent %d messages on ticket #%d within an hour, which is its limit.", sent+e.sent[id], facts.Ticket.Number))
	}
	e.sent[id]++
	return next
}
