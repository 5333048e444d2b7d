package store

import (
	"context"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// failedRun is a run that somebody wants to start again.
type failedRun struct {
	Outcome    workflow.Outcome `db:"outcome"`
	WorkflowID int64            `db:"workflow_id"`
	EventID    int64            `db:"event_id"`
	Enabled    bool             `db:"enabled"`
	Again      bool             `db:"again"` // it was started again before
}

// RetryRun starts a failed run anew, on the same event, with the version that is published now. It is started again
// once: after that, the run that came of it can be.
func (s *Store) RetryRun(ctx context.Context, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		run, err := s.lockFailed(ctx, tx, team, id)
		if err != nil {
			return err
		}
		switch {
		case run.Outcome != workflow.Failed:
			return desk.Errorf(desk.Conflict, "Only a failed run can be started again; this one is %s.", run.Outcome)
		case !run.Enabled:
			return desk.Errorf(desk.Conflict, "The workflow is switched off. Switch it on to run it again.")
		case run.Again:
			return desk.Errorf(desk.Conflict, "This run was started again before. Look for the newer one in the log.")
		}
		// A copy of the event, as the event itself has had its run of this workflow.
		_, err = tx.exec(ctx, `
			INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at, workflow_id)
			SELECT ?, team_id, ticket_id, name, properties, snapshot, ?, created_at, ?
			FROM events
			WHERE id = ?`, s.newID(), s.now(), run.WorkflowID, run.EventID)
		if err != nil {
			return fmt.Errorf("start run %s again: %w", id, err)
		}
		tx.after(s.wake)
		return nil
	})
}

// lockFailed takes the run, so that two who start it again do so one after the other.
func (s *Store) lockFailed(ctx context.Context, tx *tx, team int64, id desk.ID) (failedRun, error) {
	var run failedRun
	var row int64
	err := get(ctx, tx, &row, `SELECT id FROM runs WHERE team_id = ? AND public_id = ?`+s.forUpdate(), team, id)
	if noRows(err) {
		return run, errNoRun()
	}
	if err != nil {
		return run, fmt.Errorf("lock run %s: %w", id, err)
	}
	err = get(ctx, tx, &run, `
		SELECT r.outcome, r.workflow_id, r.event_id, w.enabled, EXISTS (
			SELECT 1
			FROM events o
			JOIN events e ON e.team_id = o.team_id AND e.id > o.id
				AND COALESCE(e.ticket_id, 0) = COALESCE(o.ticket_id, 0)
			WHERE o.id = r.event_id AND e.workflow_id = r.workflow_id AND e.name = o.name AND e.created_at = o.created_at) AS again
		FROM runs r
		JOIN workflows w ON w.id = r.workflow_id
		WHERE r.id = ?`, row)
	if err != nil {
		return run, fmt.Errorf("find run %s: %w", id, err)
	}
	return run, nil
}
