package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

var _ workflow.Memory = (*Store)(nil)

// Pending implements workflow.Memory.
func (s *Store) Pending(ctx context.Context, now time.Time, limit int) ([]workflow.Lane, error) {
	// Waiting runs first: they are due at a moment that somebody chose.
	var lanes []workflow.Lane
	err := list(ctx, s.db, &lanes, `
		SELECT COALESCE(ticket_id, -event_id)
		FROM runs
		WHERE outcome = 'waiting' AND wake_at <= ?
		ORDER BY wake_at
		LIMIT ?`, now, limit)
	if err != nil {
		return nil, fmt.Errorf("list waiting runs: %w", err)
	}
	if len(lanes) == limit {
		return lanes, nil
	}
	// Each ticket stands for its oldest event. One that waits for its next attempt leaves the ticket out: the later
	// ones wait behind it. MIN looks into events_pending for each row, where PostgreSQL would join NOT EXISTS row by row.
	var events []workflow.Lane
	err = list(ctx, s.db, &events, `
		SELECT COALESCE(e.ticket_id, -e.id)
		FROM events e
		WHERE e.state = 'pending' AND e.due_at <= ? AND (e.ticket_id IS NULL OR e.id = (
			SELECT MIN(f.id)
			FROM events f
			WHERE f.ticket_id = e.ticket_id AND f.state = 'pending'))
		ORDER BY e.id
		LIMIT ?`, now, limit-len(lanes))
	if err != nil {
		return nil, fmt.Errorf("list pending events: %w", err)
	}
	return append(lanes, events...), nil
}

// Wakes implements workflow.Memory.
func (s *Store) Wakes() <-chan struct{} { return s.wakes }

// mostFresh bounds the lanes that wait for an engine, which is not there in every process that opens the store.
const mostFresh = 1_024

// freshLanes are those that this process has just given work.
type freshLanes struct {
	mu      sync.Mutex
	lanes   []workflow.Lane
	unknown bool // there are more
}

func (f *freshLanes) add(lane workflow.Lane) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.lanes) == mostFresh {
		f.lanes, f.unknown = nil, true
	}
	f.lanes = append(f.lanes, lane)
}

func (f *freshLanes) addUnknown() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unknown = true
}

// Fresh implements workflow.Memory.
func (s *Store) Fresh() (lanes []workflow.Lane, known bool) {
	s.fresh.mu.Lock()
	defer s.fresh.mu.Unlock()
	lanes, known = s.fresh.lanes, !s.fresh.unknown
	s.fresh.lanes, s.fresh.unknown = nil, false
	return lanes, known
}

// ProcessNext implements workflow.Memory.
func (s *Store) ProcessNext(ctx context.Context, lane workflow.Lane, now time.Time, decide workflow.Decide) (workflow.Work, error) {
	var work workflow.Work
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		work = workflow.Work{} // of an earlier attempt
		held, err := s.lockLane(ctx, tx, lane)
		if err != nil || held == nil {
			return err
		}
		held.now, held.decide = now, decide
		run, err := s.dueRun(ctx, tx, held)
		if err != nil {
			return err
		}
		if run != nil {
			work = workflow.Work{Event: run.EventID, Run: run.ID} // whatever fails from here on is this run's failure
			return s.resumeRun(ctx, tx, held, run)
		}
		event, err := pendingEvent(ctx, tx, held)
		if err != nil || event == nil {
			return err
		}
		work.Event = event.ID
		return s.processEvent(ctx, tx, held, event)
	})
	if errors.Is(err, errReleased) {
		return work, nil // it is due still
	}
	return work, err
}

// heldLane is a lane that this transaction has locked, and what to ask about its work.
type heldLane struct {
	now    time.Time
	decide workflow.Decide
	lane   workflow.Lane
	ticket *ticketRow // nil: the lane has none, or it is gone
}

// lockLane returns nil when another process holds the lane, or when an event without a ticket is gone.
func (s *Store) lockLane(ctx context.Context, tx *tx, lane workflow.Lane) (*heldLane, error) {
	skip := func(lock string) string {
		if lock == "" {
			return ""
		}
		return lock + ` SKIP LOCKED`
	}
	held := &heldLane{lane: lane}
	var err error
	if lane < 0 {
		var event int64
		err = get(ctx, tx, &event, `SELECT id FROM events WHERE id = ?`+skip(s.forUpdate()), -int64(lane))
	} else {
		held.ticket = &ticketRow{}
		err = get(ctx, tx, held.ticket, `
			SELECT `+ticketColumns+`
			FROM `+ticketTables+`
			WHERE t.id = ?`+skip(s.ticketLock()), int64(lane))
	}
	if noRows(err) {
		return deletedLane(ctx, tx, lane)
	}
	if err != nil {
		return nil, fmt.Errorf("claim lane %d: %w", lane, err)
	}
	return held, nil
}

// deletedLane tells a ticket that is gone, whose work ends, from one that another process has locked.
func deletedLane(ctx context.Context, tx *tx, lane workflow.Lane) (*heldLane, error) {
	var found int
	err := get(ctx, tx, &found, `SELECT 1 FROM tickets WHERE id = ?`, int64(lane))
	if noRows(err) && lane > 0 {
		return &heldLane{lane: lane}, nil
	}
	if err != nil && !noRows(err) {
		return nil, fmt.Errorf("look for ticket %d: %w", lane, err)
	}
	return nil, nil
}

// pendingEvent returns the lane's oldest pending event. While that waits for its next attempt, later ones wait behind
// it, and there is none.
func pendingEvent(ctx context.Context, tx *tx, held *heldLane) (*eventRow, error) {
	where, id := `ticket_id = ?`, int64(held.lane)
	if held.lane < 0 {
		where, id = `id = ?`, -int64(held.lane)
	}
	var row eventRow
	err := get(ctx, tx, &row, `
		SELECT `+eventColumns+`
		FROM events
		WHERE `+where+` AND state = 'pending'
		ORDER BY id
		LIMIT 1`, id)
	if noRows(err) || err == nil && time.Time(row.DueAt).After(held.now) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read pending event: %w", err)
	}
	return &row, nil
}

func (s *Store) processEvent(ctx context.Context, tx *tx, held *heldLane, row *eventRow) error {
	claim, err := s.claim(ctx, tx, held, row)
	if err != nil {
		return err
	}
	var runs []workflow.Run
	gone := claim.Ticket == nil && claim.Event.Properties["ticket_id"] != nil // nobody can act on its ticket
	if len(claim.Workflows) > 0 && !gone {
		if runs, err = held.decide(ctx, *claim, held.now); err != nil {
			return fmt.Errorf("decide on event %d: %w", claim.Event.ID, err)
		}
	}
	state := `processed`
	if row.WorkflowID != 0 && len(runs) == 1 && runs[0].Result.Outcome == workflow.Tripped {
		state = `held` // it was for that workflow alone
	}
	if err := s.saveRuns(ctx, tx, claim, runs); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE events
		SET state = ?, processed_at = ?
		WHERE id = ?`, state, s.now(), claim.Event.ID)
	if err != nil {
		return fmt.Errorf("mark event %d processed: %w", claim.Event.ID, err)
	}
	return nil
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
	woken := 0
	var errs []error
	for _, d := range due {
		if _, err := s.ChangeTicket(ctx, desk.System(), d.TeamID, d.ID, desk.EndSnooze{}); err != nil {
			errs = append(errs, fmt.Errorf("end snooze of ticket %d: %w", d.ID, err)) // the others are due all the same
			continue
		}
		woken++
	}
	return woken, errors.Join(errs...)
}
