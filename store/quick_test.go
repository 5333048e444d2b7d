package store_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
)

func TestNothingIsReadForACallerWhoHasLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		left, leave := context.WithCancel(t.Context())
		leave()
		for name, read := range map[string]func() error{
			"one row": func() error { _, err := s.Member(left, 1, 1); return err },
			"rows":    func() error { _, err := s.TeamsOf(left, 1); return err },
		} {
			if err := read(); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v, want that the caller has left", name, err)
			}
		}
	})
}

func TestWhoLeavesNoLongerWaitsForAConnection(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	waiting, back, err := s.Busy(t.Context())
	check(t, err)
	defer back()
	ctx, leave := context.WithCancel(t.Context())
	answer := make(chan error, 1)
	go func() {
		_, err := s.Member(ctx, 1, 1)
		answer <- err
	}()
	for !waiting() {
		runtime.Gosched()
	}
	leave()
	select {
	case err := <-answer:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the caller has left", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("a caller who has left waits on for a connection")
	}
}
