package store_test

import (
	"context"
	"errors"
	"testing"

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
