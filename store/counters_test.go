package store_test

import (
	"testing"
	"time"

	"signalbox/store/storetest"
)

func TestACallIsCountedEvenWhenOldCountsCannotBeDeleted(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	now := farFuture
	if _, _, err := s.Add(t.Context(), "old", time.Minute, 1, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	err := s.Write(t.Context(), func(exec func(string, ...any) error) error {
		return exec(`CREATE TRIGGER stuck BEFORE DELETE ON counters BEGIN SELECT RAISE(ABORT, 'stuck'); END`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if total, _, err := s.Add(t.Context(), "new", time.Minute, 1, now); total != 1 || err != nil {
		t.Errorf("got %d, %v, want the call counted", total, err)
	}
}
