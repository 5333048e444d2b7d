package store_test

import (
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// Browsers name a site in ASCII, whatever its people call it.
func TestSitesInAnyScriptAreKeptAsBrowsersNameThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		saved, err := s.ChangeWidget(t.Context(), team, func(w *store.Widget) error {
			w.Domains = []string{" https://Bücher.example:8443/x", "*.Bücher.example", "日本.example", "xn--bcher-kva.example", "a_b.example"}
			return nil
		})
		want := []string{"xn--bcher-kva.example", "*.xn--bcher-kva.example", "xn--wgv71a.example", "a_b.example"}
		if err != nil || !slices.Equal(saved.Domains, want) {
			t.Errorf("kept %q, %v, want %q", saved.Domains, err, want)
		}
		if got := saved.ReadableSites(); !slices.Equal(got, []string{"bücher.example", "*.bücher.example", "日本.example", "a_b.example"}) {
			t.Errorf("people read %q", got)
		}
		wantKind(t, "no host", changeWidget(t, s, team, func(w *store.Widget) { w.Domains = []string{"bü cher.example"} }), desk.Invalid)
	})
}
