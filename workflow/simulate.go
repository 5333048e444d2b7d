package workflow

import (
	"context"
	"maps"
	"time"
)

// maxLooks is how often a simulated run looks at a condition about the time before it lets the wait pass.
const maxLooks = 5_000

// Simulate runs a program to its end on a virtual clock: every wait passes at once, and nothing else happens meanwhile.
// A call that is awaited counts as answered, with an empty body. A wait that no time ends is where it stops, as Waiting.
func (p *Program) Simulate(ctx context.Context, f Facts, load Load) (Result, error) {
	f.Tickets, f.Roles = maps.Clone(f.Tickets), maps.Clone(f.Roles) // what is only imagined stays in here
	var whole Result
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
		if looks > maxLooks {
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

// add makes r the latest part of the result.
func (whole *Result) add(r *Result) {
	key, tested := whole.LimitKey, whole.Tested
	effects, jobs := append(whole.Effects, r.Effects...), append(whole.Jobs, r.Jobs...)
	notices, turns := append(whole.Notices, r.Notices...), append(whole.Turns, r.Turns...)
	*whole = *r
	whole.Effects, whole.Jobs, whole.Notices, whole.Turns = effects, jobs, notices, turns
	if key != "" || tested != nil {
		whole.LimitKey, whole.Tested = key, tested
	}
}
