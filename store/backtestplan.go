package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Replay is a definition to be tried on the events of the last days.
type Replay struct {
	Team       int64
	Definition workflow.Definition
	Instead    desk.ID // the workflow in whose place it runs; zero: after all others
	Days       int
	Progress   func(done, total int) // called after each page of events; may be nil
}

// MaxBacktestDays is how far a backtest goes back at most.
const MaxBacktestDays = 365

// ReplayPast tries a definition on what happened, and only reads. A definition that cannot run comes back as
// workflow.Problems.
func (s *Store) ReplayPast(ctx context.Context, r Replay) (workflow.BacktestResult, error) {
	if r.Days < 1 || r.Days > MaxBacktestDays {
		return workflow.BacktestResult{}, desk.FieldErrorf("days", "A backtest goes back 1 to %d days; this is %d.", MaxBacktestDays, r.Days)
	}
	plan, err := s.backtestPlan(ctx, r)
	if err != nil {
		return workflow.BacktestResult{}, err
	}
	test, err := workflow.NewBacktest(plan)
	if err != nil {
		return workflow.BacktestResult{}, err
	}
	p, err := s.openPast(ctx, r.Team, plan.From)
	if err != nil {
		return workflow.BacktestResult{}, err
	}
	done := 0
	err = p.each(ctx, func(page []workflow.Past, seen int) error {
		if err := test.Replay(ctx, page); err != nil {
			return err
		}
		done += seen
		if r.Progress != nil {
			r.Progress(done, max(done, p.total))
		}
		return nil
	})
	if err != nil {
		return workflow.BacktestResult{}, err
	}
	return test.Result(ctx)
}

// each hands out the pages in order. They are read while those before are worked on.
func (p *past) each(ctx context.Context, do func(page []workflow.Past, seen int) error) error {
	type read struct {
		page []workflow.Past
		seen int
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	pages := make(chan read, pagesAhead)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(pages)
		for {
			page, seen, err := p.next(ctx)
			select {
			case pages <- read{page, seen, err}:
			case <-ctx.Done():
				return
			}
			if seen == 0 || err != nil {
				return
			}
		}
	})
	defer reader.Wait()
	defer cancel()
	for r := range pages {
		if r.err != nil || r.seen == 0 {
			return r.err
		}
		if err := do(r.page, r.seen); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// backtestPlan puts the definition in the place of its live version among the published workflows.
func (s *Store) backtestPlan(ctx context.Context, r Replay) (workflow.BacktestPlan, error) {
	now := s.now()
	rules, err := s.latestRules(ctx, r.Team)
	if err != nil {
		return workflow.BacktestPlan{}, err
	}
	if err := workflow.Validate(r.Definition, rules.directory).Err(); err != nil {
		return workflow.BacktestPlan{}, err
	}
	draft := workflow.Workflow{TeamID: r.Team, ID: -1, PublicID: s.newID()}
	draft.Definition, _ = workflow.Resolve(r.Definition, rules.directory)
	live := rules.published()
	if !r.Instead.IsZero() {
		row, err := findWorkflow(ctx, s.db, r.Team, r.Instead)
		if err != nil {
			return workflow.BacktestPlan{}, err
		}
		draft.ID, draft.PublicID, draft.Position, draft.Version = row.ID, row.PublicID, row.Position, row.Version+1
	} else if len(live) > 0 {
		draft.Position = live[len(live)-1].Position + 1
	}

	since := now.AddDate(0, 0, -r.Days)
	a, err := s.newArchive(ctx, rules.asking(r.Definition), since)
	if err != nil {
		return workflow.BacktestPlan{}, err
	}
	plan := workflow.BacktestPlan{
		Directory: rules.directory, URL: s.config.URL, From: since, To: now, Draft: draft.ID, Archive: a,
	}
	plan.Workflows = slices.DeleteFunc(slices.Clone(live), func(w workflow.Workflow) bool { return w.ID == draft.ID })
	if len(plan.Workflows) < len(live) {
		plan.Live = live
	}
	plan.Workflows = append(plan.Workflows, draft)
	slices.SortStableFunc(plan.Workflows, byPosition)
	return plan, nil
}

func byPosition(a, b workflow.Workflow) int {
	return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
}

// published lists each workflow that is live once, in the admin's order.
func (r *rules) published() []workflow.Workflow {
	var all []workflow.Workflow
	for _, some := range r.byEvent {
		for _, w := range some {
			known := slices.ContainsFunc(all, func(other workflow.Workflow) bool { return other.ID == w.ID })
			if !w.Muted && w.Broken == "" && !known {
				all = append(all, w)
			}
		}
	}
	slices.SortFunc(all, byPosition)
	return all
}

// asking returns the rules, with what a definition beside them asks for.
func (r *rules) asking(d workflow.Definition) *rules {
	more := *r
	text := string(workflow.Format(d))
	more.countsCustomers = r.countsCustomers || strings.Contains(text, "customer_ticket_count_7d")
	return &more
}
