package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
)

func TestTheLoadIsWhatWaits(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		if got, err := s.Load(t.Context()); err != nil || got != (store.Load{}) {
			t.Errorf("a new desk: got %+v, %v, want nothing", got, err)
		}
		publish(t, s, made.TeamID, listening("All"))
		ticket := openTicket(t, s, made.TeamID, question("Hello"))
		check(t, s.Write(t.Context(), func(exec func(string, ...any) error) error {
			for i, state := range []string{"pending", "pending", "failed", "done"} {
				id := s.NewID()
				if err := exec(`
					INSERT INTO jobs (public_id, team_id, kind, payload, shown, state, due_at, created_at)
					VALUES (?, ?, 'webhook', '{}', '{}', ?, ?, ?)`, id, made.TeamID, state, clock.read(), clock.read()); err != nil {
					return err
				}
				if i < 3 {
					continue
				}
				if err := exec(`
					INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, state, due_at, created_at)
					VALUES (?, ?, ?, 'x', '{}', '{}', 'parked', ?, ?)`, id, made.TeamID, ticket.ID, clock.read(), clock.read()); err != nil {
					return err
				}
			}
			return nil
		}))
		got, err := s.Load(t.Context())
		check(t, err)
		want := store.Load{EventsWaiting: 2, EventsParked: 1, OldestEvent: clock.read(), JobsWaiting: 2, JobsFailed: 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("load (-want +got):\n%s", diff)
		}
	}, clock.use)
}

func TestTheDatabaseTellsItsVersionAndItsConnections(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		is, want, err := s.SchemaVersions(t.Context())
		if err != nil || is != want || want < 17 {
			t.Errorf("a new database is at version %d of %d, %v", is, want, err)
		}
		check(t, s.Write(t.Context(), func(exec func(string, ...any) error) error {
			return exec(`DELETE FROM goose_db_version WHERE version_id = ?`, want)
		}))
		if is, want, err := s.SchemaVersions(t.Context()); err != nil || is >= want {
			t.Errorf("one that lacks the last migration is at version %d of %d, %v", is, want, err)
		}
		for _, p := range s.Pools() {
			if p.Name == "" || p.Most == 0 || p.Busy+p.Idle > p.Most {
				t.Errorf("the pool %+v does not add up", p)
			}
		}
	})
}
