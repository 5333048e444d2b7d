package store

import (
	"context"
	"errors"
	"fmt"

	"signalbox/workflow"
)

// trip pauses a workflow that went over a limit, and keeps the event for it.
func (s *Store) trip(ctx context.Context, tx *tx, claim *workflow.Claim, run *workflow.Run) error {
	if err := s.pauseWorkflow(ctx, tx, run); err != nil {
		return err
	}
	// An event that is for this workflow alone is kept as it is; of others, a copy.
	_, err := tx.exec(ctx, `
		INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, state, due_at, created_at, workflow_id)
		SELECT ?, team_id, ticket_id, name, properties, snapshot, 'held', due_at, created_at, ?
		FROM events
		WHERE id = ? AND workflow_id IS NULL`, s.newID(), run.Workflow.ID, claim.Event.ID)
	if err != nil {
		return fmt.Errorf("keep event %d for workflow %d: %w", claim.Event.ID, run.Workflow.ID, err)
	}
	return nil
}

// tripWaiting pauses a workflow whose run went over a limit after a wait: it waits until somebody decides.
func (s *Store) tripWaiting(ctx context.Context, tx *tx, row *waitingRow, run *workflow.Run) error {
	if err := s.pauseWorkflow(ctx, tx, run); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `
		UPDATE runs
		SET wake_at = NULL, watching = ?, why = ?
		WHERE id = ?`, false, run.Result.Why, row.ID)
	if err != nil {
		return fmt.Errorf("keep run %d: %w", row.ID, err)
	}
	return nil
}

// errReleased says that somebody let a paused workflow run again since the rules of this transaction were read: what
// it kept from now on, nobody would release.
var errReleased = errors.New("the workflow runs again")

func (s *Store) pauseWorkflow(ctx context.Context, tx *tx, run *workflow.Run) error {
	w := run.Workflow
	if w.Tripped {
		return s.stillPaused(ctx, tx, w.ID)
	}
	n, err := tx.exec(ctx, `
		UPDATE workflows
		SET tripped_at = ?, tripped_why = ?
		WHERE id = ? AND tripped_at IS NULL`, s.now(), run.Result.Why, w.ID)
	if err != nil {
		return fmt.Errorf("trip workflow %d: %w", w.ID, err)
	}
	if n == 0 {
		return s.stillPaused(ctx, tx, w.ID)
	}
	return bumpRules(ctx, tx, w.TeamID)
}

// stillPaused holds up whoever is about to let the workflow run again, and is errReleased when somebody has.
func (s *Store) stillPaused(ctx context.Context, tx *tx, id int64) error {
	var paused bool
	err := get(ctx, tx, &paused, `SELECT tripped_at IS NOT NULL FROM workflows WHERE id = ?`+s.forUpdate(), id)
	if err != nil {
		return fmt.Errorf("look whether workflow %d is paused: %w", id, err)
	}
	if !paused {
		return errReleased
	}
	return nil
}
