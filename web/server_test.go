package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestAPortInUseSaysWhatToDo(t *testing.T) {
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, err = Listen(t.Context(), ln.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "already in use") || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("Listen on a used port = %v, want what to do", err)
	}
}

// get uses a connection of its own, so that none outlives its test.
func get(url string) (*http.Response, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return client.Get(url)
}

// start runs a server and returns its address, what stops it, and Serve's result.
func start(t *testing.T, h http.Handler) (url string, stop func(), result <-chan error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ln, h, slog.New(slog.DiscardHandler)) }()
	return "http://" + ln.Addr().String(), cancel, done
}

func TestStoppingLetsRequestsFinish(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	url, stop, result := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-finish
		if r.Context().Err() == nil {
			_, _ = io.WriteString(w, "whole")
		}
	}))
	answer := make(chan string, 1)
	go func() {
		res, err := get(url)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		answer <- string(text)
	}()
	<-begun
	stop()
	close(finish)
	if got := <-answer; got != "whole" {
		t.Errorf("answer = %q, want the whole one", got)
	}
	if err := <-result; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}

func TestStoppingEndsLiveStreams(t *testing.T) {
	hub := NewHub()
	e, _ := testErrors()
	url, stop, result := start(t, e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return hub.Serve(w, r, Stream{Topics: []string{"team"}})
	}))
	res, err := get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	stop()
	text, err := io.ReadAll(res.Body)
	if err != nil || string(text) != "id: open\n\n" {
		t.Errorf("stream = %q, %v, want a clean end", text, err)
	}
	if err := <-result; err != nil {
		t.Errorf("Serve = %v, want nil at once", err)
	}
	if got := hub.Viewers("team"); got != 0 {
		t.Errorf("%d viewers are left, want 0", got)
	}
}

func TestAViewerWhoLeavesIsForgottenAtOnce(t *testing.T) {
	hub := NewHub()
	e, _ := testErrors()
	url, _, _ := start(t, e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return hub.Serve(w, r, Stream{Topics: []string{"team"}})
	}))
	conn := open(t, strings.TrimPrefix(url, "http://"))
	if got := hub.Viewers("team"); got != 1 {
		t.Fatalf("%d viewers, want the one that is there", got)
	}
	_ = conn.Close()
	for soon := time.After(heartbeat / 2); hub.Viewers("team") > 0; runtime.Gosched() {
		select {
		case <-soon:
			t.Fatal("the viewer has left and is still counted")
		default:
		}
	}
}

func TestEventsReachAViewerThroughTheWholeChain(t *testing.T) {
	compress, err := Compress()
	if err != nil {
		t.Fatal(err)
	}
	hub := NewHub()
	e, _ := testErrors()
	logged := make(lines, 1)
	log := slog.New(slog.NewTextHandler(logged, nil))
	url, stop, result := start(t, AccessLog(log)(e.Recover(SecurityHeaders("")(compress(e.Handle(
		func(w http.ResponseWriter, r *http.Request) error {
			return hub.Serve(w, r, Stream{Topics: []string{"team"}})
		}))))))
	res, err := get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" || res.Header.Get("X-Content-Type-Options") == "" {
		t.Errorf("headers are %v, want an event stream and those of the middleware", res.Header)
	}
	hub.Publish("team", Event{Name: "tickets", ID: "7"})
	want := "id: open\n\nid: 7\nevent: tickets\ndata: \n\n"
	text := make([]byte, len(want))
	if _, err := io.ReadFull(res.Body, text); err != nil || string(text) != want {
		t.Errorf("stream = %q, %v, want %q", text, err, want)
	}
	stop()
	if err := <-result; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
	if line := <-logged; !strings.Contains(line, "status=200") {
		t.Errorf("the access log says %q, want status 200", line)
	}
}

// lines is a log that is read while it is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func TestAPanicEndsOneStreamAlone(t *testing.T) {
	var logged bytes.Buffer
	life, stop := newLifeline(t.Context(), slog.New(slog.NewTextHandler(&logged, nil)))
	defer stop()
	life.run(func(context.Context) { panic("boom") })
	life.streams.Wait()
	if !strings.Contains(logged.String(), "boom") || !strings.Contains(logged.String(), "server_test.go") {
		t.Errorf("the log misses the cause or its place: %s", &logged)
	}
}

func TestABrokenListenerEndsServe(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	if err := Serve(t.Context(), ln, http.NotFoundHandler(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("Serve on a closed listener = nil, want an error")
	}
}
