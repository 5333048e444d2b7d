package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// claim loads all that deciding about an event takes.
func (s *Store) claim(ctx context.Context, tx *tx, held *heldLane, row *eventRow) (*workflow.Claim, error) {
	event, err := row.event()
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx, tx, event.TeamID)
	if err != nil {
		return nil, err
	}
	facts := look{q: tx, store: s, rules: rules, lock: s.ticketLock(), now: held.now}
	c := &workflow.Claim{
		Event: *event, Directory: rules.directory, URL: s.config.URL,
		Workflows: rules.byEvent[event.Name], NewID: s.newID, Load: facts.load,
	}
	if row.WorkflowID != 0 {
		c.Workflows = slices.DeleteFunc(slices.Clone(c.Workflows), func(w workflow.Workflow) bool {
			return w.ID != row.WorkflowID || w.Muted
		})
	}
	if held.ticket == nil {
		return c, nil
	}
	t, err := held.ticket.ticket()
	if err != nil {
		return nil, err
	}
	c.Event.DistinctID = t.Customer.DistinctID
	c.Ticket, err = facts.derive(ctx, t)
	return c, err
}

const eventColumns = `
	id, public_id, team_id, COALESCE(ticket_id, 0) AS ticket_id, COALESCE(workflow_id, 0) AS workflow_id, name,
	properties, due_at, created_at`

type eventRow struct {
	ID         int64          `db:"id"`
	PublicID   desk.ID        `db:"public_id"`
	TeamID     int64          `db:"team_id"`
	TicketID   int64          `db:"ticket_id"`   // 0: none
	WorkflowID int64          `db:"workflow_id"` // the only one that it may start; 0: all
	Name       desk.EventName `db:"name"`
	Properties string         `db:"properties"`
	DueAt      micros         `db:"due_at"`
	CreatedAt  micros         `db:"created_at"`
}

func (r *eventRow) event() (*workflow.Event, error) {
	e := &workflow.Event{
		ID: r.ID, PublicID: r.PublicID, TeamID: r.TeamID, TicketID: r.TicketID,
		Event: desk.Event{Name: r.Name, At: time.Time(r.CreatedAt)},
	}
	var err error
	if e.Properties, err = desk.ReadValues([]byte(r.Properties)); err != nil {
		return nil, fmt.Errorf("read properties of event %d: %w", r.ID, err)
	}
	return e, nil
}

// look is where the facts of an evaluation are read, and as of when.
type look struct {
	q      queryer
	store  *Store
	rules  *rules
	lock   string // takes the tickets that are read, "" leaves them to others
	now    time.Time
	before time.Time // what happened from then on does not count; zero: all does
}

// load is a workflow.Load. Live, it is part of the transaction that saves what comes of it.
func (l *look) load(ctx context.Context, w *workflow.Workflow, n workflow.Need, f *workflow.Facts) error {
	switch {
	case !n.Ticket.IsZero():
		facts, err := l.ticket(ctx, n.Ticket)
		f.Tickets[n.Ticket] = facts
		return err
	case n.Role != 0:
		facts, err := l.role(ctx, n)
		f.Roles[n.Role] = facts
		return err
	case n.Limit != "":
		count, err := l.countUses(ctx, w.ID, n)
		f.Uses[n.Limit] = count
		return err
	case !n.Sent.IsZero():
		count, err := l.countSent(ctx, w, n.Sent)
		f.Sent[n.Sent] = count
		return err
	}
	count, err := l.countStarted(ctx, w.ID, n.Started)
	f.Started = &count
	return err
}

// derive adds what follows from other rows, when a workflow of the team asks for it.
func (l *look) derive(ctx context.Context, t desk.Ticket) (*workflow.TicketFacts, error) {
	facts := &workflow.TicketFacts{Ticket: t}
	if !l.rules.countsCustomers {
		return facts, nil
	}
	var where clauses
	where.add(`team_id = ? AND customer_id = ? AND created_at > ?`, t.TeamID, t.Customer.ID, l.now.AddDate(0, 0, -7))
	if !l.before.IsZero() {
		where.add(`created_at <= ?`, l.before)
	}
	var count int
	err := get(ctx, l.q, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM tickets
			WHERE `+where.text()+`
			LIMIT ?) AS recent`, append(where.args, countCap)...)
	if err != nil {
		return nil, fmt.Errorf("count tickets of customer %d: %w", t.Customer.ID, err)
	}
	facts.CustomerCount = &count
	return facts, nil
}

func (l *look) ticket(ctx context.Context, id desk.ID) (*workflow.TicketFacts, error) {
	t, err := l.store.findTicket(ctx, l.q, l.rules.directory.Team.ID, `t.public_id = ?`+l.lock, id)
	if errors.Is(err, errNoTicket) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return l.derive(ctx, t)
}
