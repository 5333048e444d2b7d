package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// claim loads all that deciding about an event takes.
func (s *Store) claim(ctx context.Context, tx *tx, held *heldLane, row *eventRow, now time.Time) (*workflow.Claim, error) {
	event, err := row.event()
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx, tx, event.TeamID)
	if err != nil {
		return nil, err
	}
	c := &workflow.Claim{
		Event: *event, Directory: rules.directory, URL: s.config.URL,
		Workflows: rules.byEvent[event.Name], NewID: s.newID, Load: s.loader(tx, rules, now),
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
	c.Ticket, err = s.ticketFacts(ctx, tx, t, rules, now)
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
	if err := json.Unmarshal([]byte(r.Properties), &e.Properties); err != nil {
		return nil, fmt.Errorf("read properties of event %d: %w", r.ID, err)
	}
	return e, nil
}

// loader loads what an evaluation lacks, inside the transaction that saves what comes of it.
func (s *Store) loader(tx *tx, rules *rules, now time.Time) workflow.Load {
	return func(ctx context.Context, w *workflow.Workflow, n workflow.Need, f *workflow.Facts) error {
		switch {
		case !n.Ticket.IsZero():
			facts, err := s.loadFacts(ctx, tx, rules, n.Ticket, now)
			f.Tickets[n.Ticket] = facts
			return err
		case n.Role != 0:
			facts, err := roleFacts(ctx, tx, rules, n)
			f.Roles[n.Role] = facts
			return err
		case n.Limit != "":
			count, err := countUses(ctx, tx, w.ID, n, now)
			f.Uses[n.Limit] = count
			return err
		case !n.Sent.IsZero():
			count, err := countSent(ctx, tx, w, n.Sent, now)
			f.Sent[n.Sent] = count
			return err
		}
		count, err := countStarted(ctx, tx, w.ID, n.Started, now)
		f.Started = &count
		return err
	}
}

// ticketFacts adds what is derived from other rows, when a workflow of the team asks for it.
func (s *Store) ticketFacts(
	ctx context.Context, tx *tx, t desk.Ticket, rules *rules, now time.Time,
) (*workflow.TicketFacts, error) {
	facts := &workflow.TicketFacts{Ticket: t}
	if !rules.countsCustomers {
		return facts, nil
	}
	var count int
	err := get(ctx, tx, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM tickets
			WHERE team_id = ? AND customer_id = ? AND created_at > ?
			LIMIT ?) AS recent`, t.TeamID, t.Customer.ID, now.AddDate(0, 0, -7), countCap)
	if err != nil {
		return nil, fmt.Errorf("count tickets of customer %d: %w", t.Customer.ID, err)
	}
	facts.CustomerCount = &count
	return facts, nil
}

func (s *Store) loadFacts(
	ctx context.Context, tx *tx, rules *rules, id desk.ID, now time.Time,
) (*workflow.TicketFacts, error) {
	t, err := s.findTicket(ctx, tx, `t.team_id = ? AND t.public_id = ?`+s.ticketLock(), rules.directory.Team.ID, id)
	if errors.Is(err, errNoTicket) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.ticketFacts(ctx, tx, t, rules, now)
}
