package main

import (
	"context"
	"sync"
	"time"
)

// probeLife is how long the result of a probe stands: each costs a write, and everybody may ask.
const probeLife = 5 * time.Second

// probe remembers how something that is tried now and then ended. Before the first time it went well.
type probe struct {
	mu      sync.Mutex
	running bool
	began   time.Time
	err     error
}

// result tries again when the last time was long ago. Whoever asks meanwhile gets what is known, and whoever asks and
// leaves does not make it fail.
func (t *probe) result(ctx context.Context, now time.Time, try func(context.Context) error) error {
	t.mu.Lock()
	if t.running || now.Sub(t.began) < probeLife {
		defer t.mu.Unlock()
		return t.err
	}
	t.running, t.began = true, now
	t.mu.Unlock()

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTimeout)
	defer cancel()
	err := try(ctx)

	t.mu.Lock()
	defer t.mu.Unlock()
	t.running, t.err = false, err
	return err
}
