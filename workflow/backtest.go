package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"signalbox/workflow/desk"
)

// maxHeld is how many tickets a backtest keeps in mind as they stand in its sandbox; about 2 kB each.
const maxHeld = 10_000

// BacktestPlan says what a backtest lets meet the past.
type BacktestPlan struct {
	Directory *Directory
	URL       string
	From, To  time.Time
	Draft     int64      // the ID of the workflow that is watched
	Workflows []Workflow // those that run, in the admin's order, the draft in its place
	Live      []Workflow // the same with the live version instead of the draft; empty: it has none
	Archive   Archive
}

// Archive tells a backtest what the events do not: all of it is as of now, and is only read.
type Archive interface {
	// TicketByID returns nil for a ticket that the team does not have.
	TicketByID(ctx context.Context, id desk.ID) (*desk.Ticket, error)
	// TicketsByID leaves out those that the team does not have.
	TicketsByID(ctx context.Context, ids []desk.ID) ([]desk.Ticket, error)
	// Role tells whose turn it was before the backtest's first event, and how many of the tickets opened before it are
	// open.
	Role(ctx context.Context, id int64) (RoleFacts, error)
	// Opened counts the tickets that a customer opened within the 7 days before now; nil where no workflow asks.
	Opened(customer int64, now time.Time) *int
}

// Past is one thing that really happened: an event, or that a workflow wrote a field of a ticket.
type Past struct {
	Event  *Event
	Ticket *desk.Ticket // as of the event; nil: it has none
	Only   int64        // the one workflow that the event may start; 0: all
	Write  *Write
}

// Write is a field of a ticket that a workflow really wrote. After is a desk.Status, a desk.Priority, a desk.Assignee,
// tags or a time.Time; a message has none.
type Write struct {
	TicketID int64
	At       time.Time
	Field    desk.Field
	After    any
}

// Backtest replays past events through workflows in a sandbox. It knows no database and writes nothing.
//
// Each event brings its ticket as it really was. Where the sandbox's workflows left a field otherwise than reality,
// the sandbox keeps its value until somebody other than a workflow changes the field; then that is taken over. What
// the workflows that really ran wrote is not taken over, since the replay of those workflows writes it in the sandbox.
// So nothing is done twice, and a version that is replayed over its own past does what it did.
type Backtest struct {
	plan      BacktestPlan
	real      map[int64]*actual
	events    int
	forgotten int
	sandboxes []*sandbox // that of the draft, and that of the live version where there is one
}

// NewBacktest refuses workflows that cannot be run.
func NewBacktest(p BacktestPlan) (*Backtest, error) {
	b := &Backtest{plan: p, real: map[int64]*actual{}}
	for _, workflows := range [][]Workflow{p.Workflows, p.Live} {
		if len(workflows) == 0 {
			continue
		}
		s, err := newSandbox(&b.plan, workflows)
		if err != nil {
			return nil, err
		}
		b.sandboxes = append(b.sandboxes, s)
	}
	return b, nil
}

// moment is an event with what really became of its ticket since the one before.
type moment struct {
	event        *Event
	only         int64
	was, is      *desk.Ticket // was is nil at the first event of the ticket
	replies      int          // that workflows really sent on the ticket since its first event
	wroteMessage bool         // since the event before
}

// Replay goes on with what happened next. The tickets must not be changed afterwards.
func (b *Backtest) Replay(ctx context.Context, page []Past) error {
	moments := make([]moment, 0, len(page))
	for i := range page {
		p := &page[i]
		if p.Write != nil {
			b.wrote(p.Write)
			continue
		}
		b.events++
		moments = append(moments, b.happened(p))
	}
	err := b.each(func(s *sandbox) error {
		for i := range moments {
			if err := s.meet(ctx, &moments[i]); err != nil {
				return err
			}
		}
		return nil
	})
	b.forget()
	return err
}

// each lets the sandboxes, which know nothing of each other, work at the same time.
func (b *Backtest) each(do func(*sandbox) error) error {
	errs := make([]error, len(b.sandboxes))
	var group sync.WaitGroup
	for i, s := range b.sandboxes[1:] {
		group.Go(func() { errs[i+1] = contained(do, s) })
	}
	errs[0] = contained(do, b.sandboxes[0])
	group.Wait()
	return errors.Join(errs...)
}

// contained makes a panic, which is a bug of ours, the end of this backtest alone.
func contained(do func(*sandbox) error, s *sandbox) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("replay events: %v", cause)
		}
	}()
	return do(s)
}

// actual is how a ticket really stands.
type actual struct {
	ticket       *desk.Ticket // never changed, but replaced
	seen         int          // number of its last event
	replies      int
	wroteMessage bool
}

func (b *Backtest) happened(p *Past) moment {
	m := moment{event: p.Event, only: p.Only, is: p.Ticket}
	if p.Ticket == nil {
		return m
	}
	a := b.real[p.Ticket.ID]
	if a == nil {
		a = &actual{}
		b.real[p.Ticket.ID] = a
	}
	m.was, m.replies, m.wroteMessage = a.ticket, a.replies, a.wroteMessage
	a.ticket, a.seen, a.wroteMessage = p.Ticket, b.events, false
	return m
}

// wrote notes what a workflow really wrote. Of tickets that had no event yet, the first one tells.
func (b *Backtest) wrote(w *Write) {
	a := b.real[w.TicketID]
	if a == nil {
		return
	}
	if w.Field == desk.FieldMessage {
		a.replies++
		a.wroteMessage = true
		return
	}
	t := *a.ticket
	deadline := deadlineAt(&t, w.At)
	switch after := w.After.(type) {
	case desk.Status:
		t.Status = after
	case desk.Priority:
		t.Priority = after
	case desk.Assignee:
		t.Assignee = after
	case []string:
		t.Tags = after
	case time.Time:
		deadline = after
	}
	setDeadline(&t, deadline, w.At)
	a.ticket = &t
}

// forget drops the tickets that had no event for longest when there are too many.
func (b *Backtest) forget() {
	if len(b.real) <= maxHeld {
		return
	}
	seen := make([]int, 0, len(b.real))
	for _, a := range b.real {
		seen = append(seen, a.seen)
	}
	slices.Sort(seen)
	oldest := seen[len(seen)-maxHeld*9/10] // some at once, as looking for them costs more than dropping them
	for id, a := range b.real {
		if a.seen >= oldest {
			continue
		}
		delete(b.real, id)
		b.forgotten++
		for _, s := range b.sandboxes {
			s.forget(a.ticket.PublicID)
		}
	}
}
