package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// backtestDays is how long ago the first of the replayed events is.
const backtestDays = 30

// backtest replays a month through ten published workflows, one of them as a draft. The floor is reading the same
// rows in the same order.
func backtest(ctx context.Context, b *bench) (_ []line, err error) {
	d, err := b.past(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	draft := definitions()[0]
	rows, err := d.store.Workflows(ctx, d.team)
	if err != nil {
		return nil, fmt.Errorf("list workflows: %w", err)
	}
	draft.Steps = append(draft.Steps, update("tag", workflow.UpdateTicketStep{Tags: []string{"tried"}, TagsMode: desk.AddTags}))

	var result workflow.BacktestResult
	var heap uint64
	watch := func(int, int) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap = max(heap, m.HeapInuse)
	}
	runtime.GC()
	began := time.Now()
	used, err := cpuOf(ctx, 1, func() error {
		return b.profiled(func() error {
			result, err = d.store.ReplayPast(ctx, store.Replay{Team: d.team, Definition: draft, Instead: rows[0].PublicID, Days: backtestDays + 1, Progress: watch})
			return err
		})
	})
	took := time.Since(began)
	if err != nil {
		return nil, fmt.Errorf("backtest: %w", err)
	}
	if result.Events != b.size.past || result.Runs == 0 || result.Differs == 0 {
		return nil, fmt.Errorf("replayed %d events with %d runs, want %d", result.Events, result.Runs, b.size.past)
	}
	read := 0
	began = time.Now()
	floorUsed, err := cpuOf(ctx, 1, func() error {
		read, err = storetest.ReadPast(ctx, d.config, d.team)
		return err
	})
	floor := time.Since(began)
	if err != nil || read != b.size.past {
		return nil, fmt.Errorf("read %d events: %w", read, err)
	}
	each := func(d time.Duration) time.Duration { return d / time.Duration(b.size.past) }
	perSecond := func(d time.Duration) float64 { return float64(b.size.past) / d.Seconds() }
	return []line{
		against("CPU of an event", "≤ 200 µs", each(used), each(floorUsed)),
		{fmt.Sprintf("%d events", b.size.past), "≤ 10 s for 100,000", short(took), short(floor), ratio(float64(took), float64(floor))},
		{"events/s", "≥ 10,000/s", rate(perSecond(took)), rate(perSecond(floor)), ratio(perSecond(took), perSecond(floor))},
		{what: "heap at most", measured: megabytes(int(heap >> 10))},
	}, nil
}

// past is a desk of its own, with a month of events behind it.
func (b *bench) past(ctx context.Context) (*filled, error) {
	d := &filled{config: store.Config{Dir: filepath.Join(b.dir, "past"), URL: "http://desk.test", Log: slog.New(slog.DiscardHandler)}}
	if err := d.open(ctx); err != nil {
		return nil, err
	}
	err := d.people(ctx)
	if err == nil {
		err = d.publish(ctx)
	}
	tickets := max(b.size.past/5, 1)
	if err == nil {
		err = storetest.Fill(ctx, d.config, storetest.Filling{
			Team: d.team, Tickets: tickets, Messages: 1, Users: users, Roles: roles, Now: time.Now(),
		})
	}
	if err == nil {
		err = storetest.FillPast(ctx, d.config, storetest.Past{
			Team: d.team, Tickets: tickets, Events: b.size.past, Days: backtestDays, Now: time.Now(),
		})
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}
