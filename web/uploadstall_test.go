package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener of connections that are made in memory, and so live in the time of a test.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

func TestAnUploadThatStallsIsAnsweredAndLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		door := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		server := &http.Server{ReadTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			err := ReadFile(w, r, 1<<20, func(body io.Reader) error {
				_, err := io.Copy(io.Discard, body)
				return err
			})
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
			}
		})}
		served := make(chan error, 1)
		go func() { served <- server.Serve(door) }()

		browser, conn := net.Pipe()
		door.conns <- conn
		began := time.Now()
		if _, err := fmt.Fprintf(browser, "POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 50000\r\n\r\nhalf of it"); err != nil {
			t.Fatal(err)
		}
		if err := browser.SetReadDeadline(began.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(browser)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400") {
			t.Errorf("answered %q (%v), want 400 and the end", answer, err)
		}
		if took := time.Since(began); took > uploadStall+2*uploadRest {
			t.Errorf("it took %s, want the connection free soon after %s", took, uploadStall)
		}
		if err := server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}
