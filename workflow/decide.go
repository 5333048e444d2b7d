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
	facts := Facts{
		Event: c.Event, Now: now.UTC(), URL: c.URL, Directory: c.Directory, Clock: d.clock,
		Tickets: map[desk.ID]*TicketFacts{c.Ticket.Ticket.PublicID: &c.Ticket},
	}
	runs := make([]Run, 0, len(c.Workflows))
	for i := range c.Workflows {
		run := Run{ID: c.NewID(), Workflow: &c.Workflows[i], Started: facts.Now}
		facts.RunID = run.ID
		started := d.time()
		var err error
		if run.Result, err = d.evaluate(ctx, run.Workflow, facts, c.Load); err != nil {
			return nil, fmt.Errorf("decide event %d, workflow %d: %w", c.Event.ID, run.Workflow.ID, err)
		}
		run.Took = d.time().Sub(started)
		facts.fold(run.Result.Effects)
		runs = append(runs, run)
	}
	return runs, nil
}

// evaluate loads what the evaluation needs, one fact at a time. The loaded facts serve later workflows as well.
func (d *Decider) evaluate(ctx context.Context, w *Workflow, f Facts, load func(context.Context, desk.ID) (*TicketFacts, error)) (Result, error) {
	if w.Broken != "" {
		return Result{Outcome: Failed, Why: w.Broken}, nil
	}
	c := d.compiled(w)
	if c.program == nil {
		return Result{Outcome: Failed, Why: c.broken}, nil // the workflow's fault: trying again would not help
	}
	for {
		result := c.program.Evaluate(f)
		if result.Need == nil {
			return result, nil
		}
		id := result.Need.Ticket
		loaded, err := load(ctx, id)
		if err != nil {
			return Result{}, fmt.Errorf("load ticket %s: %w", id, err)
		}
		f.Tickets[id] = loaded
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

// fold makes effects part of the facts, as their saving will.
func (f *Facts) fold(effects []Effect) {
	for _, effect := range effects {
		id := effect.Ticket.PublicID
		changed := *f.Tickets[id]
		changed.Ticket = effect.Ticket
		f.Tickets[id] = &changed
	}
}
