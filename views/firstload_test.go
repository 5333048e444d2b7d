package views

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"signalbox/static"
)

// Whoever opens a ticket for the first time waits for at most 60 kB of styles and scripts.
func TestStylesAndScriptsFitTheFirstLoad(t *testing.T) {
	const limit = 60_000
	var page bytes.Buffer
	if err := pages()["inbox-ticket"].Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	files := regexp.MustCompile(`"(/static/[^"#?]+\.(?:js|css))"`).FindAllSubmatch(page.Bytes(), -1)
	if want := len(ownScripts()) + len(ownStyles()); len(files) < want {
		t.Fatalf("the page loads %d files, want at least the %d of every page", len(files), want)
	}
	total := 0
	for _, file := range files {
		total += packedSize(t, string(file[1]))
	}
	if total > limit {
		t.Errorf("styles and scripts are %d bytes in gzip, want at most %d", total, limit)
	}
}

func packedSize(t *testing.T, file string) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, file, http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	packed, err := io.ReadAll(w.Result().Body)
	if w.Code != http.StatusOK || err != nil || len(packed) == 0 {
		t.Fatalf("GET %s: status %d, %d bytes, %v", file, w.Code, len(packed), err)
	}
	t.Logf("%6d %s", len(packed), file)
	return len(packed)
}
