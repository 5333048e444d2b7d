package static

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Customers' sites pay for the embed with every first visit.
func TestTheEmbedStaysSmall(t *testing.T) {
	const limit = 15_000
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/widget.js", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	File("widget.js").ServeHTTP(w, r)
	n := w.Body.Len()
	t.Logf("widget.js is %d bytes with gzip", n)
	if n == 0 || n > limit {
		t.Errorf("widget.js is %d bytes with gzip, want 1 to %d", n, limit)
	}
}

// A strict CSP on a customer's site refuses all of these.
func TestTheEmbedNeedsNoExceptionFromACSP(t *testing.T) {
	source := string(table()["widget.js"].body)
	for _, forbidden := range []string{"innerHTML", "outerHTML", "insertAdjacent", "eval(", "new Function", "style=", "'style'", "cssText", "document.write"} {
		if strings.Contains(source, forbidden) {
			t.Errorf("widget.js uses %s", forbidden)
		}
	}
}

func TestEveryPartOfTheEmbedGoesOut(t *testing.T) {
	entries, err := os.ReadDir("widget")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".js") && !slices.Contains(widgetParts(), e.Name()) {
			t.Errorf("widget/%s is no part of widget.js", e.Name())
		}
		body := string(widgetPart(e.Name()))
		if n := strings.Count(body, "\n"); n > 400 {
			t.Errorf("widget/%s has %d lines, want at most 400", e.Name(), n)
		}
	}
}

func TestTheEmbedSaysEverythingInEveryLanguage(t *testing.T) {
	if diff := cmp.Diff([]string{"ar", "de", "en", "es", "fr", "pt"}, slices.Sorted(maps.Keys(texts()))); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
	hole := regexp.MustCompile(`\{\w+\}`)
	for language, table := range texts() {
		if diff := cmp.Diff(WidgetKeys(), slices.Sorted(maps.Keys(table))); diff != "" {
			t.Errorf("keys of %s (-en +%s):\n%s", language, language, diff)
		}
		for key, text := range table {
			if text == "" {
				t.Errorf("%s.%s is empty", language, key)
			}
			if diff := cmp.Diff(hole.FindAllString(WidgetText("en", key), -1), hole.FindAllString(text, -1)); diff != "" {
				t.Errorf("what %s.%s fills in (-en +%s):\n%s", language, key, language, diff)
			}
		}
	}
}

// A key that no part reads is a text that a team sets in vain.
func TestEveryTextIsUsed(t *testing.T) {
	var source strings.Builder
	for _, name := range widgetParts() {
		source.Write(widgetPart(name))
	}
	for _, key := range WidgetKeys() {
		if !regexp.MustCompile(`\bT\.` + key + `\b|'` + key + `'`).MatchString(source.String()) {
			t.Errorf("nothing says %q", key)
		}
	}
}
