package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
)

func TestAServerWhoseDatabaseTakesNoWritesIsNotReady(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		r := &readiness{store: storetest.Open(t, c), ended: func() []string { return nil }}
		makeRoom := storetest.FillDisk(t, c)
		if status, reasons := asked(t, r); status != http.StatusServiceUnavailable || !strings.Contains(reasons, "no room left") {
			t.Errorf("got %d %q, want the reason", status, reasons)
		}
		makeRoom()
		if reasons := r.reasons(t.Context(), time.Now()); len(reasons) != 1 {
			t.Errorf("at once: %q, want what was known", reasons)
		}
		if reasons := r.reasons(t.Context(), time.Now().Add(probeLife)); len(reasons) != 0 {
			t.Errorf("a while after there is room: %q, want a server that is ready", reasons)
		}
	})
}

func TestAProbeIsRareAndDoesNotEndWithWhoAsks(t *testing.T) {
	var kept probe
	left, leave := context.WithCancel(t.Context())
	leave()
	now, tries, failure := time.Now(), 0, errors.New("full")
	for range 3 {
		err := kept.result(left, now, func(ctx context.Context) error {
			tries++
			if again := kept.result(t.Context(), now.Add(time.Hour), func(context.Context) error { return errors.New("beside") }); again != nil {
				t.Errorf("asked meanwhile: %v, want what was known before", again)
			}
			return errors.Join(ctx.Err(), failure)
		})
		if !errors.Is(err, failure) || errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v alone", err, failure)
		}
	}
	if tries != 1 {
		t.Errorf("tried %d times, want once", tries)
	}
}

func TestServeRefusesADatabaseThatTakesNoWrites(t *testing.T) {
	sh := readyShell(t)
	storetest.FillDisk(t, store.Config{Dir: sh.data})
	r := sh.run("serve", "--addr", "127.0.0.1:0")
	if r.code != exitRefused || !strings.Contains(r.errors, "no room left") || strings.Count(r.errors, "\n") != 1 {
		t.Errorf("serve = %+v, want one line with the reason", r)
	}
}
