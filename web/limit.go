package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// Counter counts per key in fixed windows. An implementation over a database
// makes limits hold across processes; its methods need no type of ours.
type Counter interface {
	// Add adds n (0 only reads, -1 takes one back) to the window that holds now, and returns its
	// total and when it ends. A key always comes with the same window.
	Add(ctx context.Context, key string, window time.Duration, n int, now time.Time) (total int, reset time.Time, err error)
}

// Limiter allows Limit calls per Window and key.
type Limiter struct {
	Counter Counter
	Name    string // keeps the keys of two limiters apart
	Limit   int
	Window  time.Duration
}

// Allow counts one call; when it is one too many, retry says when to come back.
func (l Limiter) Allow(ctx context.Context, key string, now time.Time) (ok bool, retry time.Duration, err error) {
	total, reset, err := l.Counter.Add(ctx, l.key(key), l.Window, 1, now)
	if err != nil {
		return false, 0, fmt.Errorf("count %s: %w", l.Name, err)
	}
	if total > l.Limit {
		return false, reset.Sub(now), nil
	}
	return true, 0, nil
}

// Check counts one call and returns the refusal of one too many.
func (l Limiter) Check(ctx context.Context, key string, now time.Time) error {
	ok, retry, err := l.Allow(ctx, key, now)
	if err != nil {
		return err
	}
	if !ok {
		return Throttled(retry)
	}
	return nil
}

// Allowance is what a limit leaves after a call.
type Allowance struct {
	Limit, Left int           // Left is below zero when the call was one too many
	Reset       time.Duration // until the window ends
}

// Spend counts one call and returns what is left. A call that is too many costs a reading and no write, however often
// it is made.
func (l Limiter) Spend(ctx context.Context, key string, now time.Time) (Allowance, error) {
	total, reset, err := l.Counter.Add(ctx, l.key(key), l.Window, 0, now)
	if err == nil && total < l.Limit {
		total, reset, err = l.Counter.Add(ctx, l.key(key), l.Window, 1, now)
	} else {
		total++
	}
	if err != nil {
		return Allowance{}, fmt.Errorf("count %s: %w", l.Name, err)
	}
	return Allowance{Limit: l.Limit, Left: max(l.Limit-total, -1), Reset: reset.Sub(now)}, nil
}

// GiveBack takes one call back that Allow or Check counted, for limits on failures.
func (l Limiter) GiveBack(ctx context.Context, key string, now time.Time) error {
	if _, _, err := l.Counter.Add(ctx, l.key(key), l.Window, -1, now); err != nil {
		return fmt.Errorf("take back from %s: %w", l.Name, err)
	}
	return nil
}

// key has a bounded length and hides addresses from whoever reads the counters.
func (l Limiter) key(key string) string {
	sum := sha256.Sum256([]byte(l.Name + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}

// MemoryCounter counts in this process alone and never holds more than its capacity of keys.
type MemoryCounter struct {
	capacity int

	mu     sync.Mutex
	counts map[string]count
}

type count struct {
	total int
	reset time.Time
}

// NewMemoryCounter makes a counter for at most capacity keys at a time.
func NewMemoryCounter(capacity int) *MemoryCounter {
	return &MemoryCounter{capacity: capacity, counts: make(map[string]count)}
}

// Add implements Counter.
func (m *MemoryCounter) Add(_ context.Context, key string, window time.Duration, n int, now time.Time) (int, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()

	c, known := m.counts[key]
	if !known || !now.Before(c.reset) {
		c = count{reset: now.Truncate(window).Add(window)}
	}
	if n == 0 {
		return c.total, c.reset, nil
	}
	if !known && len(m.counts) >= m.capacity {
		m.makeRoom(now)
	}
	c.total += n
	m.counts[key] = c
	return c.total, c.reset, nil
}

// makeRoom drops an ended window, or of a few random ones the smallest count:
// a flood of new keys must not wash out a key that is being throttled.
func (m *MemoryCounter) makeRoom(now time.Time) {
	const sample = 16
	var victim string
	smallest, seen := 0, 0
	for key, c := range m.counts {
		if !now.Before(c.reset) {
			delete(m.counts, key)
			return
		}
		if seen == 0 || c.total < smallest {
			victim, smallest = key, c.total
		}
		if seen++; seen == sample {
			break
		}
	}
	delete(m.counts, victim)
}
