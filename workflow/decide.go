package workflow

import (
	"context"
	"fmt"
	"sync"
	"time"

	"signalbox/workflow/desk"
)

// maxPrograms is how many compiled versions a Decider keeps.
const maxPrograms = 2_000

// Decider decides about claims and keeps the programs that it has compiled.
type Decider struct {
	clock func() time.Time // measures how long runs take

	mu       sync.Mutex
	programs map[programKey]compiled
}

type programKey struct {
	id      int64
	version int
	sum     [32]byte
}

type compiled struct {
	program *Program // nil when it is broken
	broken  string   // why, for people
}

// NewDecider returns a Decider; clock measures how long runs take and may be nil.
func NewDecider(clock func() time.Time) *Decider {
	return &Decider{clock: clock, programs: map[programKey]compiled{}}
}

// Decide evaluates the claim's workflows in order, each on what those before it left, and returns one Run for
// each. It is a Decide.
func (d *Decider) Decide(ctx context.Context, c Claim, now time.Time) ([]Run, error) {
	facts := factsOf(&c, now)
	facts.Clock = d.clock
	if why := c.over(); why != "" {
		over := Result{Outcome: Cancelled, Why: why, Steps: c.Resume.Steps, Variables: c.Resume.Variables}
		return []Run{{ID: c.Resume.RunID, Workflow: &c.Workflows[0], Started: facts.Now, Result: over}}, nil
	}
	runs := make([]Run, 0, len(c.Workflows))
	for i := range c.Workflows {
		run := Run{Workflow: &c.Workflows[i], Started: facts.Now}
		if c.Resume != nil {
			run.ID, facts.Resume = c.Resume.RunID, c.Resume
		} else {
			run.ID = c.NewID()
		}
		facts.RunID = run.ID
		started := d.time()
		var err error
		if run.Result, err = d.evaluate(ctx, run.Workflow, facts, c.Load); err != nil {
			return nil, fmt.Errorf("decide event %d, workflow %d: %w", c.Event.ID, run.Workflow.ID, err)
		}
		run.Took = d.time().Sub(started)
		if !run.Workflow.Muted {
			facts.fold(&run.Result)
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// over says why a run that waited has nothing to go on with, "" where it goes on.
func (c *Claim) over() string {
	switch {
	case c.Resume == nil:
	case c.Ticket == nil:
		if walk(c.Event.Properties, []string{"ticket_id"}) != nil {
			return "The ticket is gone."
		}
	case c.Ticket.Ticket.MergedInto != 0:
		return "The ticket was merged into another one."
	}
	return ""
}

// factsOf are the facts that a claim comes with.
func factsOf(c *Claim, now time.Time) Facts {
	f := Facts{
		Event: c.Event, Now: now.UTC(), URL: c.URL, Directory: c.Directory,
		Tickets: map[desk.ID]*TicketFacts{}, Roles: map[int64]RoleFacts{},
	}
	if c.Ticket != nil {
		f.Tickets[c.Ticket.Ticket.PublicID] = c.Ticket
	}
	return f
}

func (d *Decider) evaluate(ctx context.Context, w *Workflow, f Facts, load Load) (Result, error) {
	if w.Broken != "" {
		return Result{Outcome: Failed, Why: w.Broken}, nil
	}
	c := d.compiled(w)
	if c.program == nil {
		return Result{Outcome: Failed, Why: c.broken}, nil // the workflow's fault: trying again would not help
	}
	f.Paused = w.Tripped
	if w.Muted {
		return c.program.Simulate(ctx, f, load)
	}
	return c.program.Settle(ctx, f, load)
}

// Settle evaluates until no fact is lacking, loading one at a time. Tickets and roles that are loaded serve later
// workflows of the same event as well; what is counted for each workflow does not.
func (p *Program) Settle(ctx context.Context, f Facts, load Load) (Result, error) {
	f.Uses, f.Sent, f.Started = map[string]int{}, map[desk.ID]int{}, nil
	for {
		result := p.Evaluate(f)
		if result.Need == nil {
			return result, nil
		}
		if err := load(ctx, &p.workflow, *result.Need, &f); err != nil {
			return Result{}, fmt.Errorf("load facts: %w", err)
		}
	}
}

// compiled compiles each version once. What a sum stands for never changes, so an entry never gets old.
func (d *Decider) compiled(w *Workflow) compiled {
	key := programKey{id: w.ID, version: w.Version, sum: w.Sum}
	d.mu.Lock()
	defer d.mu.Unlock()
	if c, ok := d.programs[key]; ok {
		return c
	}
	if len(d.programs) >= maxPrograms {
		clear(d.programs) // rare, and compiling again is cheap
	}
	var c compiled
	program, err := Compile(*w)
	if err != nil {
		c.broken = err.Error()
	}
	c.program = program
	d.programs[key] = c
	return c
}

func (d *Decider) time() time.Time {
	if d.clock == nil {
		return time.Time{}
	}
	return d.clock()
}

// fold makes what a run did part of the facts, as its saving will.
func (f *Facts) fold(r *Result) {
	for _, effect := range r.Effects {
		id := effect.Ticket.PublicID
		changed := *f.Tickets[id]
		changed.Ticket = effect.Ticket
		f.Tickets[id] = &changed
	}
	for _, turn := range r.Turns {
		f.Roles[turn.RoleID] = f.Roles[turn.RoleID].after(turn)
	}
}
