package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signalbox/store"
)

func discarded() *slog.Logger { return slog.New(slog.DiscardHandler) }

// asked is the answer of /readyz to a program on this machine.
func asked(t *testing.T, r *readiness) (status int, reasons string) {
	t.Helper()
	return askedFrom(t, r, "127.0.0.1:5", "")
}

func askedFrom(t *testing.T, r *readiness, from, authorization string) (status int, reasons string) {
	t.Helper()
	w := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "http://localhost/readyz", http.NoBody)
	request.RemoteAddr = from
	request.Header.Set("Authorization", authorization)
	r.ServeHTTP(w, request)
	var answer struct {
		Ready   bool     `json:"ready"`
		Reasons []string `json:"reasons"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Ready != (w.Code == http.StatusOK) || answer.Reasons == nil {
		t.Errorf("/readyz answers %d %s, %v", w.Code, w.Body, err)
	}
	return w.Code, strings.Join(answer.Reasons, " ")
}

func TestReadinessGivesEveryReason(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var ended []string
	r := &readiness{store: s, ended: func() []string { return ended }}
	if status, reasons := asked(t, r); status != http.StatusOK || reasons != "" {
		t.Errorf("a server that runs: %d %s", status, reasons)
	}
	ended = []string{"workflows", "jobs"}
	r.leave()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	status, reasons := asked(t, r)
	for _, want := range []string{"is stopping", "ended: workflows", "ended: jobs", "database does not answer"} {
		if status != http.StatusServiceUnavailable || !strings.Contains(reasons, want) {
			t.Errorf("got %d %q, want %q among the reasons", status, reasons, want)
		}
	}
}

func TestStrangersLearnThatTheServerIsNotReadyButNotWhy(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r := &readiness{store: s, ended: func() []string { return []string{"workflows"} }, token: "s3cret"}
	if status, reasons := askedFrom(t, r, "192.0.2.1:5", "Bearer wrong"); status != http.StatusServiceUnavailable ||
		strings.Contains(reasons, "workflows") || !strings.Contains(reasons, "--metrics-token") {
		t.Errorf("a stranger is told %d %q", status, reasons)
	}
	if _, reasons := askedFrom(t, r, "192.0.2.1:5", "Bearer s3cret"); !strings.Contains(reasons, "workflows") {
		t.Errorf("whoever has the token is told %q", reasons)
	}
}

func TestAPartThatEndsUntoldIsKnown(t *testing.T) {
	w := &work{log: discarded()}
	ctx, cancel := context.WithCancel(t.Context())
	w.end = cancel
	w.part(ctx, "backtests", func(context.Context) error { return errors.New("no room") })
	w.group.Wait()
	w.part(ctx, "jobs", endless(func(ctx context.Context) { <-ctx.Done() }))
	w.stop()
	if got := w.endedParts(); len(got) != 1 || got[0] != "backtests" {
		t.Errorf("ended: %q, want backtests alone", got)
	}
}

func TestUpkeepThatFailsIsNamedAndTriedAgain(t *testing.T) {
	var logged bytes.Buffer
	w := &work{log: slog.New(slog.NewTextHandler(&logged, nil))}
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	w.upkeep(ctx, "upkeep of files", time.Nanosecond, func(context.Context) error {
		if tries++; tries == 2 {
			cancel()
		}
		return errors.New("no room")
	})
	w.group.Wait()
	if got := logged.String(); tries < 2 || strings.Count(got, "no room") != 1 || !strings.Contains(got, `part="upkeep of files"`) {
		t.Errorf("got %d tries and\n%s\nwant the part and its failure once", tries, got)
	}
}
