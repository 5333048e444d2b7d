package store

import (
	"sync"
	"time"
)

const (
	// countRest is how long a count serves everybody, whatever changes meanwhile. One that took long rests longer, so
	// that no view keeps a core busy for more than a fiftieth of the time.
	countRest      = 2 * time.Second
	countRestTimes = 50
	// countAge is after how long time alone, or a command beside the server, may have moved tickets.
	countAge   = time.Minute
	mostCounts = 5_000 // a hundred bytes or two each
)

// keptCount is a count that serves everybody who asks the same.
type keptCount struct {
	ViewCount
	at      time.Time     // when counting began
	took    time.Duration // to count
	changes uint64        // of the team's tickets before that
	busy    bool          // somebody is counting
}

// keptCounts keeps the counts of saved views, so that what many people look at is counted once. The zero value is ready.
type keptCounts struct {
	mu      sync.Mutex
	changes map[int64]uint64 // of each team's tickets since the start
	kept    map[string]*keptCount
}

// noted tells that tickets of a team have changed.
func (c *keptCounts) noted(team int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == nil {
		c.changes = map[int64]uint64{}
	}
	c.changes[team]++
}

// look returns what is kept, and whether it is as of now.
func (c *keptCounts) look(key string, team int64, now time.Time) (count ViewCount, holds bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.kept[key]
	if k == nil {
		return ViewCount{}, false
	}
	return k.ViewCount, k.Known && k.changes == c.changes[team] && now.Sub(k.at) < countAge
}

// claim reports whether the caller shall count, and then call put or release: nobody else does, the count has rested,
// and it will hardly take longer than is left. Once it is of age, it may take its time.
func (c *keptCounts) claim(key string, team int64, now time.Time, left time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.kept[key]
	if k == nil {
		if c.kept == nil || len(c.kept) >= mostCounts {
			c.kept = map[string]*keptCount{}
		}
		k = &keptCount{}
		c.kept[key] = k
	}
	age := now.Sub(k.at)
	if k.busy || k.Known && (age < max(countRest, countRestTimes*k.took) || k.took > left && age < countAge) {
		return false
	}
	k.busy, k.at, k.changes = true, now, c.changes[team]
	return true
}

func (c *keptCounts) put(key string, count ViewCount, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.kept[key]; k != nil {
		k.ViewCount, k.took, k.busy = count, took, false
	}
}

// release gives a claim back. What was kept is old from now on.
func (c *keptCounts) release(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.kept[key]; k != nil {
		k.at, k.busy = time.Time{}, false
	}
}
