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
	w.part(ctx, "counts", endless(func(ctx context.Context) { keepUp(ctx, w.store, w.log) }))
	w.part(ctx, "upkeep of files", endless(func(ctx context.Context) { sweepFiles(ctx, w.store, w.log) }))
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

// foldEvery bounds how many rows a count of the sidebar adds up.
const foldEvery = 5 * time.Second

func keepUp(ctx context.Context, s *store.Store, log *slog.Logger) {
	tick := time.NewTicker(foldEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.FoldCounts(ctx); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "fold counts", "error", err)
			}
		}
	}
}
