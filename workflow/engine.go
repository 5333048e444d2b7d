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
	tick           = time.Second // how long an event waits at most when no wake told of it
	listedTickets  = 256         // how many pending tickets are asked for at once; more than there are workers
	wokenAtOnce    = 100         // how many snoozes end in one transaction
	defaultWorkers = 32          // enough to fill the group commits of SQLite
)

// Engine runs workflows live: it hands each ticket with pending events to one of its workers, which processes
// them in order, one at a time.
type Engine struct {
	Workers int // how many tickets are worked on at once; set before Run

	memory  Memory
	log     *slog.Logger
	now     func() time.Time
	decider *Decider
	work    chan int64 // unbuffered: a send without waiting succeeds only when a worker is idle

	mu      sync.Mutex
	running bool
	flights map[int64]*flight
}

// flight is a ticket that a worker has, or is about to get.
type flight struct {
	begun bool          // a worker has it
	again bool          // somebody knows of events since the worker last looked
	done  chan struct{} // closed when the worker has found nothing left
}

// NewEngine returns an engine that is not running yet.
func NewEngine(mem Memory, log *slog.Logger, now func() time.Time) *Engine {
	return &Engine{
		Workers: defaultWorkers, memory: mem, log: log, now: now, decider: NewDecider(now),
		work: make(chan int64), flights: map[int64]*flight{},
	}
}

// Run works until ctx ends, waits for its workers and returns nil. What they had not committed is pending still.
func (e *Engine) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for range max(e.Workers, 1) {
		group.Go(func() { e.worker(ctx) })
	}
	group.Go(func() { e.wakeSnoozed(ctx) })
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
	done := e.join(ticketID)
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

// join makes sure that a worker looks at the ticket once more from now on; nil when none can at once.
func (e *Engine) join(ticketID int64) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.running {
		return nil
	}
	if f, ok := e.flights[ticketID]; ok {
		f.again = true
		if !f.begun {
			return nil
		}
		return f.done
	}
	f := &flight{done: make(chan struct{})}
	select {
	case e.work <- ticketID:
		e.flights[ticketID] = f
		return f.done
	default:
		return nil
	}
}

// dispatch hands out pending tickets whenever there may be some.
func (e *Engine) dispatch(ctx context.Context) {
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for {
		e.dispatchPending(ctx)
		select {
		case <-ctx.Done():
			return
		case <-e.memory.Wakes():
		case <-clock.C:
		}
	}
}

func (e *Engine) dispatchPending(ctx context.Context) {
	for ctx.Err() == nil {
		tickets, err := e.memory.PendingTickets(ctx, e.now(), listedTickets)
		if err != nil {
			e.report(ctx, fmt.Errorf("list pending tickets: %w", err))
			return
		}
		for _, id := range tickets {
			if !e.depart(id) {
				continue
			}
			select {
			case e.work <- id:
			case <-ctx.Done():
				return
			}
		}
		if len(tickets) < listedTickets {
			return
		}
	}
}

// depart claims the ticket for a worker; where one has it already, that one is asked to look again.
func (e *Engine) depart(ticketID int64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if f, ok := e.flights[ticketID]; ok {
		f.again = true
		return false
	}
	e.flights[ticketID] = &flight{done: make(chan struct{})}
	return true
}

func (e *Engine) worker(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-e.work:
			e.process(ctx, id)
		}
	}
}

// process works on a ticket until nothing is left, or until an event fails: that one comes back when it is due.
func (e *Engine) process(ctx context.Context, ticketID int64) {
	for {
		e.look(ticketID)
		id, err := e.memory.ProcessNext(ctx, ticketID, e.now(), e.decider.Decide)
		if err != nil {
			e.failed(ctx, ticketID, id, err)
			e.land(ticketID)
			return
		}
		if id == 0 && !e.lookAgain(ticketID) {
			return
		}
	}
}

// failed records the failure of an event; 0 is none, when not even the ticket could be read.
func (e *Engine) failed(ctx context.Context, ticketID, eventID int64, cause error) {
	if ctx.Err() != nil {
		return // the end of the program is not the event's fault
	}
	e.log.ErrorContext(ctx, "process event", "ticket", ticketID, "event", eventID, "error", cause)
	if eventID == 0 {
		return
	}
	if err := e.memory.FailEvent(ctx, eventID, e.now(), cause); err != nil {
		e.report(ctx, fmt.Errorf("record failed event %d of ticket %d: %w", eventID, ticketID, err))
	}
}

// look notes that the worker sees, from now on, all that was committed up to now.
func (e *Engine) look(ticketID int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.flights[ticketID]
	f.begun, f.again = true, false
}

// lookAgain lands the ticket unless it was asked for while the worker was finding nothing more.
func (e *Engine) lookAgain(ticketID int64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.flights[ticketID]
	if f.again {
		return true
	}
	close(f.done)
	delete(e.flights, ticketID)
	return false
}

func (e *Engine) land(ticketID int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.flights[ticketID].done)
	delete(e.flights, ticketID)
}

// landAll lets go whoever waits for a ticket that no worker got to before the end.
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

// wakeSnoozed ends the snoozes that have passed, once a second.
func (e *Engine) wakeSnoozed(ctx context.Context) {
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		}
		for ctx.Err() == nil {
			n, err := e.memory.WakeSnoozed(ctx, e.now(), wokenAtOnce)
			if err != nil {
				e.report(ctx, fmt.Errorf("wake snoozed tickets: %w", err))
			}
			if err != nil || n < wokenAtOnce {
				break
			}
		}
	}
}

// report logs what no one else can answer for; at the end of the program it is nothing new.
func (e *Engine) report(ctx context.Context, err error) {
	if ctx.Err() == nil {
		e.log.ErrorContext(ctx, "workflow engine", "error", err)
	}
}
