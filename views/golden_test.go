package views

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

// golden compares a component with testdata/<name>.golden; run the tests with -update to write it.
func golden(t *testing.T, name string, page templ.Component) {
	t.Helper()
	got := render(t, page)
	path := filepath.Join("testdata", name+".golden")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the tests of views with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not as in testdata (-want +got), run with -update if it should be:\n%s", name, diff)
	}
}

// render breaks the page into lines, and leaves out the hashes of assets, which change with every touch of a style,
// and the assets that every page loads.
func render(t *testing.T, page templ.Component) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := page.Render(t.Context(), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	text := regexp.MustCompile(`(/static/[\w/.-]+)\.[0-9a-f]{12}\.`).ReplaceAll(out.Bytes(), []byte("$1."))
	text = regexp.MustCompile(`(</(?:div|p|li|ul|form|header|footer|nav|section|aside|article|details|select|option|tr|table|title|script|svg|button|a)>)`).ReplaceAll(text, []byte("$1\n"))
	return everyPages().ReplaceAll(text, nil)
}

func everyPages() *regexp.Regexp {
	var names []string
	for _, name := range append(ownScripts(), ownStyles()...) {
		names = append(names, regexp.QuoteMeta(name))
	}
	file := `="/static/(?:` + strings.Join(names, "|") + `)"`
	return regexp.MustCompile(`<link rel="stylesheet" href` + file + `>|<script src` + file + ` defer></script>\n`)
}
