// Package storetest gives tests an empty store of their own on each engine.
// It refuses to skip: a test that has no PostgreSQL fails, or nobody would notice that it never ran.
package storetest

import (
	"testing"

	"signalbox/store"
)

// Each runs test on SQLite and on PostgreSQL, each time with a new, empty store. The functions edit its
// configuration first: a fixed clock, someone to be told of commits.
func Each(t *testing.T, test func(t *testing.T, s *store.Store), edit ...func(*store.Config)) {
	t.Helper()
	EachConfig(t, func(t *testing.T, c store.Config) {
		if c.Database == "" {
			migrate(t, c)
		}
		for _, e := range edit {
			e(&c)
		}
		test(t, Open(t, c))
	})
}

// EachConfig runs test on SQLite and on PostgreSQL with the place of a new database, for tests that open
// it several times or change it beforehand.
func EachConfig(t *testing.T, test func(t *testing.T, c store.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Helper()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Helper()
		test(t, Postgres(t))
	})
}

// Open opens a store and closes it when the test ends.
func Open(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// SQLite is the place of a new SQLite database.
func SQLite(t *testing.T) store.Config {
	t.Helper()
	return store.Config{Dir: t.TempDir(), URL: "http://desk.test"}
}
