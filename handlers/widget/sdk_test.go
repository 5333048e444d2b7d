package widget_test

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"signalbox/static"
	"signalbox/store"
	"signalbox/store/storetest"
)

func TestPagesAreSentOnToTheSDKsChat(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		f := newFixture(t, c)
		get := func(path, location string, status int) {
			t.Helper()
			a := f.do(http.MethodGet, path, "")
			wantStatus(t, path, a, status)
			if got := a.header.Get("Location"); got != location {
				t.Errorf("%s: got sent to %q, want %q", path, got, location)
			}
		}
		mount := func() {
			r := chi.NewRouter()
			r.Handle("/static/*", static.Handler())
			f.door.Mount(r)
			f.handler = r
		}
		mount()
		get("/static/conversations.js?v=1.449.2", "", http.StatusNotFound)

		f.door.SDK = "https://assets.test"
		mount()
		get("/static/conversations.js?v=1.449.2", "https://assets.test/static/conversations.js?v=1.449.2", http.StatusFound)
		get("/static/1.449.2/conversations.js", "https://assets.test/static/1.449.2/conversations.js", http.StatusFound)
		for _, path := range []string{"/static/recorder.js", "/static/x/conversations.js", "/static/1.449.2/x/conversations.js"} {
			get(path, "", http.StatusNotFound)
		}
	})
}
