package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// parkAfter is after how many failures an event is parked.
const parkAfter = 5

// firstRetry is the wait after the first failure; each later one doubles it.
const firstRetry = time.Second

var _ workflow.Memory = (*Store)(nil)

// PendingTickets implements workflow.Memory.
func (s *Store) PendingTickets(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	var ids []int64
	// A ticket whose oldest event waits for its next attempt is left out: the later ones wait behind it.
	err := list(ctx, s.db, &ids, `
		SELECT ticket_id
		FROM (
			SELECT e.id, e.ticket_id
			FROM events e
			WHERE e.state = 'pending' AND e.due_at <= ? AND NOT EXISTS (
				SELECT 1
				FROM events f
				WHERE f.ticket_id = e.ticket_id AND f.state = 'pending' AND f.id < e.id AND f.due_at > ?)
			ORDER BY e.id
			LIMIT ?) AS oldest
		GROUP BY ticket_id
		ORDER BY MIN(id)`, now, now, limit)
	if err != nil {
		return nil, fmt.Errorf("list tickets with pending events: %w", err)
	}
	return ids, nil
}

// Wakes implements workflow.Memory.
func (s *Store) Wakes() <-chan struct{} { return s.wakes }

// ProcessNext implements workflow.Memory.
func (s *Store) ProcessNext(ctx context.Context, ticketID int64, now time.Time, decide workflow.Decide) (int64, error) {
	var done int64
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		var err error
		done, err = s.processNext(ctx, tx, ticketKey{id: ticketID}, now, decide)
		return err
	})
	return done, err
}

func (s *Store) processNext(ctx context.Context, tx *tx, key ticketKey, now time.Time, decide workflow.Decide) (int64, error) {
	claim, err := s.claim(ctx, tx, key.id, now)
	if err != nil || claim == nil {
		return 0, err
	}
	var runs []workflow.Run
	if len(claim.Workflows) > 0 {
		if runs, err = decide(ctx, *claim, now); err != nil {
			return 0, fmt.Errorf("decide on event %d: %w", claim.Event.ID, err)
		}
	}
	if err := s.saveRuns(ctx, tx, claim, runs); err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `
		UPDATE events
		SET state = 'processed', processed_at = ?
		WHERE id = ?`, s.now(), claim.Event.ID)
	if err != nil {
		return 0, fmt.Errorf("mark event %d processed: %w", claim.Event.ID, err)
	}
	return claim.Event.ID, nil
}

// claim locks a ticket and loads its oldest pending event with all that deciding about it takes. nil: there is
// nothing to do now, or another process holds the ticket.
func (s *Store) claim(ctx context.Context, tx *tx, ticketID int64, now time.Time) (*workflow.Claim, error) {
	lock := s.ticketLock()
	if lock != "" {
		lock += ` SKIP LOCKED`
	}
	var row ticketRow
	err := get(ctx, tx, &row, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE t.id = ?`+lock, ticketID)
	if noRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim ticket %d: %w", ticketID, err)
	}
	t, err := row.ticket()
	if err != nil {
		return nil, err
	}
	event, err := oldestPending(ctx, tx, ticketID, now)
	if err != nil || event == nil {
		return nil, err
	}
	event.DistinctID = t.Customer.DistinctID
	return s.claimFor(ctx, tx, event, t, now)
}

func (s *Store) claimFor(
	ctx context.Context, tx *tx, event *workflow.Event, t desk.Ticket, now time.Time,
) (*workflow.Claim, error) {
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

// oldestPending returns nil when there is none, or when the oldest waits for its next attempt:
// later events of the ticket wait behind it.
func oldestPending(ctx context.Context, tx *tx, ticketID int64, now time.Time) (*workflow.Event, error) {
	var row eventRow
	err := get(ctx, tx, &row, `
		SELECT id, public_id, team_id, ticket_id, name, properties, due_at, created_at
		FROM events
		WHERE ticket_id = ? AND state = 'pending'
		ORDER BY id
		LIMIT 1`, ticketID)
	if noRows(err) || err == nil && time.Time(row.DueAt).After(now) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read pending event of ticket %d: %w", ticketID, err)
	}
	return row.event()
}

// ticketFacts adds what is derived from other rows, when a workflow of the team asks for it.
func (s *Store) ticketFacts(
	ctx context.Context, tx *tx, t desk.Ticket, rules *rules, now time.Time,
) (*workflow.TicketFacts, error) {
	facts := &workflow.TicketFacts{Ticket: t}
	if !rules.countsCustomers {
		return facts, nil
	}
	err := get(ctx, tx, &facts.CustomerCount, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM tickets
			WHERE team_id = ? AND customer_id = ? AND created_at > ?
			LIMIT ?) AS recent`, t.TeamID, t.Customer.ID, now.AddDate(0, 0, -7), countCap)
	if err != nil {
		return nil, fmt.Errorf("count tickets of customer %d: %w", t.Customer.ID, err)
	}
	return facts, nil
}

func (s *Store) loadFacts(
	ctx context.Context, tx *tx, rules *rules, id desk.ID, now time.Time,
) (*workflow.TicketFacts, error) {
	t, err := s.findTicket(ctx, tx, `t.team_id = ? AND t.public_id = ?`+s.ticketLock(), rules.directory.Team.ID, id)
	if err == errNoTicket { //nolint:errorlint // the very value, never wrapped
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.ticketFacts(ctx, tx, t, rules, now)
}

// FailEvent implements workflow.Memory. cause is ours and holds no text of customers.
func (s *Store) FailEvent(ctx context.Context, ticketID int64, now time.Time, cause error) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var row struct {
			ID       int64 `db:"id"`
			Attempts int   `db:"attempts"`
		}
		err := get(ctx, tx, &row, `
			SELECT id, attempts
			FROM events
			WHERE ticket_id = ? AND state = 'pending'
			ORDER BY id
			LIMIT 1`+s.forUpdate(), ticketID)
		if noRows(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read failed event of ticket %d: %w", ticketID, err)
		}
		state, attempts := "pending", row.Attempts+1
		if attempts >= parkAfter {
			state = "parked"
		}
		_, err = tx.exec(ctx, `
			UPDATE events
			SET state = ?, attempts = ?, error = ?, due_at = ?
			WHERE id = ?`, state, attempts, cause.Error(), now.Add(firstRetry<<row.Attempts), row.ID)
		if err != nil {
			return fmt.Errorf("mark event %d failed: %w", row.ID, err)
		}
		return nil
	})
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
