package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// HeldEvent is an event that is kept for a workflow which went over a limit.
type HeldEvent struct {
	PublicID     desk.ID
	Name         desk.EventName
	TicketNumber int64 // 0: it is about no ticket
	At           time.Time
}

// HeldEvents returns up to limit events that are kept for a workflow, the oldest first: so they would be processed.
func (s *Store) HeldEvents(ctx context.Context, team int64, id desk.ID, limit int) ([]HeldEvent, error) {
	var rows []struct {
		PublicID  desk.ID        `db:"public_id"`
		Name      desk.EventName `db:"name"`
		Number    int64          `db:"number"`
		CreatedAt micros         `db:"created_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT e.public_id, e.name, COALESCE(t.number, 0) AS number, e.created_at
		FROM events e
		JOIN workflows w ON w.id = e.workflow_id
		LEFT JOIN tickets t ON t.id = e.ticket_id
		WHERE w.team_id = ? AND w.public_id = ? AND e.state = 'held'
		ORDER BY e.id
		LIMIT ?`, team, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list held events of workflow %s: %w", id, err)
	}
	held := make([]HeldEvent, len(rows))
	for i, r := range rows {
		held[i] = HeldEvent{PublicID: r.PublicID, Name: r.Name, TicketNumber: r.Number, At: time.Time(r.CreatedAt)}
	}
	return held, nil
}

// ResumeWorkflow lets a workflow that went over a limit run again, first of all on the events that were kept for it.
// One that runs already is left alone; one that is switched off, which they would not start, is a Conflict.
func (s *Store) ResumeWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID) (WorkflowRow, error) {
	return s.untrip(ctx, by, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if !row.Enabled && row.Held > 0 {
			return desk.Errorf(desk.Conflict, "The workflow is switched off and would not run on the kept events. Switch it on first, or discard them.")
		}
		_, err := tx.exec(ctx, `
			UPDATE events
			SET state = 'pending', due_at = ?
			WHERE workflow_id = ? AND state = 'held'`, s.now(), row.ID)
		if err != nil {
			return fmt.Errorf("release held events of workflow %d: %w", row.ID, err)
		}
		_, err = tx.exec(ctx, `
			UPDATE runs
			SET wake_at = ?
			WHERE workflow_id = ? AND outcome = 'waiting' AND wake_at IS NULL AND NOT watching`, s.now(), row.ID)
		if err != nil {
			return fmt.Errorf("wake runs of workflow %d: %w", row.ID, err)
		}
		return nil
	})
}

// DiscardHeld lets a workflow that went over a limit run again, without the events that were kept for it and without
// the runs that were stopped on their way.
func (s *Store) DiscardHeld(ctx context.Context, by desk.Actor, team int64, id desk.ID) (WorkflowRow, error) {
	return s.untrip(ctx, by, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := dropHeld(ctx, tx, row.ID); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `
			UPDATE runs
			SET outcome = 'cancelled', why = ?, watching = ?
			WHERE workflow_id = ? AND outcome = 'waiting' AND wake_at IS NULL AND NOT watching`,
			"The workflow was over a limit, and "+by.Name+" discarded what was kept.", false, row.ID)
		if err != nil {
			return fmt.Errorf("end stopped runs of workflow %d: %w", row.ID, err)
		}
		return nil
	})
}

func (s *Store) untrip(
	ctx context.Context, by desk.Actor, team int64, id desk.ID, release func(context.Context, *tx, workflowRow) error,
) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if time.Time(row.TrippedAt).IsZero() {
			return nil
		}
		// First of all, so that whoever is keeping something for it right now does so before this or not at all.
		_, err := tx.exec(ctx, `
			UPDATE workflows
			SET tripped_at = NULL, tripped_why = '', updated_at = ?, updated_by = ?
			WHERE id = ?`, s.now(), by.ID, row.ID)
		if err != nil {
			return fmt.Errorf("let workflow %d run again: %w", row.ID, err)
		}
		tx.after(s.wake)
		return release(ctx, tx, row)
	})
}

func dropHeld(ctx context.Context, tx *tx, id int64) error {
	_, err := tx.exec(ctx, `UPDATE events SET state = 'discarded' WHERE workflow_id = ? AND state = 'held'`, id)
	if err != nil {
		return fmt.Errorf("discard held events of workflow %d: %w", id, err)
	}
	return nil
}
