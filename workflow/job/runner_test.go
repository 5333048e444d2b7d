package job_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signalbox/workflow/job"
)

const hook = `{"method":"POST","url":"https://crm.test/in?key=s3cret","headers":[{"name":"X-Key","value":"s3cret"}],"body":"s3cret"}`

// runner calls the same handler for webhooks and logs to log.
func runner(q *queue, log *bytes.Buffer, h job.Handler) *job.Runner {
	handlers := make(map[job.Kind]job.Handler)
	handlers[job.KindWebhook] = h
	return job.NewRunner(q, handlers, slog.New(slog.NewTextHandler(log, nil)), time.Now)
}

func succeed(context.Context, job.Job) (job.Receipt, error) {
	return job.Receipt{Status: 201, Body: []byte(`{"id":7}`)}, nil
}

func TestAJobIsDoneOnceAsSoonAsItIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, calls := newQueue(), atomic.Int32{}
		defer running(t, runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			calls.Add(1)
			<-time.After(30 * time.Millisecond)
			return succeed(ctx, j)
		}))()
		synctest.Wait()
		began := time.Now()
		e := q.add(job.KindWebhook, hook)
		<-time.After(10 * time.Minute)

		got := q.look(e)
		if calls.Load() != 1 || got.state != job.Done || got.answer != nil || len(got.attempts) != 1 {
			t.Fatalf("got %d calls, %+v, want one, done, and no answer kept", calls.Load(), got)
		}
		a := got.attempts[0]
		if !a.StartedAt.Equal(began) || a.Took != 30*time.Millisecond || a.Status != 201 || a.Error != "" {
			t.Errorf("got %+v, want a success at once", a)
		}
	})
}

func TestTheAnswerOfAnAwaitedJobIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, refuse := newQueue(), atomic.Bool{}
		defer running(t, runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			if refuse.Load() {
				return job.Receipt{}, &job.Error{Text: "It answered 404.", Status: 404, Permanent: true}
			}
			return succeed(ctx, j)
		}))()
		awaited := strings.Replace(hook, `{`, `{"await":true,`, 1)
		good := q.add(job.KindWebhook, awaited)
		synctest.Wait()
		refuse.Store(true)
		bad := q.add(job.KindWebhook, awaited)
		synctest.Wait()

		if a := q.look(good).answer; a == nil || a.Status != 201 || string(a.Body) != `{"id":7}` || a.Error != "" {
			t.Errorf("success: got %+v, want status and body", a)
		}
		if a := q.look(bad).answer; a == nil || a.Status != 404 || a.Body != nil || a.Error != "It answered 404." {
			t.Errorf("failure: got %+v, want why", a)
		}
	})
}

func TestAFailingJobIsTriedEightTimesEverLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		defer running(t, runner(q, &bytes.Buffer{}, func(context.Context, job.Job) (job.Receipt, error) {
			return job.Receipt{}, &job.Error{Text: "It answered 503.", Status: 503}
		}))()
		e := q.add(job.KindWebhook, hook)
		<-time.After(48 * time.Hour)

		got := q.look(e)
		if got.state != job.Failed || len(got.attempts) != job.MostAttempts || got.attempts[7].Error != "It answered 503." {
			t.Fatalf("got %s after %d attempts, want failed after %d", got.state, len(got.attempts), job.MostAttempts)
		}
		usual := []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 6 * time.Hour}
		for i, want := range usual {
			waited := got.attempts[i+1].StartedAt.Sub(got.attempts[i].StartedAt)
			if waited < want*9/10 || waited > want*11/10+time.Second {
				t.Errorf("before attempt %d: waited %s, want about %s", i+2, waited, want)
			}
		}
	})
}

func TestAReceiverIsLeftAloneForAsLongAsItAsksUpToSixHours(t *testing.T) {
	for _, test := range []struct{ after, want time.Duration }{
		{time.Hour, time.Hour}, {90 * 24 * time.Hour, 6 * time.Hour}, {time.Second, 9 * time.Second},
	} {
		after, want := test.after, test.want
		synctest.Test(t, func(t *testing.T) {
			q := newQueue()
			defer running(t, runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
				if j.Attempt == 1 {
					return job.Receipt{}, &job.Error{Text: "Later.", Status: 429, After: after}
				}
				return succeed(ctx, j)
			}))()
			e := q.add(job.KindWebhook, hook)
			synctest.Wait()
			<-time.After(want - time.Second)
			if n := len(q.look(e).attempts); n != 1 {
				t.Errorf("asked for %s: got %d attempts just before %s, want 1", after, n, want)
			}
			<-time.After(5 * time.Second)
			if got := q.look(e); got.state != job.Done {
				t.Errorf("asked for %s: got %s after it, want done", after, got.state)
			}
		})
	}
}

func TestWhatCanNeverSucceedFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		refused, unknown := q.add(job.KindWebhook, hook), q.add("telex", `{}`)
		ending := q.add(job.KindWebhook, hook)
		ending.Attempt = 12
		defer running(t, runner(q, &bytes.Buffer{}, func(context.Context, job.Job) (job.Receipt, error) {
			return job.Receipt{}, &job.Error{Text: "It answered 410.", Status: 410, Permanent: true}
		}))()
		synctest.Wait()
		for name, e := range map[string]*entry{"It answered 410.": refused, "cannot do this kind": unknown, "ended during each": ending} {
			got := q.look(e)
			if got.state != job.Failed || len(got.attempts) != 1 || !strings.Contains(got.attempts[0].Error, name) {
				t.Errorf("got %+v, want failed at once: %s", got, name)
			}
		}
	})
}

func TestPanicsAndOurOwnErrorsAreTriedAgainAndTellNoSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, log := newQueue(), &bytes.Buffer{}
		stop := running(t, runner(q, log, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			switch j.Attempt {
			case 1:
				panic("the body was s3cret")
			case 2:
				return job.Receipt{}, errors.New("read the table of ports")
			}
			return succeed(ctx, j)
		}))
		e := q.add(job.KindWebhook, hook)
		<-time.After(10 * time.Minute)
		stop()

		got := q.look(e)
		if got.state != job.Done || len(got.attempts) != 3 || !strings.Contains(got.attempts[0].Error, "a reason of ours") {
			t.Fatalf("got %+v, want it done by the third attempt", got)
		}
		if got.attempts[1].Error != got.attempts[0].Error {
			t.Errorf("got %q, want our own error kept to the log", got.attempts[1].Error)
		}
		if strings.Contains(log.String(), "s3cret") || !strings.Contains(log.String(), "read the table of ports") {
			t.Errorf("log: got %s, want the reasons and no secret", log)
		}
		for _, want := range []string{"host=crm.test", "kind=webhook", "job=00000000-0000-0000-0000-000000000007"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("log: got %s, want %s", log, want)
			}
		}
	})
}

func TestWhatCouldNotBeRecordedIsRepeatedUnderTheSameKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		keys := map[job.Key]int{}
		defer running(t, runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			keys[j.Key]++
			return succeed(ctx, j)
		}))()
		q.broken = true
		e := q.add(job.KindWebhook, hook)
		synctest.Wait()
		q.mu.Lock()
		q.broken = false
		q.mu.Unlock()
		<-time.After(job.Lease + time.Second)
		if got := q.look(e); got.state != job.Done || len(keys) != 1 || keys[e.Key] != 2 {
			t.Errorf("got %+v after calls %v, want two under one key", got, keys)
		}
	})
}

func TestNoMoreJobsAreClaimedThanCanBeTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, under, most := newQueue(), atomic.Int32{}, atomic.Int32{}
		r := runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			most.Store(max(most.Load(), under.Add(1)))
			defer under.Add(-1)
			<-time.After(5 * time.Second)
			return succeed(ctx, j)
		})
		r.Workers = 3
		for range 9 {
			q.add(job.KindWebhook, hook)
		}
		defer running(t, r)()
		<-time.After(16 * time.Second)
		synctest.Wait()
		for _, e := range q.jobs {
			if got := q.look(e); got.state != job.Done || got.Attempt != 1 {
				t.Errorf("got %+v, want it done in turn", got)
			}
		}
		if most.Load() != 3 {
			t.Errorf("got %d at once, want 3", most.Load())
		}
	})
}

func TestTheEndWaitsForAttemptsButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		stop := running(t, runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			if j.ID == 1 {
				<-time.After(2 * time.Second)
				return succeed(ctx, j)
			}
			<-ctx.Done()
			return job.Receipt{}, ctx.Err()
		}))
		short, long := q.add(job.KindWebhook, hook), q.add(job.KindWebhook, hook)
		synctest.Wait()
		began := time.Now()
		stop()
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("the end took %s, want 10s", took)
		}
		if got := q.look(short); got.state != job.Done {
			t.Errorf("the short one: got %s, want done", got.state)
		}
		if got := q.look(long); got.state != job.Pending || got.Attempt != 0 || len(got.attempts) != 0 || q.released != 1 {
			t.Errorf("the long one: got %+v, want it given back as it was", got)
		}
	})
}

func TestAnAttemptEndsBeforeItsLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		defer running(t, runner(q, &bytes.Buffer{}, func(ctx context.Context, j job.Job) (job.Receipt, error) {
			if j.Attempt > 1 {
				return succeed(ctx, j)
			}
			<-ctx.Done()
			return job.Receipt{}, &job.Error{Text: "It took too long."}
		}))()
		e := q.add(job.KindWebhook, hook)
		<-time.After(job.Lease)
		got := q.look(e)
		if len(got.attempts) != 2 || got.attempts[0].Took != time.Minute || got.state != job.Done {
			t.Errorf("got %+v, want it ended after a minute and tried again", got)
		}
	})
}
