package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// VersionRuns are the runs of one version of a workflow since a time.
type VersionRuns struct {
	Workflow desk.ID
	Version  int
	Since    time.Time
}

// UndoneRuns counts what undoing several runs did.
type UndoneRuns struct {
	Runs     int // undone
	Restored int // fields
	Kept     int // fields that somebody changed since
	Sent     int // messages, notices and calls, which stay sent
	Failed   int // runs that could not be undone, and are as they were
	More     bool
}

// triesPerUndone bounds the runs that fail in one call.
const triesPerUndone = 10

const notUndone = `
	SELECT r.public_id, r.id, r.started_at
	FROM runs r
	JOIN workflows w ON w.id = r.workflow_id
	WHERE w.team_id = ? AND w.public_id = ? AND r.version = ? AND r.started_at >= ? AND r.undone_at IS NULL
		AND (r.started_at, r.id) < (?, ?)
	ORDER BY r.started_at DESC, r.id DESC
	LIMIT ?`

type notUndoneRun struct {
	PublicID  desk.ID `db:"public_id"`
	ID        int64   `db:"id"`
	StartedAt micros  `db:"started_at"`
}

// UndoVersion undoes up to limit runs that were not undone yet, the newest first, each in a transaction of its own. It
// goes on past those that fail, up to triesPerUndone times limit in all. More says that others are left: call it again
// to go on.
func (s *Store) UndoVersion(ctx context.Context, by desk.Actor, team int64, runs VersionRuns, limit int) (UndoneRuns, error) {
	var done UndoneRuns
	before := []any{endOfTime, endOfTime}
	for most := limit; most > 0; most = min(limit-done.Runs, triesPerUndone*limit-done.Runs-done.Failed) {
		var rows []notUndoneRun
		args := []any{team, runs.Workflow, runs.Version, runs.Since, before[0], before[1], most + 1}
		if err := list(ctx, s.db, &rows, notUndone, args...); err != nil {
			return done, fmt.Errorf("list runs of version %d: %w", runs.Version, err)
		}
		done.More = len(rows) > most
		for _, r := range rows[:min(len(rows), most)] {
			if err := s.undoNext(ctx, by, team, r.PublicID, &done); err != nil {
				return done, err
			}
			before = []any{time.Time(r.StartedAt), r.ID}
		}
		if !done.More {
			break
		}
	}
	return done, nil
}

// undoNext adds what undoing a run did. It fails only when ctx has ended.
func (s *Store) undoNext(ctx context.Context, by desk.Actor, team int64, run desk.ID, done *UndoneRuns) error {
	u, err := s.UndoRun(ctx, by, team, run)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		s.config.Log.ErrorContext(ctx, "undo runs of a version", "run", run, "error", err)
		done.Failed++
		return nil
	}
	done.Runs++
	done.Restored += len(u.Restored)
	done.Kept += len(u.Kept)
	done.Sent += len(u.Sent)
	return nil
}
