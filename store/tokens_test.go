package store_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func addToken(t *testing.T, s *store.Store, team int64, name string, scopes ...desk.Scope) (id int64, key string) {
	t.Helper()
	id, key, err := s.AddToken(t.Context(), desk.Agent(1, "Ann"), store.NewToken{TeamID: team, Name: name, Scopes: scopes})
	check(t, err)
	return id, key
}

func rotated(t *testing.T, s *store.Store, r store.Rotation) (key string) {
	t.Helper()
	key, err := s.RotateToken(t.Context(), ann, r)
	check(t, err)
	return key
}

// accepted fails the test unless the key opens what want says; nil is nothing.
func accepted(t *testing.T, s *store.Store, what, key string, want bool) desk.Token {
	t.Helper()
	token, err := s.TokenByKey(t.Context(), key)
	if want {
		check(t, err)
		return token
	}
	wantKind(t, what, err, desk.Unauthenticated)
	return token
}

func TestATokenIsKnownByItsKeyAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		id, key := addToken(t, s, made.TeamID, "Zapier", desk.WriteTickets, desk.ReadTickets)
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(key, "sbx_"))
		if err != nil || len(raw) != 32 || !strings.HasPrefix(key, "sbx_") {
			t.Errorf("the key is %q, want sbx_ and 32 bytes", key)
		}
		want := desk.Token{ID: id, TeamID: made.TeamID, Name: "Zapier", Scopes: desk.Scopes()}
		if diff := cmp.Diff(want, accepted(t, s, "the key", key, true)); diff != "" {
			t.Errorf("token (-want +got):\n%s", diff)
		}
		last := "A"
		if strings.HasSuffix(key, last) {
			last = "Q"
		}
		for what, wrong := range map[string]string{
			"nothing": "", "the prefix": "sbx_", "a part": key[:len(key)-1], "more": key + "A", "another": key[:len(key)-1] + last,
			"upper case": strings.ToUpper(key), "the widget's": made.WidgetToken, "bytes": "sbx_\x00" + key[5:],
		} {
			accepted(t, s, what, wrong, false)
		}
		var kept int
		check(t, s.Read(t.Context(), &kept, `SELECT COUNT(*) FROM token_keys WHERE hint = ?`, key[len(key)-4:]))
		if kept != 1 {
			t.Errorf("%d keys end in %q, want 1", kept, key[len(key)-4:])
		}
	})
}

func TestATokenNeedsANameOfItsOwnAndAScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		made := setUp(t, s)
		other, err := s.AddTeam(t.Context(), "Other")
		check(t, err)
		id, _ := addToken(t, s, made.TeamID, "Zapier", desk.ReadTickets)
		add := func(team int64, name string, scopes ...desk.Scope) error {
			_, key, err := s.AddToken(t.Context(), desk.Agent(1, "Ann"), store.NewToken{TeamID: team, Name: name, Scopes: scopes})
			if err != nil && key != "" {
				t.Errorf("a refused token has the key %q", key)
			}
			return err
		}
		wantKind(t, "the same name", add(made.TeamID, " zapier ", desk.ReadTickets), desk.Conflict)
		wantKind(t, "no name", add(made.TeamID, " ", desk.ReadTickets), desk.Invalid)
		wantKind(t, "no scope", add(made.TeamID, "Report"), desk.Invalid)
		wantKind(t, "an unknown scope", add(made.TeamID, "Report", "*"), desk.Invalid)
		wantKind(t, "an unknown team", add(99, "Report", desk.ReadTickets), desk.NotFound)
		check(t, add(other.ID, "Zapier", desk.ReadTickets))
		check(t, s.RevokeToken(t.Context(), ann, made.TeamID, id))
		check(t, add(made.TeamID, "Zapier", desk.ReadTickets))
		for i := range 99 {
			check(t, add(made.TeamID, fmt.Sprint("Token ", i), desk.ReadTickets))
		}
		wantKind(t, "one too many", add(made.TeamID, "Last", desk.ReadTickets), desk.Conflict)
	})
}

func TestARotatedTokenTakesBothKeysForAWhile(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		id, first := addToken(t, s, team, "Zapier", desk.ReadTickets)
		rotate := func(overlap time.Duration) string {
			return rotated(t, s, store.Rotation{TeamID: team, TokenID: id, Overlap: overlap})
		}
		second := rotate(24 * time.Hour)
		clock.add(23 * time.Hour)
		third := rotate(24 * time.Hour)
		accepted(t, s, "the first in its overlap", first, true)
		clock.add(time.Hour)
		accepted(t, s, "the first after its overlap", first, false)
		accepted(t, s, "the second in its overlap", second, true)
		if token := accepted(t, s, "the newest", third, true); token.ID != id || token.Name != "Zapier" {
			t.Errorf("the newest key opens %+v, want the same token", token)
		}
		fourth := rotate(time.Hour) // ends the second earlier than it was told
		clock.add(time.Hour)
		accepted(t, s, "the second after the shorter overlap", second, false)
		fifth := rotate(0)
		accepted(t, s, "the fourth without an overlap", fourth, false)
		accepted(t, s, "the fifth", fifth, true)

		_, err := s.RotateToken(t.Context(), ann, store.Rotation{TeamID: team, TokenID: id, Overlap: -time.Second})
		wantKind(t, "a negative overlap", err, desk.Invalid)
		_, err = s.RotateToken(t.Context(), ann, store.Rotation{TeamID: team, TokenID: id, Overlap: 31 * 24 * time.Hour})
		wantKind(t, "a long overlap", err, desk.Invalid)
	}, clock.use)
}

func TestTheListShowsWhoseATokenIsAndWhenItWasUsed(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team, start := setUp(t, s).TeamID, clock.read()
		id, old := addToken(t, s, team, "Zapier", desk.ReadTickets)
		gone, _ := addToken(t, s, team, "Ancient", desk.WriteTickets)
		check(t, s.RevokeToken(t.Context(), desk.Agent(2, "Bob"), team, gone))
		clock.add(time.Hour)
		accepted(t, s, "the key", old, true)
		clock.add(59 * time.Second)
		accepted(t, s, "the key in the same minute", old, true)
		at := clock.read()
		key := rotated(t, s, store.Rotation{TeamID: team, TokenID: id, Overlap: time.Hour})

		got, err := s.Tokens(t.Context(), team)
		check(t, err)
		want := []store.ListedToken{{
			Token:     desk.Token{ID: id, TeamID: team, Name: "Zapier", Scopes: []desk.Scope{desk.ReadTickets}},
			CreatedBy: "Ann", CreatedAt: start,
			Keys: []store.TokenKey{
				{Hint: key[len(key)-4:], CreatedAt: at},
				{Hint: old[len(old)-4:], CreatedAt: start, EndsAt: at.Add(time.Hour), LastUsedAt: start.Add(time.Hour)},
			},
			Changes: []store.TokenChange{{Act: desk.TokenRotated, By: "Ann", At: at}},
		}, {
			Token:     desk.Token{ID: gone, TeamID: team, Name: "Ancient", Scopes: []desk.Scope{desk.WriteTickets}},
			CreatedBy: "Ann", CreatedAt: start, RevokedAt: start,
			Changes: []store.TokenChange{{Act: desk.TokenRevoked, By: "Bob", At: start}},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("tokens (-want +got):\n%s", diff)
		}
		clock.add(time.Second)
		accepted(t, s, "the key a minute after its use was noted", old, true)
		if got, err = s.Tokens(t.Context(), team); err != nil || !got[0].Keys[1].LastUsedAt.Equal(clock.read()) {
			t.Errorf("last use: got %s, %v, want %s", got[0].Keys[1].LastUsedAt, err, clock.read())
		}
	}, clock.use)
}

func TestAnotherTeamHasNoSayOverAToken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		other, err := s.AddTeam(t.Context(), "Other")
		check(t, err)
		id, key := addToken(t, s, team, "Zapier", desk.ReadTickets)
		_, err = s.RotateToken(t.Context(), ann, store.Rotation{TeamID: other.ID, TokenID: id})
		wantKind(t, "rotating", err, desk.NotFound)
		wantKind(t, "revoking", s.RevokeToken(t.Context(), ann, other.ID, id), desk.NotFound)
		accepted(t, s, "the key", key, true)
		if tokens, err := s.Tokens(t.Context(), other.ID); err != nil || len(tokens) != 0 {
			t.Errorf("the other team sees %v, %v", tokens, err)
		}
	})
}

func TestARevokedTokenIsRefusedByAllProcessesAtOnce(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		one, two := storetest.Open(t, c), storetest.Open(t, c)
		team := setUp(t, one).TeamID
		id, key := addToken(t, one, team, "Zapier", desk.ReadTickets)
		accepted(t, two, "the key, elsewhere", key, true)
		check(t, one.RevokeToken(t.Context(), ann, team, id))
		accepted(t, two, "the key once it is revoked elsewhere", key, false)
		accepted(t, one, "the key once it is revoked", key, false)
		_, err := two.RotateToken(t.Context(), ann, store.Rotation{TeamID: team, TokenID: id})
		wantKind(t, "rotating what is revoked", err, desk.NotFound)
		wantKind(t, "revoking it again", two.RevokeToken(t.Context(), ann, team, id), desk.NotFound)
	})
}
