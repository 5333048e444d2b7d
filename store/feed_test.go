package store_test

import (
	"fmt"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func count(t *testing.T, s *store.Store, query string) int {
	t.Helper()
	var n int
	if err := s.Read(t.Context(), &n, query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestSeveralIndexersKeepEachDocumentOnce(t *testing.T) {
	const tickets = 40
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s := storetest.Open(t, c)
		team := setUp(t, s).TeamID
		other := s
		if c.Database != "" {
			other = storetest.Open(t, c)
		}
		for _, err := range atOnce(tickets+8, func(i int) error {
			if i%6 == 5 && i/6 < 8 {
				_, err := []*store.Store{s, other}[i/6%2].IndexChanges(t.Context())
				return err
			}
			_, err := s.OpenTicket(t.Context(), desk.Actor{}, team, question(fmt.Sprint("parcel ", i)))
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		index(t, other)
		if n := count(t, s, `SELECT COUNT(*) FROM search_docs`); n != 2*tickets {
			t.Errorf("got %d documents, want %d", n, 2*tickets)
		}
		if c.Database == "" {
			return
		}
		rows, last := count(t, s, `SELECT COUNT(*) FROM changes`), count(t, s, `SELECT MAX(seq) FROM changes`)
		if rows != last || count(t, s, `SELECT COUNT(*) FROM changes WHERE seq IS NULL`) != 0 {
			t.Errorf("got %d changes up to seq %d, want no gap", rows, last)
		}
	})
}
