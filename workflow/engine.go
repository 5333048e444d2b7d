package workflow

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// The engine's pace.
const (
	tick           = time.Second            // how late what the clock brings may be
	look           = 250 * time.Millisecond // how late a wait may be over
	headStart      = 50 * time.Millisecond  // how long a lane is left to the process that has its events at hand
	listedLanes    = 256                    // how many pending lanes are asked for at once; more than there are workers
	doneAtOnce     = 100                    // how much of what the clock brings is done in one go
	defaultWorkers = 32                     // enough to fill the group commits of SQLite
)

// Engine runs workflows live: it hands each lane with pending work to one of its workers, which does
// it in order, one at a time.
type Engine struct {
	Workers int // how many lanes are worked on at once; set before Run

	memory  Memory
	log     *slog.Logger
	now     func() time.Time
	decider *Decider
	work    chan Lane // unbuffered: a send without waiting succeeds only when a worker is idle

	mu      sync.Mutex
	running bool
	flights map[Lane]*flight
}

// flight is a lane that a worker has, or is about to get.
type flight struct {
	begun bool          // a worker has it
	again bool          // somebody knows of events since the worker last looked
	done  chan struct{} // closed when the worker has found nothing left
}

// NewEngine returns an engine that is not running yet.
func NewEngine(mem Memory, log *slog.Logger, now func() time.Time) *Engine {
	return &Engine{
		Workers: defaultWorkers, memory: mem, log: log, now: now, decider: NewDecider(now),
		work: make(chan Lane), flights: map[Lane]*flight{},
	}
}

// Run works until ctx ends, waits for its workers and returns nil. What they had not committed is pending still.
func (e *Engine) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for range max(e.Workers, 1) {
		group.Go(func() { e.worker(ctx) })
	}
	group.Go(func() { e.keepTime(ctx) })
	e.setRunning(true)
	e.dispatch(ctx)
	e.setRunning(false)
	group.Wait()
	e.landAll()
	return nil
}

// Settle waits until the pending events of a ticket are processed, for longest at most. It returns at once when this
// engine is not running or has no worker to spare. Call it after the commit that made the events.
func (e *Engine) Settle(ctx context.Context, longest time.Duration, ticketID int64) {
	done := e.join(Lane(ticketID))
	if done == nil {
		return
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// join makes sure that a worker looks at the lane once more from now on; nil when none can at once.
func (e *Engine) join(lane Lane) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.running {
		return nil
	}
	if f, ok := e.flights[lane]; ok {
		f.again = true
		if !f.begun {
			return nil
		}
		return f.done
	}
	f := &flight{done: make(chan struct{})}
	select {
	case e.work <- lane:
		e.flights[lane] = f
		return f.done
	default:
		return nil
	}
}

// dispatch hands out the lanes that this process has just given work, and from time to time those that nobody took:
// several processes that all ran for each lane would mostly stand in each other's way.
func (e *Engine) dispatch(ctx context.Context) {
	clock := time.NewTicker(look)
	defer clock.Stop()
	e.dispatchPending(ctx, e.now())
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.memory.Wakes():
			e.dispatchFresh(ctx)
		case <-clock.C:
			e.dispatchPending(ctx, e.now().Add(-headStart))
		}
	}
}

func (e *Engine) dispatchFresh(ctx context.Context) {
	lanes, known := e.memory.Fresh()
	if !e.dispatchLanes(ctx, lanes) || known {
		return
	}
	e.dispatchPending(ctx, e.now())
}

// dispatchPending hands out the lanes whose work was due at a moment.
func (e *Engine) dispatchPending(ctx context.Context, due time.Time) {
	for ctx.Err() == nil {
		lanes, err := e.memory.Pending(ctx, due, listedLanes)
		if err != nil {
			e.report(ctx, fmt.Errorf("list pending lanes: %w", err))
			return
		}
		if !e.dispatchLanes(ctx, lanes) || len(lanes) < listedLanes {
			return
		}
	}
}

// dispatchLanes waits for a worker for each lane; it returns false when ctx ended before.
func (e *Engine) dispatchLanes(ctx context.Context, lanes []Lane) bool {
	for _, lane := range lanes {
		if !e.depart(lane) {
			continue
		}
		select {
		case e.work <- lane:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// depart claims the lane for a worker; where one has it already, that one is asked to look again.
func (e *Engine) depart(lane Lane) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if f, ok := e.flights[lane]; ok {
		f.again = true
		return false
	}
	e.flights[lane] = &flight{done: make(chan struct{})}
	return true
}

func (e *Engine) worker(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case lane := <-e.work:
			e.process(ctx, lane)
		}
	}
}

// process works on a lane until nothing is left, or until something fails: that comes back when it is due.
func (e *Engine) process(ctx context.Context, lane Lane) {
	for {
		e.look(lane)
		work, err := e.memory.ProcessNext(ctx, lane, e.now(), e.decider.Decide)
		if err != nil {
			e.failed(ctx, lane, work, err)
			e.land(lane)
			return
		}
		if work == (Work{}) && !e.lookAgain(lane) {
			return
		}
	}
}

// failed records the failure of work; there is none when not even the lane could be read.
func (e *Engine) failed(ctx context.Context, lane Lane, w Work, cause error) {
	if ctx.Err() != nil {
		return // the end of the program is not the event's fault
	}
	e.log.ErrorContext(ctx, "process event", "lane", int64(lane), "event", w.Event, "run", w.Run, "error", cause)
	if w == (Work{}) {
		return
	}
	if err := e.memory.Fail(ctx, w, e.now(), cause); err != nil {
		e.report(ctx, fmt.Errorf("record failure of event %d in lane %d: %w", w.Event, lane, err))
	}
}

// look notes that the worker sees, from now on, all that was committed up to now.
func (e *Engine) look(lane Lane) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.flights[lane]
	f.begun, f.again = true, false
}

// lookAgain lands the lane unless it was asked for while the worker was finding nothing more.
func (e *Engine) lookAgain(lane Lane) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.flights[lane]
	if f.again {
		return true
	}
	close(f.done)
	delete(e.flights, lane)
	return false
}

func (e *Engine) land(lane Lane) {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.flights[lane].done)
	delete(e.flights, lane)
}

// landAll lets go whoever waits for a lane that no worker got to before the end.
func (e *Engine) landAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, f := range e.flights {
		close(f.done)
		delete(e.flights, id)
	}
}

func (e *Engine) setRunning(running bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = running
}

// keepTime does, once a second, what only the clock can tell is due.
func (e *Engine) keepTime(ctx context.Context) {
	duties := []duty{
		{"release held replies", e.memory.ReleaseReplies}, // first: somebody counts the seconds
		{"wake snoozed tickets", e.memory.WakeSnoozed},
		{"raise alerts of deadlines", e.memory.RaiseSLA},
		{"start scheduled workflows", e.memory.StartScheduled},
	}
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		}
		for _, d := range duties {
			e.discharge(ctx, d)
		}
	}
}

// duty does up to limit things that are due and returns how many it did.
type duty struct {
	name string
	do   func(ctx context.Context, now time.Time, limit int) (int, error)
}

func (e *Engine) discharge(ctx context.Context, d duty) {
	for ctx.Err() == nil {
		n, err := d.do(ctx, e.now(), doneAtOnce)
		if err != nil {
			e.report(ctx, fmt.Errorf("%s: %w", d.name, err))
		}
		if err != nil || n < doneAtOnce {
			return
		}
	}
}

// report logs what no one else can answer for; at the end of the program it is nothing new.
func (e *Engine) report(ctx context.Context, err error) {
	if ctx.Err() == nil {
		e.log.ErrorContext(ctx, "workflow engine", "error", err)
	}
}
