package workflow

import (
	"context"
	"maps"
	"slices"
	"time"
)

// maxLooks is how often a simulated run looks at a condition about the time before it lets the wait pass.
const maxLooks = 1_000

// Simulate runs a program to its end on a virtual clock: every wait passes at once, and nothing else happens meanwhile.
// A call that is awaited counts as answered, with an empty body. A wait that no time ends is where it stops, as Waiting.
func (p *Program) Simulate(ctx context.Context, f Facts, load Load) (Result, error) {
	f.Tickets, f.Roles = maps.Clone(f.Tickets), maps.Clone(f.Roles) // what is only imagined stays in here
	var whole Result
	load = whole.counting(load)
	for looks := 0; ; looks++ {
		r, err := p.Settle(ctx, f, load)
		if err != nil {
			return Result{}, err
		}
		whole.add(&r)
		if r.Outcome != Waiting {
			return whole, nil
		}
		f.fold(&r)
		at := r.Wait.WakeAt()
		if looks > maxLooks || r.Wait.Other { // nobody does anything meanwhile
			at = r.Wait.Until
		}
		if r.Wait.Await {
			at = f.Now.Add(time.Second)
		}
		if at.IsZero() {
			return whole, nil
		}
		f.Now = at
		f.Resume = &Resumption{Position: *r.Wait, Variables: r.Variables, Steps: r.Steps}
		if r.Wait.Await {
			f.Resume.Answer = map[string]any{"status": int64(200), "body": nil}
		}
	}
}

// counting adds the messages that the run has sent itself to those that were sent before.
func (r *Result) counting(load Load) Load {
	return func(ctx context.Context, w *Workflow, n Need, f *Facts) error {
		if err := load(ctx, w, n, f); err != nil || n.Sent.IsZero() {
			return err
		}
		for _, e := range r.Effects {
			for _, m := range e.Outcome.Messages {
				if e.Ticket.PublicID == n.Sent && !m.Private && m.CreatedAt.After(f.Now.Add(-time.Hour)) {
					f.Sent[n.Sent]++
				}
			}
		}
		return nil
	}
}

// add makes latest the end of the result.
func (r *Result) add(latest *Result) {
	before := *r
	*r = *latest
	r.Effects = slices.Concat(before.Effects, latest.Effects)
	r.Jobs, r.Notices = slices.Concat(before.Jobs, latest.Jobs), slices.Concat(before.Notices, latest.Notices)
	r.Turns = slices.Concat(before.Turns, latest.Turns)
	if latest.Outcome == Tripped { // what it did up to its wait stays
		r.Steps = before.Steps
	}
	if before.LimitKey != "" || before.Tested != nil {
		r.LimitKey, r.Tested = before.LimitKey, before.Tested
	}
}
