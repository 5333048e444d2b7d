package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// stopWhile stops a server at which a request has begun whose body never arrives, and says how long that took.
func stopWhile(t *testing.T, h http.HandlerFunc) (took time.Duration, err error) {
	t.Helper()
	door := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, door, h, slog.New(slog.DiscardHandler)) }()

	browser, conn := net.Pipe()
	door.conns <- conn
	if _, err := fmt.Fprintf(browser, "POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\nab"); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, browser) }()
	synctest.Wait()
	told := time.Now()
	stop()
	err = <-served
	return time.Since(told), err
}

func TestAStalledClientIsCutOffWhenTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finished := false
		took, err := stopWhile(t, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			<-time.After(time.Second) // what was begun is finished
			finished = true
		})
		if err != nil || !finished || took < drainTimeout || took > drainTimeout+cutTimeout {
			t.Errorf("Serve = %v after %s, the request finished: %v; want no error after %s", err, took, finished, drainTimeout)
		}
	})
}

func TestARequestThatNeverEndsIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		took, err := stopWhile(t, func(http.ResponseWriter, *http.Request) { <-end })
		close(end)
		if err == nil || took != drainTimeout+cutTimeout {
			t.Errorf("Serve = %v after %s, want an error after %s", err, took, drainTimeout+cutTimeout)
		}
	})
}
