package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// Jobs is the queue of work outside, as a job.Runner sees it.
type Jobs struct{ store *Store }

var _ job.Queue = Jobs{}

// Jobs returns the queue of work outside.
func (s *Store) Jobs() Jobs { return Jobs{store: s} }

// Wakes implements job.Queue.
func (q Jobs) Wakes() <-chan struct{} { return q.store.jobWakes }

type jobRow struct {
	ID        int64    `db:"id"`
	PublicID  desk.ID  `db:"public_id"`
	TeamID    int64    `db:"team_id"`
	Kind      job.Kind `db:"kind"`
	Payload   string   `db:"payload"`
	Attempts  int      `db:"attempts"`
	CreatedAt micros   `db:"created_at"`
}

// Claim implements job.Queue.
func (q Jobs) Claim(ctx context.Context, now time.Time, limit int) ([]job.Job, error) {
	if due, err := q.due(ctx, now); err != nil || !due {
		return nil, err
	}
	var rows []jobRow
	err := q.store.write(ctx, func(ctx context.Context, tx *tx) error {
		rows = nil // of an earlier attempt
		lock := q.store.forUpdate()
		if lock != "" {
			lock += ` SKIP LOCKED`
		}
		// MATERIALIZED: PostgreSQL must not look for the due ones a second time and lease more than limit.
		return tx.returningAll(ctx, &rows, `
			WITH due AS MATERIALIZED (
				SELECT id
				FROM jobs
				WHERE state = 'pending' AND due_at <= ?
				ORDER BY due_at
				LIMIT ?`+lock+`)
			UPDATE jobs
			SET attempts = attempts + 1, due_at = ?
			WHERE id IN (SELECT id FROM due)
			RETURNING id, public_id, team_id, kind, payload, attempts, created_at`, now, limit, now.Add(job.Lease))
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	jobs := make([]job.Job, len(rows))
	for i, r := range rows {
		jobs[i] = job.Job{
			ID: r.ID, Key: job.Key(r.PublicID), TeamID: r.TeamID, Kind: r.Kind, Payload: []byte(r.Payload),
			Attempt: r.Attempts, CreatedAt: time.Time(r.CreatedAt),
		}
	}
	return jobs, nil
}

// due spares a transaction when there is nothing to do, which is most of the time.
func (q Jobs) due(ctx context.Context, now time.Time) (bool, error) {
	var one int
	err := get(ctx, q.store.db, &one, `
		SELECT 1
		FROM jobs
		WHERE state = 'pending' AND due_at <= ?
		LIMIT 1`, now)
	if noRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for due jobs: %w", err)
	}
	return true, nil
}

// Done implements job.Queue. The payload, with its secrets, is needed no more.
func (q Jobs) Done(ctx context.Context, j job.Job, a job.Attempt, answer *job.Answer) error {
	return q.record(ctx, j, a, func(ctx context.Context, tx *tx) error {
		if j.Kind == job.KindReply {
			return q.replyDone(ctx, tx, j)
		}
		n, err := q.done(ctx, tx, j)
		if err != nil || n == 0 {
			return err
		}
		return q.store.giveAnswer(ctx, tx, j, answer)
	})
}

func (q Jobs) done(ctx context.Context, tx *tx, j job.Job) (int64, error) {
	return tx.exec(ctx, `
		UPDATE jobs
		SET state = 'done', payload = '', error = '', done_at = ?
		WHERE id = ? AND state <> 'done'`, q.store.now(), j.ID)
}

// replyDone holds the ticket first: a reply that is written meanwhile either is seen here or sees that this mail is over.
func (q Jobs) replyDone(ctx context.Context, tx *tx, j job.Job) error {
	t, err := q.store.holdTicketOf(ctx, tx, j)
	if err != nil {
		return err
	}
	if n, err := q.done(ctx, tx, j); err != nil || n == 0 {
		return err
	}
	return q.store.mailRest(ctx, tx, &t)
}

// Fail implements job.Queue. The payload is kept: somebody may mend the cause and retry.
func (q Jobs) Fail(ctx context.Context, j job.Job, a job.Attempt, answer *job.Answer) error {
	return q.record(ctx, j, a, func(ctx context.Context, tx *tx) error {
		n, err := tx.exec(ctx, `
			UPDATE jobs
			SET state = 'failed', error = ?, done_at = ?
			WHERE id = ? AND state = 'pending' AND attempts = ?`, a.Error, q.store.now(), j.ID, j.Attempt)
		if err != nil || n == 0 {
			return err
		}
		return q.store.giveAnswer(ctx, tx, j, answer)
	})
}

// Retry implements job.Queue.
func (q Jobs) Retry(ctx context.Context, j job.Job, a job.Attempt, at time.Time) error {
	return q.record(ctx, j, a, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE jobs
			SET error = ?, due_at = ?
			WHERE id = ? AND state = 'pending' AND attempts = ?`, a.Error, at, j.ID, j.Attempt)
		return err
	})
}

// Release implements job.Queue.
func (q Jobs) Release(ctx context.Context, j job.Job, at time.Time) error {
	return q.store.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE jobs
			SET attempts = attempts - 1, due_at = ?
			WHERE id = ? AND state = 'pending' AND attempts = ?`, at, j.ID, j.Attempt)
		if err != nil {
			return fmt.Errorf("release job %d: %w", j.ID, err)
		}
		return nil
	})
}

// record logs an attempt and changes its job. The number of attempts tells whether the lease is still ours.
func (q Jobs) record(ctx context.Context, j job.Job, a job.Attempt, change func(ctx context.Context, tx *tx) error) error {
	return q.store.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := change(ctx, tx); err != nil {
			return fmt.Errorf("update job %d: %w", j.ID, err)
		}
		_, err := tx.exec(ctx, `
			INSERT INTO job_attempts (job_id, started_at, took, status, error)
			VALUES (?, ?, ?, ?, ?)`, j.ID, a.StartedAt, a.Took.Microseconds(), a.Status, a.Error)
		if err != nil {
			return fmt.Errorf("log attempt of job %d: %w", j.ID, err)
		}
		return nil
	})
}

// giveAnswer keeps the first answer of an awaited job and wakes the run that waits for it. After a later retry that
// run may wait for something else, which must not end early.
func (s *Store) giveAnswer(ctx context.Context, tx *tx, j job.Job, answer *job.Answer) error {
	if answer == nil {
		return nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encode answer to job %d: %w", j.ID, err)
	}
	var run desk.ID
	err = tx.returning(ctx, &run, `
		UPDATE jobs
		SET answer = ?
		WHERE id = ? AND answer IS NULL
		RETURNING run_id`, string(text), j.ID)
	if noRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keep answer to job %d: %w", j.ID, err)
	}
	_, err = tx.exec(ctx, `
		UPDATE runs
		SET wake_at = ?
		WHERE public_id = ? AND outcome = 'waiting'`, s.now(), run)
	if err != nil {
		return fmt.Errorf("wake run %s: %w", run, err)
	}
	tx.after(s.wake)
	return nil
}
