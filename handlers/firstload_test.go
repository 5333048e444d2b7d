package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"signalbox/static"
)

// Whoever opens a ticket for the first time waits for at most 60 kB of styles and scripts.
func TestStylesAndScriptsFitTheFirstLoad(t *testing.T) {
	const limit = 60_000
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		page := d.signIn(t, "ada@example.com").open(ticketPath(d.write(t, "Hello")))
		files := page.Find("script[src], link[rel=stylesheet]").Map(func(_ int, s *goquery.Selection) string {
			return s.AttrOr("src", s.AttrOr("href", ""))
		})
		if len(files) < 5 {
			t.Fatalf("the page loads %q, want styles and scripts", files)
		}
		total := 0
		for _, file := range files {
			total += packedSize(t, file)
		}
		if total > limit {
			t.Errorf("styles and scripts are %d bytes in gzip, want at most %d", total, limit)
		}
	})
}

func packedSize(t *testing.T, file string) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, file, http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.Len() == 0 {
		t.Fatalf("GET %s: status %d, %d bytes", file, w.Code, w.Body.Len())
	}
	return w.Body.Len()
}
