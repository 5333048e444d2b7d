package store

import (
	"context"

	"signalbox/workflow/desk"
)

// QueueJobs leaves jobs behind as a run does.
func (s *Store) QueueJobs(ctx context.Context, team int64, jobs ...NewJob) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error { return s.insertJobs(ctx, tx, team, jobs) })
}

// JobAnswer is what the resumption of a run finds.
func (s *Store) JobAnswer(ctx context.Context, run desk.ID, step string) (any, error) {
	return s.jobAnswer(ctx, s.db, run, step)
}

// Notify leaves notices behind as a run does.
func (s *Store) Notify(ctx context.Context, team int64, n NewNotice) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error { return s.insertNotifications(ctx, tx, team, n) })
}

// Column reads one column of one row.
func (s *Store) Column(ctx context.Context, dest any, query string, args ...any) error {
	return get(ctx, s.db, dest, query, args...)
}
