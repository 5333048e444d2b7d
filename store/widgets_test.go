package store_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestWidgetsAreSavedAndChecked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, done := t.Context(), setUp(t, s)
		saved, err := s.ChangeWidget(ctx, done.TeamID, func(w *store.Widget) error {
			w.Enabled, w.Domains = false, []string{" https://Example.COM:8443/shop", "*.b.de", "", "example.com", "localhost"}
			w.Settings.Greeting, w.Settings.RequireEmail, w.Settings.Attachments = "Hello", true, false
			w.Settings.Texts = map[desk.Language]map[string]string{"ar": {"send": "إرسال"}}
			w.IdentitySecret, w.PreviousSecret = "new", "old"
			return nil
		})
		if err != nil || !slices.Equal(saved.Domains, []string{"example.com", "*.b.de", "localhost"}) {
			t.Fatalf("the sites are %q, %v", saved.Domains, err)
		}
		got, err := s.WidgetByToken(ctx, done.WidgetToken)
		if diff := cmp.Diff(saved, got); err != nil || diff != "" {
			t.Errorf("widget: %v, -saved +got:\n%s", err, diff)
		}

		for what, spoil := range map[string]func(w *store.Widget){
			"a domain":   func(w *store.Widget) { w.Domains = []string{"a b"} },
			"a NUL byte": func(w *store.Widget) { w.Settings.Greeting = "a\x00b" },
			"a colour":   func(w *store.Widget) { w.Settings.Color = "red" },
			"a text":     func(w *store.Widget) { w.Settings.Texts = map[desk.Language]map[string]string{"xx": {"send": "a"}} },
		} {
			wantKind(t, what, changeWidget(t, s, done.TeamID, spoil), desk.Invalid)
		}
		wantKind(t, "no team", changeWidget(t, s, 999, func(*store.Widget) {}), desk.NotFound)
		if after, err := s.Widget(ctx, done.TeamID); err != nil || !cmp.Equal(after, got) {
			t.Errorf("refused changes left %+v, %v", after, err)
		}
	})
}

func TestAFreshWidgetTakesFilesAndAsksForTheEmailAfterwards(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w, err := s.Widget(t.Context(), setUp(t, s).TeamID)
		if err != nil || !cmp.Equal(w.Settings, desk.UsualWidgetSettings()) {
			t.Errorf("the settings are %+v, %v", w.Settings, err)
		}
	})
}

func TestChangesOfOneWidgetAtOnceAreAllKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		keys := desk.WidgetTexts()[:12]
		var all sync.WaitGroup
		for _, key := range keys {
			all.Go(func() {
				_, err := s.ChangeWidget(t.Context(), team, func(w *store.Widget) (err error) {
					w.Settings, err = w.Settings.With(desk.TextChoice("de", key), key)
					return err
				})
				if err != nil {
					t.Errorf("change %s: %v", key, err)
				}
			})
		}
		all.Wait()
		w, err := s.Widget(t.Context(), team)
		if err != nil || len(w.Settings.Texts["de"]) != len(keys) {
			t.Errorf("of %d texts there are %v, %v", len(keys), w.Settings.Texts, err)
		}
	})
}

func TestARenewedTokenEndsTheOldOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		renew := func(w *store.Widget) error { return w.RenewToken(done.WidgetToken) }
		w, err := s.ChangeWidget(t.Context(), done.TeamID, renew)
		if err != nil || w.Token == done.WidgetToken {
			t.Fatalf("new token: got %q, %v, want another one", w.Token, err)
		}
		_, err = s.WidgetByToken(t.Context(), done.WidgetToken)
		wantKind(t, "old token", err, desk.NotFound)
		_, err = s.ChangeWidget(t.Context(), done.TeamID, renew)
		wantKind(t, "whoever saw the old token", err, desk.Conflict)
	})
}

func TestAPostHogKeyLeadsToOneTeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, done := t.Context(), setUp(t, s)
		beta, err := s.AddTeam(ctx, "Beta")
		if err != nil {
			t.Fatal(err)
		}
		keyed := func(team int64, key string) error {
			return changeWidget(t, s, team, func(w *store.Widget) { w.PostHogKey = key })
		}
		if err := keyed(done.TeamID, "phc_Old-1"); err != nil {
			t.Fatal(err)
		}
		for what, key := range map[string]string{
			"another team's key": "phc_Old-1", "a team's token": done.WidgetToken, "its own token": beta.WidgetToken,
			"a short key": "phc_", "a long key": strings.Repeat("k", 101), "a key with a space": "phc_ Old-1",
		} {
			wantKind(t, what, keyed(beta.ID, key), desk.Invalid)
		}
		if w, err := s.WidgetOfSite(ctx, "phc_Old-1"); err != nil || w.TeamID != done.TeamID {
			t.Errorf("the key leads to %d, %v", w.TeamID, err)
		}
		if w, err := s.WidgetOfSite(ctx, beta.WidgetToken); err != nil || w.TeamID != beta.ID {
			t.Errorf("the token leads to %d, %v", w.TeamID, err)
		}

		if err := errors.Join(keyed(done.TeamID, "phc_Old-1"), keyed(done.TeamID, ""), keyed(beta.ID, "phc_Old-1")); err != nil {
			t.Error(err)
		}
		_, err = s.WidgetOfSite(ctx, "")
		wantKind(t, "no key", err, desk.NotFound)
	})
}

func TestSecretsAreMadeAtRandom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		rotate := func(w *store.Widget) error { return w.ChangeSecrets(desk.RotateSecret) }
		first, err1 := s.ChangeWidget(t.Context(), team, rotate)
		second, err2 := s.ChangeWidget(t.Context(), team, rotate)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if second.PreviousSecret != first.IdentitySecret || second.IdentitySecret == first.IdentitySecret || first.PreviousSecret != "" {
			t.Errorf("after two rotations the secrets are %+v, then %+v", first.Secrets(), second.Secrets())
		}
		if s := first.IdentitySecret; len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
			t.Errorf("the secret is %q, want 32 bytes in hexadecimal", s)
		}
	})
}

func changeWidget(t *testing.T, s *store.Store, team int64, change func(*store.Widget)) error {
	t.Helper()
	_, err := s.ChangeWidget(t.Context(), team, func(w *store.Widget) error {
		change(w)
		return nil
	})
	return err
}
