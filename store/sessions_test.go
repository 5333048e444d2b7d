package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestSessionsAreKeptChangedAndRevoked(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, hash, now := t.Context(), []byte("hash"), clock.read()
		row := store.SessionRow{
			Hash: hash, UserID: 3, TeamID: 4, Created: now, LastSeen: now, Expires: now.Add(time.Hour), Values: []byte(`{"a":1}`),
		}
		if err := s.CreateSession(ctx, row); err != nil {
			t.Fatal(err)
		}
		wantSession(t, s, row)

		row.TeamID, row.Values, row.LastSeen = 5, []byte(`{}`), now.Add(time.Minute)
		changed := row
		changed.UserID, changed.Created = 99, now.Add(time.Hour) // who it is never changes
		if err := s.UpdateSession(ctx, changed); err != nil {
			t.Fatal(err)
		}
		wantSession(t, s, row)

		row.LastSeen, row.Expires = now.Add(2*time.Minute), now.Add(2*time.Hour)
		if err := s.TouchSession(ctx, hash, row.LastSeen.In(time.FixedZone("", 3600)), row.Expires); err != nil {
			t.Fatal(err)
		}
		wantSession(t, s, row)

		if err := s.DeleteSession(ctx, hash); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "update of a revoked session", s.UpdateSession(ctx, row), desk.NotFound)
		if err := s.TouchSession(ctx, hash, now, now); err != nil {
			t.Errorf("touch of a revoked session: got %v, want nothing", err)
		}
		if err := s.DeleteSession(ctx, hash); err != nil {
			t.Errorf("delete twice: got %v, want nothing", err)
		}
		_, err := s.LoadSession(ctx, hash)
		wantKind(t, "revoked session", err, desk.NotFound)
	}, clock.use)
}

func TestANewPasswordEndsTheUsersSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		createSession(t, s, "ann", done.UserID)
		createSession(t, s, "guest", 0)
		if err := s.SetPassword(t.Context(), done.UserID, "new"); err != nil {
			t.Fatal(err)
		}
		_, err := s.LoadSession(t.Context(), []byte("ann"))
		wantKind(t, "session from before", err, desk.NotFound)
		if _, err := s.LoadSession(t.Context(), []byte("guest")); err != nil {
			t.Errorf("someone else's session: got %v, want it kept", err)
		}
		if c, err := s.Credentials(t.Context(), "ann@example.com"); err != nil || c.PasswordHash != "new" {
			t.Errorf("credentials: got %+v, %v, want the new hash", c, err)
		}
	})
}

func TestExpiredSessionsAreForgottenWithTheNextNewOne(t *testing.T) {
	later := func(c *store.Config) { c.Now = func() time.Time { return time.Now().Add(2 * time.Hour) } }
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		createSession(t, s, "old", 1)
		createSession(t, s, "new", 1)
		_, err := s.LoadSession(t.Context(), []byte("old"))
		wantKind(t, "expired session", err, desk.NotFound)
	}, later)
}

func TestCountersAreSharedByHandles(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		handles := []*store.Store{storetest.Open(t, c), storetest.Open(t, c)}
		now := time.Date(2026, 3, 2, 9, 0, 30, 0, time.UTC)
		for _, err := range atOnce(20, func(i int) error {
			_, _, err := handles[i%2].Add(t.Context(), "key", time.Minute, 1, now)
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}

		wantCount(t, handles[1], 0, now, 20, now.Add(30*time.Second))
		wantCount(t, handles[0], 2, now.Add(29*time.Second), 22, now.Add(30*time.Second))
		next := now.Add(30 * time.Second)
		wantCount(t, handles[0], 0, next, 0, next.Add(time.Minute))
		wantCount(t, handles[0], 1, next, 1, next.Add(time.Minute))
		wantCount(t, handles[1], 1, next, 2, next.Add(time.Minute))
	})
}

func wantCount(t *testing.T, s *store.Store, n int, now time.Time, total int, reset time.Time) {
	t.Helper()
	got, ends, err := s.Add(t.Context(), "key", time.Minute, n, now)
	if err != nil || got != total || !ends.Equal(reset) {
		t.Errorf("add %d at %s: got %d until %s, %v, want %d until %s", n, now, got, ends, err, total, reset)
	}
}

func createSession(t *testing.T, s *store.Store, hash string, user int64) {
	t.Helper()
	now := time.Now()
	err := s.CreateSession(t.Context(), store.SessionRow{
		Hash: []byte(hash), UserID: user, Created: now, LastSeen: now, Expires: now.Add(time.Hour),
	})
	if err != nil {
		t.Fatalf("create session: %v", err)
	}
}

func wantSession(t *testing.T, s *store.Store, want store.SessionRow) {
	t.Helper()
	got, err := s.LoadSession(t.Context(), want.Hash)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("session: %v, -want +got:\n%s", err, diff)
	}
}
