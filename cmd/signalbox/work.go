package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/job"
)

// work is what goes on behind the pages.
type work struct {
	store    *store.Store
	presence *web.Presence
	jobs     *job.Runner
	engine   *workflow.Engine
	log      *slog.Logger

	end   context.CancelFunc
	group sync.WaitGroup

	mu    sync.Mutex
	ended []string // parts that nobody told to end
}

// start runs the workflows, what they send out, who is where and the upkeep until stop: longer than ctx, so that
// requests in flight when we are told to stop still see their workflows act.
func (w *work) start(ctx context.Context) {
	ctx, w.end = context.WithCancel(context.WithoutCancel(ctx))
	w.part(ctx, "workflows", w.engine.Run)
	w.part(ctx, "jobs", w.jobs.Run)
	w.part(ctx, "backtests", w.store.RunBacktests)
	w.part(ctx, "changes of many tickets", endless(w.store.RunBulks))
	w.part(ctx, "search index", endless(w.store.RunSearch))
	w.part(ctx, "presence", endless(w.presence.Run))
	w.upkeep(ctx, "counts", foldEvery, w.store.FoldCounts)
	w.upkeep(ctx, "upkeep of files", sweepEvery, w.store.SweepFiles)
	w.upkeep(ctx, "upkeep of tokens", sweepEvery, w.store.SweepTokenKeys)
	w.upkeep(ctx, "upkeep of private links", sweepEvery, w.store.SweepLinks)
}

// part runs one of them, which is to last until ctx ends.
func (w *work) part(ctx context.Context, name string, run func(context.Context) error) {
	w.group.Go(func() {
		err := run(ctx)
		if ctx.Err() == nil {
			w.mu.Lock()
			w.ended = append(w.ended, name)
			w.mu.Unlock()
		}
		if err != nil || ctx.Err() == nil {
			w.log.ErrorContext(ctx, "a part of the work ended", "part", name, "error", err)
		}
	})
}

func endless(run func(context.Context)) func(context.Context) error {
	return func(ctx context.Context) error {
		run(ctx)
		return nil
	}
}

// endedParts are those that should still run.
func (w *work) endedParts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.ended...)
}

func (w *work) stop() {
	w.end()
	w.group.Wait()
}

const (
	foldEvery  = 5 * time.Second // bounds how many rows a count of the sidebar adds up
	sweepEvery = time.Hour       // how often is looked for what nobody needs any more
)

// upkeep does its part now and then until ctx ends. What fails is tried again the next time.
func (w *work) upkeep(ctx context.Context, name string, pause time.Duration, do func(context.Context) error) {
	w.part(ctx, name, endless(func(ctx context.Context) {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				w.log.ErrorContext(ctx, "a part of the work failed", "part", name, "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}))
}
