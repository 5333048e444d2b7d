package web

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestLimitHoldsForItsWindow(t *testing.T) {
	l := Limiter{Counter: NewMemoryCounter(10), Name: "login", Limit: 2, Window: time.Minute}
	now := time.Date(2026, 3, 1, 12, 0, 20, 0, time.UTC)
	for i := range 2 {
		if ok, _, err := l.Allow(t.Context(), "ann", now); !ok || err != nil {
			t.Fatalf("call %d = %t, %v, want it allowed", i+1, ok, err)
		}
	}
	ok, retry, err := l.Allow(t.Context(), "ann", now)
	if ok || err != nil || retry != 40*time.Second {
		t.Errorf("third call = %t, retry %v, %v, want it refused for 40s", ok, retry, err)
	}
	if ok, _, _ := l.Allow(t.Context(), "bob", now); !ok {
		t.Error("another key is refused too")
	}
	if ok, _, _ := l.Allow(t.Context(), "ann", now.Add(retry)); !ok {
		t.Error("still refused when the window has ended")
	}
}

func TestACallThatIsGivenBackDoesNotCount(t *testing.T) {
	l := Limiter{Counter: NewMemoryCounter(10), Name: "login", Limit: 1, Window: time.Minute}
	now := time.Unix(0, 0)
	for range 3 {
		if err := l.Check(t.Context(), "ann", now); err != nil {
			t.Fatalf("Check after everything was given back = %v, want nil", err)
		}
		if err := l.GiveBack(t.Context(), "ann", now); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Check(t.Context(), "ann", now); err != nil {
		t.Fatal(err)
	}
	if got := status(l.Check(t.Context(), "ann", now)); got != 429 {
		t.Errorf("Check after a failure that stays = %d, want 429", got)
	}
}

func TestTwoLimitersDoNotShareKeys(t *testing.T) {
	counter := NewMemoryCounter(10)
	for _, name := range []string{"login", "widget"} {
		l := Limiter{Counter: counter, Name: name, Limit: 1, Window: time.Minute}
		if err := l.Check(t.Context(), "ann", time.Unix(0, 0)); err != nil {
			t.Errorf("first call of %s = %v, want it allowed", name, err)
		}
	}
}

type brokenCounter struct{ cause error }

func (b brokenCounter) Add(context.Context, string, time.Duration, int, time.Time) (int, time.Time, error) {
	return 0, time.Time{}, b.cause
}

func TestACounterThatFailsAllowsNothing(t *testing.T) {
	broken := errors.New("no database")
	l := Limiter{Counter: brokenCounter{broken}, Limit: 1, Window: time.Minute}
	if err := l.Check(t.Context(), "ann", time.Unix(0, 0)); !errors.Is(err, broken) {
		t.Errorf("Check = %v, want the counter's error", err)
	}
}

func TestAFloodOfKeysIsBoundedAndKeepsTheThrottled(t *testing.T) {
	const capacity = 100
	m := NewMemoryCounter(capacity)
	now := time.Unix(0, 0)
	for range 50 {
		_, _, _ = m.Add(t.Context(), "attacker", time.Hour, 1, now)
	}
	for i := range 10_000 {
		_, _, _ = m.Add(t.Context(), fmt.Sprint(i), time.Hour, 1, now)
	}
	if got := len(m.counts); got > capacity {
		t.Errorf("the counter holds %d keys, want at most %d", got, capacity)
	}
	if total, _, _ := m.Add(t.Context(), "attacker", time.Hour, 0, now); total != 50 {
		t.Errorf("the throttled key counts %d, want 50", total)
	}
}

// countingCounter tells what was asked of it.
type countingCounter struct {
	Counter

	writes int
}

func (c *countingCounter) Add(ctx context.Context, key string, window time.Duration, n int, now time.Time) (int, time.Time, error) {
	if n != 0 {
		c.writes++
	}
	return c.Counter.Add(ctx, key, window, n, now)
}

func TestSpendingTellsWhatIsLeftAndWritesNothingBeyondTheLimit(t *testing.T) {
	counter := &countingCounter{Counter: NewMemoryCounter(10)}
	l := Limiter{Counter: counter, Name: "api", Limit: 2, Window: time.Minute}
	now := time.Date(2026, 3, 1, 12, 0, 20, 0, time.UTC)
	for call, left := range []int{1, 0, -1, -1} {
		got, err := l.Spend(t.Context(), "ann", now)
		if want := (Allowance{Limit: 2, Left: left, Reset: 40 * time.Second}); got != want || err != nil {
			t.Errorf("call %d leaves %+v, %v, want %+v", call+1, got, err, want)
		}
	}
	if counter.writes != 2 {
		t.Errorf("four calls wrote %d times, want 2", counter.writes)
	}
	if got, err := l.Spend(t.Context(), "ann", now.Add(40*time.Second)); got.Left != 1 || err != nil {
		t.Errorf("the first call of the next window leaves %+v, %v, want 1", got, err)
	}
}
