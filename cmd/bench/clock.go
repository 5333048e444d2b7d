package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// cpu is the processor time that this process has used, its garbage collector's included.
func cpu() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// rounds is how often a measurement is taken; the least disturbed one counts.
const rounds = 3

// cpuEach returns the processor time of each of several pieces of work, per call. They take turns, so that
// what disturbs one disturbs all.
func cpuEach(ctx context.Context, calls int, works ...func() error) ([]time.Duration, error) {
	best := make([]time.Duration, len(works))
	for round := range rounds + 1 { // the first one warms up
		for i, work := range works {
			used, err := cpuOf(ctx, calls, work)
			if err != nil {
				return nil, err
			}
			if round > 0 && (best[i] == 0 || used < best[i]) {
				best[i] = used
			}
		}
	}
	return best, nil
}

func cpuOf(ctx context.Context, calls int, work func() error) (time.Duration, error) {
	runtime.GC()
	before, err := cpu()
	if err != nil {
		return 0, err
	}
	for range calls {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if err := work(); err != nil {
			return 0, err
		}
	}
	after, err := cpu()
	return (after - before) / time.Duration(calls), err
}

// load calls work from several goroutines until each has done its share, and returns how long each call
// took, in ascending order, and how long all took.
func load(ctx context.Context, clients, calls int, work func(client, call int) error) (each []time.Duration, all time.Duration, err error) {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		start = time.Now()
	)
	for client := range clients {
		group.Go(func() {
			took := make([]time.Duration, 0, calls/clients)
			var failed error
			for call := 0; call < calls/clients && failed == nil; call++ {
				began := time.Now()
				if failed = ctx.Err(); failed == nil {
					failed = work(client, call)
				}
				took = append(took, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			each = append(each, took...)
			if err == nil {
				err = failed
			}
		})
	}
	group.Wait()
	all = time.Since(start)
	slices.Sort(each)
	return each, all, err
}

// percentile takes values in ascending order.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*percent/100]
}

// until asks again and again, a little later each time, until the answer is yes.
func until(ctx context.Context, every time.Duration, done func() (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		yes, err := done()
		if yes || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
