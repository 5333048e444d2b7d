package demo

import (
	"sync/atomic"
	"time"
)

// Clock is the time that the demo's story has come to. Its Now is meant for store.Config.
type Clock struct{ micros atomic.Int64 }

// NewClock makes a clock that stands at an instant.
func NewClock(at time.Time) *Clock {
	c := &Clock{}
	c.set(at)
	return c
}

// Now returns the time of the story.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Load()).UTC() }

func (c *Clock) set(at time.Time) { c.micros.Store(at.UnixMicro()) }
