// Package web carries HTTP: server, middleware, forms, sessions, rendering, live streams, limits.
// It has never heard of a ticket, decides nothing and stores nothing itself.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

const (
	headerTimeout  = 10 * time.Second
	readTimeout    = time.Minute
	writeTimeout   = time.Minute // streams set their own deadlines
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 32 << 10
	drainTimeout   = 10 * time.Second // requests in flight when we are told to stop
	cutTimeout     = 5 * time.Second  // those whose connections were closed after that
)

// Listen opens addr; its errors say what to do.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return ln, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is already in use: stop the program that listens there or choose another --addr", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s needs more rights than this user has: choose a port above 1023 with --addr", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s is not an address of this machine: choose another --addr", addr)
	default:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
}

// Serve answers requests on ln until ctx ends, then lets requests in flight finish for up to 10 s and ends live streams
// at once. Whose client has not sent or taken all by then is cut off; an error are only requests that go on even so.
// It closes ln.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, log *slog.Logger) error {
	life, stopStreams := newLifeline(ctx, log)
	defer stopStreams()
	var conns sync.WaitGroup
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		// Not ctx itself: its end must not cancel the requests in flight.
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.WithoutCancel(ctx), lifelineKey{}, life)
		},
		ConnState: counting(&conns),
	}

	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}

	stopStreams()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	undrained := srv.Shutdown(drain)
	<-served //nolint:errcheck // http.ErrServerClosed, always
	if undrained != nil {
		log.WarnContext(ctx, "requests were cut off", "after", drainTimeout)
		_ = srv.Close()
	}
	err := ended(&conns)
	life.streams.Wait()
	return err
}

// counting keeps in open how many connections have a goroutine: each ends after the request that it answers.
func counting(open *sync.WaitGroup) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			open.Add(1)
		}
		if state == http.StateClosed || state == http.StateHijacked {
			open.Done()
		}
	}
}

// ended waits until nothing runs for a connection: what is answered uses what is closed next.
func ended(conns *sync.WaitGroup) error {
	none := make(chan struct{})
	go func() {
		conns.Wait()
		close(none)
	}()
	select {
	case <-none:
		return nil
	case <-time.After(cutTimeout):
		return fmt.Errorf("requests were still running %s after they were cut off", cutTimeout)
	}
}
