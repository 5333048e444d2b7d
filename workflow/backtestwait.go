package workflow

import (
	"container/heap"
	"context"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

const (
	maxWaiting = 20_000 // runs that a backtest keeps waiting at once
	fineLooks  = 1_000  // looks at a condition about the time at its own pace; later ones come once an hour
)

// waiting is a run of the sandbox that goes on later.
type waiting struct {
	program *Program
	event   *Event
	order   uint64 // runs that are due at the same time go on in the order in which they began
	id      desk.ID
	ticket  desk.ID // zero: none
	at      Resumption
	wake    time.Time // zero: no time wakes it
	looks   int
	index   int // in the heap, -1 outside of it
}

// waits are the waiting runs by their time and by their ticket.
type waits struct {
	due      dueRuns
	byTicket map[desk.ID][]*waiting
	all      map[*waiting]bool
	dropped  int // for want of room
	coarse   bool
}

func newWaits() waits { return waits{byTicket: map[desk.ID][]*waiting{}, all: map[*waiting]bool{}} }

func (w *waits) on(id desk.ID) bool { return len(w.byTicket[id]) > 0 }

// of is how many runs of a workflow wait.
func (w *waits) of(workflow int64) int {
	all := 0
	for run := range w.all {
		if run.program.workflow.ID == workflow {
			all++
		}
	}
	return all
}

func (w *waits) add(run *waiting) {
	if len(w.all) >= maxWaiting {
		w.dropped++
		return
	}
	w.all[run] = true
	run.index = -1
	if !run.wake.IsZero() {
		heap.Push(&w.due, run)
	}
	if !run.ticket.IsZero() {
		w.byTicket[run.ticket] = append(w.byTicket[run.ticket], run)
	}
}

// wake makes a run due at a time.
func (w *waits) wake(run *waiting, at time.Time) {
	run.wake = at
	if run.index < 0 {
		heap.Push(&w.due, run)
		return
	}
	heap.Fix(&w.due, run.index)
}

func (w *waits) remove(run *waiting) {
	delete(w.all, run)
	if run.index >= 0 {
		heap.Remove(&w.due, run.index)
	}
	if run.ticket.IsZero() {
		return
	}
	left := slices.DeleteFunc(w.byTicket[run.ticket], func(other *waiting) bool { return other == run })
	if len(left) == 0 {
		delete(w.byTicket, run.ticket)
		return
	}
	w.byTicket[run.ticket] = left
}

// wait keeps a run for later. A call that it awaits counts as answered a second later.
func (s *sandbox) wait(run *waiting, r *Result) {
	run.ticket, _ = ticketOf(run.event)
	run.at = Resumption{RunID: run.id, Position: *r.Wait, Variables: r.Variables}
	run.wake = r.Wait.WakeAt()
	if r.Wait.Await {
		run.wake = s.now.Add(time.Second)
		run.at.Answer = map[string]any{"status": int64(200), "body": nil}
	}
	if !r.Wait.Look.IsZero() {
		run.looks++
		if run.looks > fineLooks {
			s.waits.coarse = true
			run.wake = earlier(s.now.Add(time.Hour), r.Wait.Until)
		}
	}
	s.waits.add(run)
}

// earlier is the earlier of two times, of which b may be none.
func earlier(a, b time.Time) time.Time {
	if !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// pass lets the runs go on that are due until then.
func (s *sandbox) pass(ctx context.Context, until time.Time) error {
	for len(s.waits.due) > 0 && !s.waits.due[0].wake.After(until) {
		run := s.waits.due[0]
		if run.wake.After(s.now) {
			s.now = run.wake
		}
		changed, err := s.resume(ctx, run)
		if err != nil {
			return err
		}
		s.rouse(changed)
	}
	if until.After(s.now) {
		s.now = until
	}
	return nil
}

// look lets the runs that wait for a condition of these tickets look at it, and those that what they do concerns.
func (s *sandbox) look(ctx context.Context, changed []desk.ID) error {
	s.rouse(changed)
	return s.pass(ctx, s.now)
}

// rouse makes the runs that wait for a condition of these tickets due: in line with those that are due already, as live.
func (s *sandbox) rouse(changed []desk.ID) {
	for _, id := range changed {
		for _, run := range s.waits.byTicket[id] {
			if run.at.Watch {
				s.waits.wake(run, s.now)
			}
		}
	}
}

// resume lets a run go on and returns the tickets that it changed.
func (s *sandbox) resume(ctx context.Context, run *waiting) ([]desk.ID, error) {
	s.waits.remove(run)
	f := s.facts(run.event)
	f.RunID, f.Resume = run.id, &run.at
	r, err := run.program.Settle(ctx, f, s.load)
	if err != nil {
		return nil, err
	}
	return s.save(run, &r), nil
}

// dueRuns is a heap: the run that is due first, and of those the one that began first, is at the top.
type dueRuns []*waiting

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (d *dueRuns) Len() int { return len(*d) }

func (d *dueRuns) Less(i, j int) bool {
	a, b := (*d)[i], (*d)[j]
	if !a.wake.Equal(b.wake) {
		return a.wake.Before(b.wake)
	}
	return a.order < b.order
}

func (d *dueRuns) Swap(i, j int) {
	(*d)[i], (*d)[j] = (*d)[j], (*d)[i]
	(*d)[i].index, (*d)[j].index = i, j
}

// Push adds a run at the end.
func (d *dueRuns) Push(run any) {
	r := run.(*waiting) //nolint:errcheck,forcetypeassert // nothing else is pushed
	r.index = len(*d)
	*d = append(*d, r)
}

// Pop removes the last run.
func (d *dueRuns) Pop() any {
	last := len(*d) - 1
	run := (*d)[last]
	run.index = -1
	(*d)[last] = nil
	*d = (*d)[:last]
	return run
}
