package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/job"
)

// twice is a memory that asks to decide again, as after a transaction that broke off.
type twice struct {
	workflow.Memory

	err error
}

func (m twice) ProcessNext(ctx context.Context, _ workflow.Lane, now time.Time, decide workflow.Decide) (workflow.Work, error) {
	for range 2 {
		if _, err := decide(ctx, workflow.Claim{}, now); err != nil {
			return workflow.Work{}, err
		}
	}
	return workflow.Work{}, m.err
}

// scraped are the metrics as a program on this machine sees them.
func scraped(t *testing.T, m *meters) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost/metrics", http.NoBody)
	r.RemoteAddr = "127.0.0.1:5"
	w := httptest.NewRecorder()
	m.scrape("", discarded())(w, r)
	return w.Body.String()
}

func TestRunsAreCountedOnceTheyAreSaved(t *testing.T) {
	m, lost := newMeters(), errors.New("lost")
	runs := make([]workflow.Run, 3)
	runs[0].Result.Outcome, runs[1].Result.Outcome, runs[2].Result.Outcome = workflow.Completed, workflow.Completed, workflow.Failed
	decide := func(context.Context, workflow.Claim, time.Time) ([]workflow.Run, error) { return runs, nil }
	for _, err := range []error{nil, lost} {
		if _, got := (countedMemory{twice{err: err}, m}).ProcessNext(t.Context(), 1, time.Now(), decide); !errors.Is(got, err) {
			t.Errorf("got %v, want %v", got, err)
		}
	}
	body := scraped(t, m)
	for outcome, want := range map[string]string{"completed": "2", "failed": "1"} {
		if got := metric(body, `signalbox_runs_total{outcome="`+outcome+`"}`); got != want {
			t.Errorf("%s: %q runs, want %s", outcome, got, want)
		}
	}
}

// refusing is a queue that records nothing while err is set.
type refusing struct {
	job.Queue

	err error
}

func (q refusing) Done(context.Context, job.Job, job.Attempt, *job.Answer) error { return q.err }
func (q refusing) Fail(context.Context, job.Job, job.Attempt, *job.Answer) error { return q.err }
func (q refusing) Retry(context.Context, job.Job, job.Attempt, time.Time) error  { return q.err }

func TestAttemptsOfJobsAreCountedOnceTheyAreRecorded(t *testing.T) {
	m, j := newMeters(), job.Job{Kind: job.KindWebhook}
	for _, err := range []error{nil, errors.New("lost")} {
		q := countedQueue{refusing{err: err}, m}
		_, _ = q.Done(t.Context(), j, job.Attempt{}, nil), q.Fail(t.Context(), j, job.Attempt{}, nil)
		_, _ = q.Retry(t.Context(), j, job.Attempt{}, time.Now()), q.Done(t.Context(), j, job.Attempt{}, nil)
	}
	body := scraped(t, m)
	for result, want := range map[string]string{"done": "2", "failed": "1", "retried": "1"} {
		if got := metric(body, `signalbox_job_attempts_total{kind="`+string(job.KindWebhook)+`",result="`+result+`"}`); got != want {
			t.Errorf("%s: %q attempts, want %s", result, got, want)
		}
	}
}
