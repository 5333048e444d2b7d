package job_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"signalbox/workflow/job"
)

// queue keeps jobs in memory.
type queue struct {
	mu       sync.Mutex
	jobs     []*entry
	wakes    chan struct{}
	broken   bool // nothing can be recorded
	released int
	claims   []int // the limits that were asked for
}

type entry struct {
	job.Job
	state    job.State
	due      time.Time
	attempts []job.Attempt
	answer   *job.Answer
}

func newQueue() *queue { return &queue{wakes: make(chan struct{}, 1)} }

func (q *queue) add(kind job.Kind, payload string) *entry {
	q.mu.Lock()
	e := &entry{Job: job.Job{ID: int64(len(q.jobs) + 1), Key: job.Key{15: 7}, Kind: kind, Payload: []byte(payload)}, state: job.Pending}
	q.jobs = append(q.jobs, e)
	q.mu.Unlock()
	select {
	case q.wakes <- struct{}{}:
	default:
	}
	return e
}

func (q *queue) Claim(_ context.Context, now time.Time, limit int) ([]job.Job, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.claims = append(q.claims, limit)
	var claimed []job.Job
	for _, e := range q.jobs {
		if e.state == job.Pending && !e.due.After(now) && len(claimed) < limit {
			e.Attempt++
			e.due = now.Add(job.Lease)
			claimed = append(claimed, e.Job)
		}
	}
	return claimed, nil
}

func (q *queue) Done(_ context.Context, j job.Job, a job.Attempt, answer *job.Answer) error {
	return q.record(j, a, func(e *entry) { e.state, e.answer = job.Done, answer })
}

func (q *queue) Retry(_ context.Context, j job.Job, a job.Attempt, at time.Time) error {
	return q.record(j, a, func(e *entry) { e.due = at })
}

func (q *queue) Fail(_ context.Context, j job.Job, a job.Attempt, answer *job.Answer) error {
	return q.record(j, a, func(e *entry) { e.state, e.answer = job.Failed, answer })
}

func (q *queue) Release(_ context.Context, j job.Job, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.jobs[j.ID-1]
	e.Attempt, e.due = e.Attempt-1, at
	q.released++
	return nil
}

func (q *queue) Wakes() <-chan struct{} { return q.wakes }

func (q *queue) record(j job.Job, a job.Attempt, change func(*entry)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken {
		return errors.New("the disk is full")
	}
	e := q.jobs[j.ID-1]
	e.attempts = append(e.attempts, a)
	change(e)
	return nil
}

// look returns a copy of an entry.
func (q *queue) look(e *entry) entry {
	q.mu.Lock()
	defer q.mu.Unlock()
	return *e
}

// running starts a runner that ends with the test.
func running(t *testing.T, r *job.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.Run(ctx); err != nil {
			t.Errorf("run: got %v, want nil at its end", err)
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
