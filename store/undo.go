package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Undone says what undoing a run restores, and what it leaves as it is.
type Undone struct {
	Run          desk.ID
	WorkflowID   desk.ID
	WorkflowName string
	Version      int
	StartedAt    time.Time
	At           time.Time // when it was undone; zero: it is not
	By           string    // who undid it
	Already      bool      // it was undone before, so that nothing was done now
	Waits        bool      // the run waits: undoing ends it
	Restored     []UndoneField
	Kept         []UndoneField
	Sent         []workflow.StepTrace // what was said, sent or called, which nobody can take back
}

type undoRow struct {
	ID           int64   `db:"id"`
	PublicID     desk.ID `db:"public_id"`
	TeamID       int64   `db:"team_id"`
	WorkflowID   int64   `db:"workflow_id"`
	WorkflowPub  desk.ID `db:"workflow_public_id"`
	WorkflowName string  `db:"workflow_name"`
	Version      int     `db:"version"`
	Outcome      string  `db:"outcome"`
	Steps        string  `db:"steps"`
	StartedAt    micros  `db:"started_at"`
	UndoneAt     micros  `db:"undone_at"`
	UndoneBy     string  `db:"undone_by"`
}

func (r *undoRow) undone() (Undone, error) {
	u := Undone{
		Run: r.PublicID, WorkflowID: r.WorkflowPub, WorkflowName: r.WorkflowName, Version: r.Version,
		StartedAt: time.Time(r.StartedAt), At: time.Time(r.UndoneAt), By: r.UndoneBy, Already: !time.Time(r.UndoneAt).IsZero(),
		Waits: r.Outcome == string(workflow.Waiting),
	}
	steps, err := readTrace(r.Steps)
	if err != nil {
		return Undone{}, fmt.Errorf("read trace of run %s: %w", r.PublicID, err)
	}
	for _, step := range steps {
		if step.Outcome != workflow.StepFailed && reachesOut(step.Type) {
			u.Sent = append(u.Sent, step)
		}
	}
	return u, nil
}

// reachesOut reports whether a step of this type does what cannot be taken back.
func reachesOut(t workflow.StepType) bool {
	return slices.Contains([]workflow.StepType{workflow.SendReply, workflow.AddNote, workflow.Notify, workflow.Webhook}, t)
}

// PlannedUndo says what UndoRun would do now, and does nothing. Of a run that was undone it says by whom, and what was
// restored.
func (s *Store) PlannedUndo(ctx context.Context, team int64, run desk.ID) (Undone, error) {
	row, err := findUndo(ctx, s.db, team, run, "")
	if err != nil {
		return Undone{}, err
	}
	u, err := row.undone()
	if err != nil {
		return u, err
	}
	if u.Already {
		u.Restored, err = s.restoredBy(ctx, run)
		return u, err
	}
	plan, err := s.planUndo(ctx, s.db, &row, "")
	u.add(plan)
	return u, err
}

// UndoRun restores each field that the run changed and that nobody has touched since, and ends the run if it waits.
// The restored fields start no workflows. A run that was undone already is left alone.
func (s *Store) UndoRun(ctx context.Context, by desk.Actor, team int64, run desk.ID) (Undone, error) {
	var u Undone
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.claimUndo(ctx, tx, team, run)
		if err != nil {
			return err
		}
		if u, err = row.undone(); err != nil || u.Already {
			return err
		}
		plan, err := s.planUndo(ctx, tx, &row, s.ticketLock())
		if err != nil {
			return err
		}
		for _, t := range plan {
			if len(t.change) == 0 {
				continue
			}
			if _, err := s.changeTicket(ctx, tx, undoing(by, &row), t.key, t.change); err != nil {
				return fmt.Errorf("undo run %s: %w", run, err)
			}
		}
		u.add(plan)
		u.At, u.By = s.now(), by.Name
		return s.markUndone(ctx, tx, &row, by)
	})
	return u, err
}

func (u *Undone) add(plan []ticketUndo) {
	for _, t := range plan {
		u.Restored = append(u.Restored, t.restored...)
		u.Kept = append(u.Kept, t.kept...)
	}
}

// restoredBy lists what undoing a run has restored: the changes in its name that no step made.
func (s *Store) restoredBy(ctx context.Context, run desk.ID) ([]UndoneField, error) {
	var rows []struct {
		Number int64      `db:"number"`
		Field  desk.Field `db:"field"`
		Before string     `db:"before"`
		After  string     `db:"after"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT t.number, c.field, c.before, c.after
		FROM changes c
		JOIN tickets t ON t.id = c.ticket_id
		WHERE c.run_id = ? AND c.step_id = ''
		ORDER BY c.id`, run)
	if err != nil {
		return nil, fmt.Errorf("list what undoing run %s restored: %w", run, err)
	}
	restored := make([]UndoneField, len(rows))
	for i, r := range rows {
		restored[i] = UndoneField{Ticket: r.Number, Field: r.Field}
		if restored[i].From, restored[i].To, err = decoded(r.Before, r.After); err != nil {
			return nil, err
		}
	}
	return restored, nil
}

// undoing is who restores: the workflow, by rule of which nothing starts, in the name of whoever asked for it.
func undoing(by desk.Actor, row *undoRow) desk.Actor {
	return desk.Actor{
		Kind: desk.ByWorkflow, ID: by.ID, Name: "Undo by " + by.Name,
		Step: desk.StepRef{WorkflowID: row.WorkflowID, Version: row.Version, RunID: row.PublicID},
	}
}

// claimUndo locks the run's own ticket, as the engine does that may be about to go on with it, and then the run.
func (s *Store) claimUndo(ctx context.Context, tx *tx, team int64, run desk.ID) (undoRow, error) {
	var ticket int64
	err := get(ctx, tx, &ticket, `
		SELECT t.id
		FROM runs r
		JOIN tickets t ON t.id = r.ticket_id
		WHERE r.team_id = ? AND r.public_id = ?`+s.ticketLock(), team, run)
	if err != nil && !noRows(err) {
		return undoRow{}, fmt.Errorf("lock ticket of run %s: %w", run, err)
	}
	lock := s.forUpdate()
	if lock != "" {
		lock += ` OF r`
	}
	return findUndo(ctx, tx, team, run, lock)
}

func findUndo(ctx context.Context, q queryer, team int64, run desk.ID, lock string) (undoRow, error) {
	var row undoRow
	err := get(ctx, q, &row, `
		SELECT r.id, r.public_id, r.team_id, r.workflow_id, w.public_id AS workflow_public_id, w.name AS workflow_name,
			r.version, r.outcome, r.steps, r.started_at, r.undone_at, COALESCE(u.name, '') AS undone_by
		FROM runs r
		JOIN workflows w ON w.id = r.workflow_id
		LEFT JOIN users u ON u.id = r.undone_by
		WHERE r.team_id = ? AND r.public_id = ?`+lock, team, run)
	if noRows(err) {
		return row, desk.Errorf(desk.NotFound, "There is no such run in this team.")
	}
	if err != nil {
		return row, fmt.Errorf("find run %s: %w", run, err)
	}
	return row, nil
}

func (s *Store) markUndone(ctx context.Context, tx *tx, row *undoRow, by desk.Actor) error {
	_, err := tx.exec(ctx, `
		UPDATE runs
		SET undone_at = ?, undone_by = ?
		WHERE id = ?`, s.now(), by.ID, row.ID)
	if err != nil {
		return fmt.Errorf("mark run %d undone: %w", row.ID, err)
	}
	_, err = tx.exec(ctx, `
		UPDATE runs
		SET outcome = 'cancelled', why = ?, wake_at = NULL, watching = ?
		WHERE id = ? AND outcome = 'waiting'`, "It was undone by "+by.Name+" while it waited.", false, row.ID)
	if err != nil {
		return fmt.Errorf("end run %d: %w", row.ID, err)
	}
	return nil
}
