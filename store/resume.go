package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// waitingRow is a run whose wait is over, or is to be looked at.
type waitingRow struct {
	ID         int64   `db:"id"`
	PublicID   desk.ID `db:"public_id"`
	WorkflowID int64   `db:"workflow_id"`
	Version    int     `db:"version"`
	EventID    int64   `db:"event_id"`
	Steps      string  `db:"steps"`
	Position   string  `db:"position"`
	Variables  string  `db:"variables"`
	StartedAt  micros  `db:"started_at"`
}

// dueRun returns the run of the lane that is due longest, nil when there is none. It is locked: whoever switches the
// workflow off may be about to end it.
func (s *Store) dueRun(ctx context.Context, tx *tx, held *heldLane) (*waitingRow, error) {
	where, id := `ticket_id = ?`, int64(held.lane)
	if held.lane < 0 {
		where, id = `event_id = ?`, -int64(held.lane)
	}
	var row waitingRow
	err := get(ctx, tx, &row, `
		SELECT id, public_id, workflow_id, version, event_id, steps, position, variables, started_at
		FROM runs
		WHERE `+where+` AND outcome = 'waiting' AND wake_at <= ?
		ORDER BY wake_at, id
		LIMIT 1`+s.forUpdate(), id, held.now)
	if noRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read waiting run: %w", err)
	}
	return &row, nil
}

// resumeRun lets a run go on and saves what it did next.
func (s *Store) resumeRun(ctx context.Context, tx *tx, held *heldLane, row *waitingRow) error {
	var event eventRow
	err := get(ctx, tx, &event, `SELECT `+eventColumns+` FROM events WHERE id = ?`, row.EventID)
	if err != nil {
		return fmt.Errorf("read event of run %d: %w", row.ID, err)
	}
	claim, err := s.claim(ctx, tx, held, &event)
	if err != nil {
		return err
	}
	w, deleted, err := s.runningVersion(ctx, tx, row)
	if err != nil {
		return err
	}
	if deleted { // in the instant in which the run began to wait
		return endWaits(ctx, tx, row.WorkflowID, "The workflow was deleted.")
	}
	claim.Workflows = []workflow.Workflow{w}
	if claim.Resume, err = s.resumption(ctx, tx, row); err != nil {
		return err
	}
	runs, err := held.decide(ctx, *claim, held.now)
	if err != nil {
		return fmt.Errorf("decide on run %d: %w", row.ID, err)
	}
	for i := range runs {
		if err := s.saveResumed(ctx, tx, claim, row, &runs[i]); err != nil {
			return err
		}
	}
	return nil
}

// runningVersion is the version that the run began with, whatever has been published since.
func (s *Store) runningVersion(ctx context.Context, tx *tx, row *waitingRow) (w workflow.Workflow, deleted bool, err error) {
	var found struct {
		PublicID   desk.ID `db:"public_id"`
		TeamID     int64   `db:"team_id"`
		Position   int     `db:"position"`
		Name       string  `db:"name"`
		Definition string  `db:"definition"`
		Tripped    bool    `db:"tripped"`
		Deleted    bool    `db:"deleted"`
	}
	err = get(ctx, tx, &found, `
		SELECT w.public_id, w.team_id, w.position, w.name, v.definition, w.tripped_at IS NOT NULL AS tripped, w.deleted
		FROM workflows w
		JOIN workflow_versions v ON v.workflow_id = w.id
		WHERE w.id = ? AND v.version = ?`, row.WorkflowID, row.Version)
	if err != nil {
		return w, false, fmt.Errorf("read version %d of workflow %d: %w", row.Version, row.WorkflowID, err)
	}
	w = workflow.Workflow{
		ID: row.WorkflowID, PublicID: found.PublicID, TeamID: found.TeamID, Version: row.Version,
		Position: found.Position, Tripped: found.Tripped, Sum: sha256.Sum256([]byte(found.Definition)),
	}
	if err := json.Unmarshal([]byte(found.Definition), &w.Definition); err != nil {
		w.Definition, w.Broken = anyEvent(found.Name), fmt.Sprintf("Version %d cannot be read: %v", row.Version, err)
	}
	return w, found.Deleted, nil
}

func (s *Store) resumption(ctx context.Context, tx *tx, row *waitingRow) (*workflow.Resumption, error) {
	r := &workflow.Resumption{RunID: row.PublicID}
	if err := json.Unmarshal([]byte(row.Position), &r.Position); err != nil {
		return nil, fmt.Errorf("read position of run %d: %w", row.ID, err)
	}
	var err error
	if r.Steps, err = readTrace(row.Steps); err != nil {
		return nil, fmt.Errorf("read trace of run %d: %w", row.ID, err)
	}
	if r.Variables, err = desk.ReadValues([]byte(row.Variables)); err != nil {
		return nil, fmt.Errorf("read variables of run %d: %w", row.ID, err)
	}
	if !r.Await {
		return r, nil
	}
	r.Answer, err = s.jobAnswer(ctx, tx, row.PublicID, r.StepID)
	return r, err
}

// saveResumed writes what a run did after its wait, and how it stands now.
func (s *Store) saveResumed(ctx context.Context, tx *tx, claim *workflow.Claim, row *waitingRow, run *workflow.Run) error {
	if run.Result.Outcome == workflow.Tripped {
		return s.tripWaiting(ctx, tx, row, run)
	}
	if err := s.saveEffects(ctx, tx, claim.Ticket, effectsOf(run)); err != nil {
		return err
	}
	state, err := stateOf(run)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE runs
		SET outcome = ?, why = ?, steps = ?, variables = ?, position = ?, wake_at = ?, watching = ?, attempts = 0,
			took = took + ?
		WHERE id = ?`,
		run.Result.Outcome, run.Result.Why, state.steps, state.variables, state.position, state.wakeAt, state.watching,
		run.Took.Microseconds(), row.ID)
	if err != nil {
		return fmt.Errorf("save resumed run %d: %w", row.ID, err)
	}
	if err := s.compareResumed(ctx, tx, claim, run); err != nil {
		return err
	}
	run.Started = time.Time(row.StartedAt) // not when it went on
	if err := insertBranches(ctx, tx, []*workflow.Run{run}); err != nil {
		return err
	}
	return s.saveOrders(ctx, tx, claim, run)
}

// wakeWatchers makes the runs that wait for a condition of the ticket look at it again.
func (s *Store) wakeWatchers(ctx context.Context, tx *tx, ticketID int64) error {
	n, err := tx.exec(ctx, `
		UPDATE runs
		SET wake_at = ?
		WHERE ticket_id = ? AND watching`, s.now(), ticketID)
	if err != nil {
		return fmt.Errorf("wake runs that watch ticket %d: %w", ticketID, err)
	}
	if n > 0 {
		tx.after(s.wake)
	}
	return nil
}

// failRun records that a run could not go on; after some attempts it has failed.
func (s *Store) failRun(ctx context.Context, id int64, now time.Time, cause error) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var failed int
		err := get(ctx, tx, &failed, `SELECT attempts FROM runs WHERE id = ? AND outcome = 'waiting'`+s.forUpdate(), id)
		if noRows(err) {
			return nil // another process has had more luck with it
		}
		if err != nil {
			return fmt.Errorf("read failed run %d: %w", id, err)
		}
		if failed+1 < parkAfter {
			_, err = tx.exec(ctx, `
				UPDATE runs
				SET attempts = ?, wake_at = ?
				WHERE id = ?`, failed+1, now.Add(firstRetry<<failed), id)
		} else {
			_, err = tx.exec(ctx, `
				UPDATE runs
				SET outcome = 'failed', why = ?, wake_at = NULL, watching = ?
				WHERE id = ?`, "The run could not go on: "+shortCause(cause), false, id)
		}
		if err != nil {
			return fmt.Errorf("mark run %d failed: %w", id, err)
		}
		return nil
	})
}

// Fail implements workflow.Memory. cause is ours and holds no text of customers.
func (s *Store) Fail(ctx context.Context, w workflow.Work, now time.Time, cause error) error {
	if w.Run != 0 {
		return s.failRun(ctx, w.Run, now, cause)
	}
	return s.failEvent(ctx, w.Event, now, cause)
}
