package store_test

import (
	"sync"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestOfTwoRotationsAtOnceOneIsRefused(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		processes := []*store.Store{storetest.Open(t, c), storetest.Open(t, c)}
		team := setUp(t, processes[0]).TeamID
		id, key := addToken(t, processes[0], team, "Zapier", desk.ReadTickets)
		var wishes sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			wishes.Go(func() {
				_, errs[i] = processes[i%2].RotateToken(t.Context(), ann, store.Rotation{
					TeamID: team, TokenID: id, Overlap: time.Hour, Newest: key[len(key)-4:],
				})
			})
		}
		wishes.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
				continue
			}
			wantKind(t, "a wish that came too late", err, desk.Conflict)
		}
		tokens, err := processes[0].Tokens(t.Context(), team)
		check(t, err)
		if done != 1 || len(tokens[0].Keys) != 2 || len(tokens[0].Changes) != 1 {
			t.Errorf("%d rotations are done, and there are the keys %v after %v; want one rotation", done, tokens[0].Keys, tokens[0].Changes)
		}
	})
}

func TestATokenHasAFewWorkingKeysAtTheMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		id, first := addToken(t, s, team, "Zapier", desk.ReadTickets)
		rotation := store.Rotation{TeamID: team, TokenID: id, Overlap: time.Hour}
		for range desk.MaxKeys - 1 {
			rotated(t, s, rotation)
		}
		_, err := s.RotateToken(t.Context(), ann, rotation)
		wantKind(t, "one key too many", err, desk.Conflict)
		accepted(t, s, "the first after a refused rotation", first, true)
		rotation.Overlap = 0
		accepted(t, s, "the key that ends all others", rotated(t, s, rotation), true)
		accepted(t, s, "the first", first, false)
	})
}

func TestKeysThatOpenNothingAreForgotten(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		kept := func(want int, when string) {
			t.Helper()
			var keys int
			check(t, s.Read(t.Context(), &keys, `SELECT COUNT(*) FROM token_keys`))
			if keys != want {
				t.Errorf("%s there are %d keys, want %d", when, keys, want)
			}
		}
		id, _ := addToken(t, s, team, "Zapier", desk.ReadTickets)
		rotated(t, s, store.Rotation{TeamID: team, TokenID: id, Overlap: time.Hour})
		check(t, s.SweepTokenKeys(t.Context()))
		kept(2, "in the overlap")
		clock.add(time.Hour)
		check(t, s.SweepTokenKeys(t.Context()))
		kept(1, "after it")
		check(t, s.RevokeToken(t.Context(), ann, team, id))
		kept(0, "once the token is revoked")
	}, clock.use)
}
