package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
)

func TestAWriteThatIsTriedOftenTakesNoRoom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for range 3 {
			check(t, s.CheckWrite(t.Context()))
		}
		var rows, events int
		check(t, s.Read(t.Context(), &rows, `SELECT COUNT(*) FROM secrets`))
		check(t, s.Read(t.Context(), &events, `SELECT COUNT(*) FROM events`))
		if rows != 1 || events != 0 {
			t.Errorf("left %d rows and %d events, want one row and no event", rows, events)
		}
	})
}
