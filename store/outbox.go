package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// NewJob is work outside that a transaction leaves behind.
type NewJob struct {
	Key        desk.ID // the idempotency key of every attempt
	Kind       job.Kind
	Payload    any     // what the kind asks for: job.Webhook, job.Email or job.Channel
	WorkflowID int64   // 0: none, as with the next three
	RunID      desk.ID // who waits for the answer, when the payload asks for one
	StepID     string
	TicketID   int64
	At         time.Time // when it may begin; zero: at once
}

// insertJobs queues jobs of a team: they are begun once the transaction has been committed, and only then.
func (s *Store) insertJobs(ctx context.Context, tx *tx, team int64, jobs []NewJob) error {
	if len(jobs) == 0 {
		return nil
	}
	rows, now := make([][]any, len(jobs)), s.now()
	for i := range jobs {
		j := &jobs[i]
		payload, shown, err := encodePayload(j)
		if err != nil {
			return err
		}
		due := now
		if j.At.After(now) {
			due = j.At
		}
		rows[i] = []any{
			j.Key, team, j.Kind, orNull(j.WorkflowID), j.RunID, j.StepID, orNull(j.TicketID), payload, shown, due, now,
		}
	}
	err := tx.insertRows(ctx, `
		INSERT INTO jobs (public_id, team_id, kind, workflow_id, run_id, step_id, ticket_id, payload, shown, due_at, created_at)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert jobs of team %d: %w", team, err)
	}
	tx.after(s.rouseJobs)
	return nil
}

func encodePayload(j *NewJob) (payload, shown string, err error) {
	whole, err := json.Marshal(j.Payload)
	if err != nil {
		return "", "", fmt.Errorf("encode payload of a job of kind %s: %w", j.Kind, err)
	}
	public, err := job.Show(j.Kind, whole)
	if err != nil {
		return "", "", err
	}
	part, err := json.Marshal(public)
	if err != nil {
		return "", "", fmt.Errorf("encode what is shown of a job: %w", err)
	}
	return string(whole), string(part), nil
}

// orNull is NULL for the id of nothing.
func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// jobAnswer returns what came back for the awaited job of a run's step: {status, body} or, when it failed for good,
// {error, status}. It is nil as long as the job is under way.
func (s *Store) jobAnswer(ctx context.Context, q queryer, runID desk.ID, stepID string) (any, error) {
	var text string
	err := get(ctx, q, &text, `
		SELECT answer
		FROM jobs
		WHERE run_id = ? AND step_id = ? AND answer IS NOT NULL
		ORDER BY id DESC
		LIMIT 1`, runID, stepID)
	if noRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find answer to step %s of run %s: %w", stepID, runID, err)
	}
	answer, err := desk.ReadValue([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("read answer to step %s of run %s: %w", stepID, runID, err)
	}
	return answer, nil
}

// rouseJobs tells the runner of this process that jobs may be due.
func (s *Store) rouseJobs() {
	select {
	case s.jobWakes <- struct{}{}:
	default: // one is waiting already
	}
}
