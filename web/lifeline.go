package web

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
)

// lifeline ties the live streams of a server to it: they end with it, it waits
// for them, and a panic in one of them is logged and ends that one alone.
type lifeline struct {
	base    func() context.Context // of the server: streams outlive their requests
	log     *slog.Logger
	streams sync.WaitGroup
}

type lifelineKey struct{}

func newLifeline(ctx context.Context, log *slog.Logger) (*lifeline, context.CancelFunc) {
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	return &lifeline{base: func() context.Context { return base }, log: log}, stop
}

// lifelineOf is nil for requests that no Serve received.
func lifelineOf(ctx context.Context) *lifeline {
	life, _ := ctx.Value(lifelineKey{}).(*lifeline)
	return life
}

func (l *lifeline) run(stream func(ctx context.Context)) {
	l.streams.Go(func() {
		defer func() {
			if cause := recover(); cause != nil {
				l.log.Error("panic in a live stream", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			}
		}()
		stream(l.base())
	})
}
