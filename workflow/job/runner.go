package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// The runner's pace.
const (
	// Lease is for how long a claimed job belongs to its process; longer than any attempt takes.
	Lease = 2 * time.Minute

	longestAttempt = time.Minute
	tick           = time.Second // how long a due job waits at most when no wake told of it
	drainTime      = 10 * time.Second
	defaultWorkers = 16
)

// Handler tries once to do a job. It reports failures as an *Error; any other error is of ours, is logged as it is
// and so must hold no secret either. An attempt may be a repeat of one that succeeded: the job's Key tells.
type Handler func(ctx context.Context, j Job) (Receipt, error)

// Receipt is what came back from an attempt that succeeded.
type Receipt struct {
	Status int             // of the answer, 0 where there is none
	Body   json.RawMessage // of the answer, kept only for a run that waits for it
}

// Runner does the jobs of a queue.
type Runner struct {
	Workers int // how many jobs are tried at once; set before Run

	queue    Queue
	handlers map[Kind]Handler
	log      *slog.Logger
	now      func() time.Time

	group sync.WaitGroup
	slots chan struct{} // one value for each job under way
	freed chan struct{} // holds one value when a slot became free
}

// NewRunner returns a runner that is not running yet.
func NewRunner(q Queue, handlers map[Kind]Handler, log *slog.Logger, now func() time.Time) *Runner {
	return &Runner{Workers: defaultWorkers, queue: q, handlers: handlers, log: log, now: now, freed: make(chan struct{}, 1)}
}

// Run works until ctx ends and returns nil once the attempts under way have ended; those that take longer than 10 s
// are cut off and given back.
func (r *Runner) Run(ctx context.Context) error {
	r.slots = make(chan struct{}, max(r.Workers, 1))
	attempts, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for ctx.Err() == nil {
		r.begin(ctx, attempts)
		select {
		case <-ctx.Done():
		case <-r.queue.Wakes():
		case <-r.freed:
		case <-clock.C:
		}
	}
	drain := time.AfterFunc(drainTime, cutOff)
	defer drain.Stop()
	r.group.Wait()
	return nil
}

// begin claims as many due jobs as can be tried now: a lease should not run out while its job waits here.
func (r *Runner) begin(ctx, attempts context.Context) {
	idle := cap(r.slots) - len(r.slots) // or more: only begin fills slots
	if idle == 0 || ctx.Err() != nil {
		return
	}
	jobs, err := r.queue.Claim(ctx, r.now(), idle)
	if err != nil {
		if ctx.Err() == nil {
			r.log.ErrorContext(ctx, "claim jobs", "error", err)
		}
		return
	}
	for _, j := range jobs {
		r.slots <- struct{}{}
		r.group.Go(func() {
			defer r.free()
			r.attempt(attempts, j)
		})
	}
}

func (r *Runner) free() {
	<-r.slots
	select {
	case r.freed <- struct{}{}:
	default: // one is there already
	}
}

// attempt tries a job and records how it went. What cannot be recorded is repeated when the lease has passed.
func (r *Runner) attempt(ctx context.Context, j Job) {
	started := r.now()
	receipt, err := r.deliver(ctx, j)
	a := Attempt{StartedAt: started, Took: r.now().Sub(started), Status: receipt.Status}

	record := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		err = r.queue.Done(record, j, a, answerTo(j, Answer{Status: receipt.Status, Body: receipt.Body}))
	case ctx.Err() != nil:
		err = r.queue.Release(record, j, r.now())
	default:
		err = r.failed(record, j, a, err)
	}
	if err != nil {
		r.log.ErrorContext(record, "record attempt", append(attributes(j), slog.Any("error", err))...)
	}
}

// deliver hands a job to its handler; one that panics has failed like any other.
func (r *Runner) deliver(ctx context.Context, j Job) (_ Receipt, err error) {
	handler := r.handlers[j.Kind]
	switch {
	case handler == nil:
		return Receipt{}, &Error{Permanent: true, Text: "This version of Signalbox cannot do this kind of job."}
	case j.Attempt > mostBegun:
		return Receipt{}, &Error{Permanent: true, Text: "Signalbox ended during each of the last attempts."}
	}
	ctx, cancel := context.WithTimeout(ctx, longestAttempt)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			// The value may hold what was sent, and that is nobody's business.
			err = fmt.Errorf("handler panicked with a %T\n%s", p, debug.Stack())
		}
	}()
	return handler(ctx, j)
}

func (r *Runner) failed(ctx context.Context, j Job, a Attempt, cause error) error {
	var known *Error
	if !errors.As(cause, &known) {
		r.log.ErrorContext(ctx, "job broke off", append(attributes(j), slog.Any("error", cause))...)
		known = &Error{Text: "The attempt broke off for a reason of ours; the server's log says more."}
	}
	a.Status, a.Error = known.Status, known.Text
	if known.Permanent || j.Attempt >= MostAttempts {
		r.log.WarnContext(ctx, "job failed for good", attributes(j)...)
		return r.queue.Fail(ctx, j, a, answerTo(j, Answer{Status: known.Status, Error: known.Text}))
	}
	r.log.InfoContext(ctx, "job failed and will be tried again", attributes(j)...)
	return r.queue.Retry(ctx, j, a, r.now().Add(wait(j.Attempt, known.After)))
}

// answerTo returns the answer when a run waits for it.
func answerTo(j Job, a Answer) *Answer {
	if shown, err := Show(j.Kind, j.Payload); err != nil || !shown.Await {
		return nil
	}
	return &a
}

// attributes are all that logs say of a job.
func attributes(j Job) []any {
	shown, _ := Show(j.Kind, j.Payload) // what cannot be read has no host
	return []any{
		slog.String("job", j.Key.String()), slog.String("kind", string(j.Kind)), slog.String("host", shown.Host()),
		slog.Int("attempt", j.Attempt),
	}
}
