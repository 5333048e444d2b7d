package main

import (
	"context"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/job"
)

// countedMemory counts how the runs ended that were saved.
type countedMemory struct {
	workflow.Memory

	meters *meters
}

// ProcessNext implements workflow.Memory.
func (m countedMemory) ProcessNext(ctx context.Context, lane workflow.Lane, now time.Time, decide workflow.Decide) (workflow.Work, error) {
	var decided []workflow.Run
	work, err := m.Memory.ProcessNext(ctx, lane, now, func(ctx context.Context, c workflow.Claim, now time.Time) ([]workflow.Run, error) {
		runs, err := decide(ctx, c, now)
		decided = runs // of the last time: a transaction may be tried again
		return runs, err
	})
	if err == nil {
		for i := range decided {
			m.meters.runs.WithLabelValues(string(decided[i].Result.Outcome)).Inc()
		}
	}
	return work, err
}

// countedQueue counts how the attempts of jobs ended that were recorded.
type countedQueue struct {
	job.Queue

	meters *meters
}

// Done implements job.Queue.
func (q countedQueue) Done(ctx context.Context, j job.Job, a job.Attempt, answer *job.Answer) error {
	return q.count(j, "done", q.Queue.Done(ctx, j, a, answer))
}

// Retry implements job.Queue.
func (q countedQueue) Retry(ctx context.Context, j job.Job, a job.Attempt, at time.Time) error {
	return q.count(j, "retried", q.Queue.Retry(ctx, j, a, at))
}

// Fail implements job.Queue.
func (q countedQueue) Fail(ctx context.Context, j job.Job, a job.Attempt, answer *job.Answer) error {
	return q.count(j, "failed", q.Queue.Fail(ctx, j, a, answer))
}

func (q countedQueue) count(j job.Job, result string, err error) error {
	if err == nil {
		q.meters.attempts.WithLabelValues(string(j.Kind), result).Inc()
	}
	return err
}
