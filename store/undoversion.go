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

const notUndone = `
	SELECT r.public_id
	FROM runs r
	JOIN workflows w ON w.id = r.workflow_id
	WHERE w.team_id = ? AND w.public_id = ? AND r.version = ? AND r.started_at >= ? AND r.undone_at IS NULL
	ORDER BY r.started_at DESC, r.id DESC
	LIMIT ?`

// UndoVersion undoes up to limit runs that were not undone yet, the newest first, each in a transaction of its own. One
// that fails holds up no other. More says that others are left: call it again to go on.
func (s *Store) UndoVersion(ctx context.Context, by desk.Actor, team int64, runs VersionRuns, limit int) (UndoneRuns, error) {
	var ids []desk.ID
	err := list(ctx, s.db, &ids, notUndone, team, runs.Workflow, runs.Version, runs.Since, limit+1)
	if err != nil {
		return UndoneRuns{}, fmt.Errorf("list runs of version %d: %w", runs.Version, err)
	}
	done := UndoneRuns{More: len(ids) > limit}
	for _, id := range ids[:min(len(ids), limit)] {
		u, err := s.UndoRun(ctx, by, team, id)
		if err != nil && ctx.Err() != nil {
			return done, err
		}
		if err != nil {
			s.config.Log.ErrorContext(ctx, "undo runs of a version", "run", id, "error", err)
			done.Failed++
			continue
		}
		done.Runs++
		done.Restored += len(u.Restored)
		done.Kept += len(u.Kept)
		done.Sent += len(u.Sent)
	}
	return done, nil
}
