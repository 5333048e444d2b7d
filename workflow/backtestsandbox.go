package workflow

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// sandbox is where workflows do to tickets what they would have done. Its clock is that of the events.
type sandbox struct {
	plan    *BacktestPlan
	byEvent map[desk.EventName][]*Program
	tickets map[desk.ID]*ownTicket
	waits   waits
	usage   usage
	tally   *tally
	now     time.Time
	runs    uint64 // begun so far
}

// ownTicket is a ticket as it stands in the sandbox.
type ownTicket struct {
	ticket  *desk.Ticket // never changed, but replaced
	replies int          // that workflows of the sandbox sent since its first event
}

func newSandbox(p *BacktestPlan, workflows []Workflow) (*sandbox, error) {
	s := &sandbox{
		plan: p, byEvent: make(map[desk.EventName][]*Program), tickets: map[desk.ID]*ownTicket{},
		waits: newWaits(), usage: newUsage(p.Archive, p.From), now: p.From,
	}
	for _, w := range workflows {
		w.Tripped, w.Muted = false, false
		watched := w.ID == p.Draft
		program, err := Compile(w)
		if err != nil && watched {
			return nil, err
		}
		if err != nil {
			continue // its runs really fail too, and do nothing
		}
		if watched {
			s.tally = newTally(w.Definition, p.Directory)
		}
		for _, name := range w.Definition.Trigger.Names() {
			s.byEvent[name] = append(s.byEvent[name], program)
		}
		s.usage.watch(w)
	}
	if s.tally == nil {
		return nil, fmt.Errorf("backtest workflow %d: it is not among those that run", p.Draft)
	}
	return s, nil
}

// meet lets time pass until the event, and the workflows answer it.
func (s *sandbox) meet(ctx context.Context, m *moment) error {
	if err := s.pass(ctx, m.event.At); err != nil {
		return err
	}
	if m.is != nil {
		s.take(m)
		if err := s.look(ctx, []desk.ID{m.is.PublicID}); err != nil {
			return err
		}
	}
	if len(s.byEvent[m.event.Name]) == 0 {
		return nil
	}
	return s.answer(ctx, m)
}

// take makes what really happened to a ticket happen in the sandbox.
func (s *sandbox) take(m *moment) {
	own := s.tickets[m.is.PublicID]
	if own == nil || m.was == nil {
		s.tickets[m.is.PublicID] = &ownTicket{ticket: m.is, replies: m.replies}
		s.usage.moved(m.is)
		return
	}
	own.ticket = merge(own, m)
	s.usage.moved(own.ticket)
}

// answer lets every workflow that the event starts decide, each on what those before it left.
func (s *sandbox) answer(ctx context.Context, m *moment) error {
	f := s.facts(m.event)
	var changed []desk.ID
	for _, program := range s.byEvent[m.event.Name] {
		if m.only != 0 && program.workflow.ID != m.only {
			continue
		}
		s.runs++
		f.RunID = runID(s.runs)
		r, err := program.Settle(ctx, f, s.load)
		if err != nil {
			return err
		}
		f.fold(&r)
		run := &waiting{program: program, event: m.event, order: s.runs, id: f.RunID}
		s.begun(run, &r)
		changed = append(changed, s.save(run, &r)...)
	}
	return s.look(ctx, changed)
}

// runID names a run of the sandbox.
func runID(n uint64) desk.ID {
	var id desk.ID
	for i := range 8 {
		id[15-i] = byte(n >> (8 * i))
	}
	return id
}

// facts are those that every decision about the event begins with.
func (s *sandbox) facts(e *Event) Facts {
	f := Facts{
		Event: *e, Now: s.now, URL: s.plan.URL, Directory: s.plan.Directory,
		Tickets: map[desk.ID]*TicketFacts{}, Roles: map[int64]RoleFacts{},
	}
	if id, ok := ticketOf(e); ok && s.tickets[id] != nil {
		f.Tickets[id] = s.ticketFacts(s.tickets[id].ticket)
	}
	return f
}

func ticketOf(e *Event) (desk.ID, bool) {
	text, ok := e.Properties["ticket_id"].(string)
	if !ok {
		return desk.ID{}, false
	}
	id, err := desk.ParseID(text)
	return id, err == nil
}

func (s *sandbox) ticketFacts(t *desk.Ticket) *TicketFacts {
	return &TicketFacts{Ticket: *t, CustomerCount: s.plan.Archive.Opened(t.Customer.ID, s.now)}
}

// begun counts a run that an event started.
func (s *sandbox) begun(run *waiting, r *Result) {
	w := &run.program.workflow
	if r.Outcome != NotTriggered && r.Outcome != Tripped {
		s.usage.began(w.ID, r.LimitKey, s.now)
	}
	if w.ID == s.plan.Draft {
		s.tally.begun(r)
	}
}

// save makes what a run did the state of the sandbox and returns the tickets that it changed.
func (s *sandbox) save(run *waiting, r *Result) []desk.ID {
	w := &run.program.workflow
	var changed []desk.ID
	for i := range r.Effects {
		e := &r.Effects[i]
		id := e.Ticket.PublicID
		own := s.tickets[id]
		if own == nil {
			own = &ownTicket{}
			s.tickets[id] = own
		}
		own.ticket = &e.Ticket
		for j := range e.Outcome.Messages {
			if !e.Outcome.Messages[j].Private {
				own.replies++
				s.usage.sent(w.ID, id, s.now)
			}
		}
		s.usage.moved(own.ticket)
		changed = append(changed, id)
	}
	s.usage.turned(r.Turns)
	if w.ID == s.plan.Draft {
		s.tally.add(run.event, r, s.now)
	}
	if r.Outcome == Waiting {
		s.wait(run, r)
	}
	return changed
}

// load tells an evaluation what it lacks.
func (s *sandbox) load(ctx context.Context, w *Workflow, n Need, f *Facts) error {
	switch {
	case !n.Ticket.IsZero():
		facts, err := s.find(ctx, n.Ticket)
		f.Tickets[n.Ticket] = facts
		return err
	case n.Role != 0:
		facts, err := s.usage.role(ctx, n.Role)
		f.Roles[n.Role] = facts
		return err
	case n.Limit != "":
		f.Uses[n.Limit] = s.usage.uses(w.ID, n.Limit, s.now.Add(-n.Within))
	case !n.Sent.IsZero():
		f.Sent[n.Sent] = s.usage.sentSince(w.ID, n.Sent, s.now.Add(-time.Hour))
	default:
		count := s.usage.startedSince(w.ID, s.now.Add(-time.Minute))
		f.Started = &count
	}
	return nil
}

// find is another ticket: as the sandbox has it, or as it is now where no event of it has come up.
func (s *sandbox) find(ctx context.Context, id desk.ID) (*TicketFacts, error) {
	if own := s.tickets[id]; own != nil {
		return s.ticketFacts(own.ticket), nil
	}
	t, err := s.plan.Archive.TicketByID(ctx, id)
	if err != nil || t == nil {
		return nil, err
	}
	return s.ticketFacts(t), nil
}

// forget drops a ticket unless a run waits on it.
func (s *sandbox) forget(id desk.ID) {
	if !s.waits.on(id) {
		delete(s.tickets, id)
		s.usage.forget(id)
	}
}
