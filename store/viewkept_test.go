package store

import (
	"testing"
	"time"
)

func TestOneAtATimeCountsAndWhatTookLongRestsLonger(t *testing.T) {
	var c keptCounts
	now := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	want := func(what string, after, left time.Duration, want bool) {
		t.Helper()
		if got := c.claim("k", 1, now.Add(after), left); got != want {
			t.Errorf("%s: claimed %v, want %v", what, got, want)
		}
	}
	want("first", 0, time.Millisecond, true)
	want("while that counts", time.Hour, time.Second, false)
	c.put("k", ViewCount{Tickets: 7, Known: true}, 100*time.Millisecond)
	c.noted(1)
	if n, holds := c.look("k", 1, now); n.Tickets != 7 || holds {
		t.Errorf("after a change: %+v, holds %v, want the old number that does not", n, holds)
	}
	want("within its rest", 4*time.Second, time.Second, false)
	want("with less time left than it takes", 6*time.Second, 50*time.Millisecond, false)
	want("after its rest", 6*time.Second, time.Second, true)
	c.release("k")
	want("given back", 6*time.Second, time.Second, true)
	c.put("k", ViewCount{Known: true}, 100*time.Millisecond)
	want("of age", 6*time.Second+countAge, time.Millisecond, true)
	c.put("k", ViewCount{Known: true}, 0)
	c.noted(2)
	if _, holds := c.look("k", 1, now.Add(6*time.Second+countAge)); !holds {
		t.Error("a change of one team makes another's count old")
	}
}
