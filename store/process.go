package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

var _ workflow.Memory = (*Store)(nil)

// PendingTickets implements workflow.Memory.
func (s *Store) PendingTickets(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	var ids []int64
	// Each ticket stands for its oldest event. One that waits for its next attempt leaves the ticket out: the later
	// ones wait behind it. MIN looks into events_pending for each row, where PostgreSQL would join NOT EXISTS row by row.
	err := list(ctx, s.db, &ids, `
		SELECT e.ticket_id
		FROM events e
		WHERE e.state = 'pending' AND e.due_at <= ? AND e.id = (
			SELECT MIN(f.id)
			FROM events f
			WHERE f.ticket_id = e.ticket_id AND f.state = 'pending')
		ORDER BY e.id
		LIMIT ?`, now, limit)
	if err != nil {
		return nil, fmt.Errorf("list tickets with pending events: %w", err)
	}
	return ids, nil
}

// Wakes implements workflow.Memory.
func (s *Store) Wakes() <-chan struct{} { return s.wakes }

// ProcessNext implements workflow.Memory.
func (s *Store) ProcessNext(ctx context.Context, ticketID int64, now time.Time, decide workflow.Decide) (int64, error) {
	var event int64
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		event = 0 // of an earlier attempt
		row, err := s.lockPending(ctx, tx, ticketID, now)
		if err != nil || row == nil {
			return err
		}
		event = row.event.ID // whatever fails from here on is this event's failure
		return s.processEvent(ctx, tx, row, now, decide)
	})
	return event, err
}

func (s *Store) processEvent(ctx context.Context, tx *tx, row *pendingRow, now time.Time, decide workflow.Decide) error {
	claim, err := s.claim(ctx, tx, row, now)
	if err != nil {
		return err
	}
	var runs []workflow.Run
	if len(claim.Workflows) > 0 {
		if runs, err = decide(ctx, *claim, now); err != nil {
			return fmt.Errorf("decide on event %d: %w", claim.Event.ID, err)
		}
	}
	if err := s.saveRuns(ctx, tx, claim, runs); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE events
		SET state = 'processed', processed_at = ?
		WHERE id = ?`, s.now(), claim.Event.ID)
	if err != nil {
		return fmt.Errorf("mark event %d processed: %w", claim.Event.ID, err)
	}
	return nil
}

// pendingRow is a locked ticket and its oldest pending event.
type pendingRow struct {
	ticket ticketRow
	event  eventRow
}

// lockPending returns nil when the ticket has nothing to do now, or when another process holds it. While its oldest
// event waits for its next attempt, later ones wait behind it.
func (s *Store) lockPending(ctx context.Context, tx *tx, ticketID int64, now time.Time) (*pendingRow, error) {
	lock := s.ticketLock()
	if lock != "" {
		lock += ` SKIP LOCKED`
	}
	var row pendingRow
	err := get(ctx, tx, &row.ticket, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE t.id = ?`+lock, ticketID)
	if noRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim ticket %d: %w", ticketID, err)
	}
	err = get(ctx, tx, &row.event, `
		SELECT id, public_id, team_id, ticket_id, name, properties, due_at, created_at
		FROM events
		WHERE ticket_id = ? AND state = 'pending'
		ORDER BY id
		LIMIT 1`, ticketID)
	if noRows(err) || err == nil && time.Time(row.event.DueAt).After(now) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read pending event of ticket %d: %w", ticketID, err)
	}
	return &row, nil
}

// claim loads all that deciding about an event takes.
func (s *Store) claim(ctx context.Context, tx *tx, row *pendingRow, now time.Time) (*workflow.Claim, error) {
	t, err := row.ticket.ticket()
	if err != nil {
		return nil, err
	}
	event, err := row.event.event()
	if err != nil {
		return nil, err
	}
	event.DistinctID = t.Customer.DistinctID
	rules, err := s.rules(ctx, tx, t.TeamID)
	if err != nil {
		return nil, err
	}
	facts, err := s.ticketFacts(ctx, tx, t, rules, now)
	if err != nil {
		return nil, err
	}
	return &workflow.Claim{
		Event: *event, Ticket: *facts, Directory: rules.directory, URL: s.config.URL,
		Workflows: rules.byEvent[event.Name], NewID: s.newID,
		Load: func(ctx context.Context, id desk.ID) (*workflow.TicketFacts, error) {
			return s.loadFacts(ctx, tx, rules, id, now)
		},
	}, nil
}

type eventRow struct {
	ID         int64          `db:"id"`
	PublicID   desk.ID        `db:"public_id"`
	TeamID     int64          `db:"team_id"`
	TicketID   int64          `db:"ticket_id"`
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

// WakeSnoozed implements workflow.Memory.
func (s *Store) WakeSnoozed(ctx context.Context, now time.Time, limit int) (int, error) {
	var due []struct {
		ID     int64 `db:"id"`
		TeamID int64 `db:"team_id"`
	}
	err := list(ctx, s.db, &due, `
		SELECT id, team_id
		FROM tickets
		WHERE snoozed_until IS NOT NULL AND snoozed_until <= ?
		ORDER BY snoozed_until
		LIMIT ?`, now, limit)
	if err != nil {
		return 0, fmt.Errorf("list passed snoozes: %w", err)
	}
	for i, d := range due {
		if _, err := s.ChangeTicket(ctx, desk.System(), d.TeamID, d.ID, desk.EndSnooze{}); err != nil {
			return i, fmt.Errorf("end snooze of ticket %d: %w", d.ID, err)
		}
	}
	return len(due), nil
}
