package static

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

const htmx = "vendor/htmx/htmx.min.js"

func get(t *testing.T, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read body: %v", err)
	}
	return b
}

func TestPathHoldsTheContentHash(t *testing.T) {
	got := Path(htmx)
	if !regexp.MustCompile(`^/static/vendor/htmx/htmx\.min\.[0-9a-f]{12}\.js$`).MatchString(got) {
		t.Errorf("Path(%q) = %q, want a hash before the extension", htmx, got)
	}
	if got := Path("nothing.css"); got != "/static/nothing.css" {
		t.Errorf("Path of an unknown file = %q, want it unchanged", got)
	}
}

func TestOnlyTheHashedAddressIsCachedForEver(t *testing.T) {
	hashed := Path(htmx)
	ext := path.Ext(hashed)
	otherRelease := strings.TrimSuffix(hashed, ext)
	otherRelease = otherRelease[:len(otherRelease)-hashDigits] + strings.Repeat("0", hashDigits) + ext

	for target, want := range map[string]string{
		hashed:            forever,
		"/static/" + htmx: revalidate,
		otherRelease:      revalidate,
	} {
		res := get(t, target)
		if res.StatusCode != http.StatusOK {
			t.Errorf("GET %s = %d, want 200", target, res.StatusCode)
		}
		if got := res.Header.Get("Cache-Control"); got != want {
			t.Errorf("Cache-Control of %s = %q, want %q", target, got, want)
		}
	}
}

func TestUnknownAndUnreachableFilesAre404WithCORS(t *testing.T) {
	for _, name := range []string{"nothing.css", "static.go", "../go.mod", "", "vendor", "vendor/"} {
		res := get(t, "/static/"+name)
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %q = %d, want 404", name, res.StatusCode)
		}
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("Access-Control-Allow-Origin of %q = %q, want *", name, got)
		}
	}
}

func TestPackedFormsUnpackToTheFile(t *testing.T) {
	want, err := files.ReadFile(htmx)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ accept, coding string }{
		{"gzip, deflate, br, zstd", "br"},
		{"gzip", "gzip"},
		{"br;q=0, gzip;q=0.5", "gzip"},
		{"br;q=0.0", ""},
		{"", ""},
	}
	for _, test := range tests {
		res := get(t, Path(htmx), "Accept-Encoding", test.accept)
		if got := res.Header.Get("Content-Encoding"); got != test.coding {
			t.Errorf("Content-Encoding for %q = %q, want %q", test.accept, got, test.coding)
		}
		packed := body(t, res.Body)
		if int64(len(packed)) != res.ContentLength {
			t.Errorf("Content-Length for %q = %d, want %d", test.accept, res.ContentLength, len(packed))
		}
		if got := unpack(t, test.coding, packed); !bytes.Equal(got, want) {
			t.Errorf("the file for %q differs from what was embedded", test.accept)
		}
	}
}

func unpack(t *testing.T, coding string, packed []byte) []byte {
	t.Helper()
	switch coding {
	case "br":
		return body(t, brotli.NewReader(bytes.NewReader(packed)))
	case "gzip":
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatalf("gzip: %v", err)
		}
		return body(t, r)
	default:
		return packed
	}
}

func TestAKnownETagIsNotSentAgain(t *testing.T) {
	first := get(t, Path(htmx), "Accept-Encoding", "br")
	again := get(t, Path(htmx), "Accept-Encoding", "br", "If-None-Match", "W/"+first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("second GET = %d, want 304", again.StatusCode)
	}
	otherCoding := get(t, Path(htmx), "Accept-Encoding", "gzip", "If-None-Match", first.Header.Get("ETag"))
	if otherCoding.StatusCode != http.StatusOK {
		t.Errorf("GET in another coding = %d, want 200: each coding has its own tag", otherCoding.StatusCode)
	}
}

func TestFileServesAtAnAddressOfItsOwn(t *testing.T) {
	w := httptest.NewRecorder()
	File(htmx).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/widget.js", nil))
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != revalidate {
		t.Errorf("File = %d, Cache-Control %q, want 200 and %q", w.Code, w.Header().Get("Cache-Control"), revalidate)
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	for method, want := range map[string]int{
		http.MethodHead: 200, http.MethodOptions: 204, http.MethodPost: 405, http.MethodDelete: 405,
	} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(method, Path(htmx), nil))
		if w.Code != want {
			t.Errorf("%s = %d, want %d", method, w.Code, want)
		}
		if w.Body.Len() > 0 && method != http.MethodPost && method != http.MethodDelete {
			t.Errorf("%s has a body of %d bytes, want none", method, w.Body.Len())
		}
	}
}

func TestSpriteHoldsTheIconsThatPagesShowAndNoOthers(t *testing.T) {
	raw, err := files.ReadFile("icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	var sprite struct {
		Symbols []struct {
			ID string `xml:"id,attr"`
		} `xml:"symbol"`
	}
	if err := xml.Unmarshal(raw, &sprite); err != nil {
		t.Fatalf("icons.svg is not XML: %v", err)
	}
	var ids []string
	for _, s := range sprite.Symbols {
		ids = append(ids, s.ID)
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("the icons are not sorted and unique")
	}
	source := sourceOfPages(t)
	for _, id := range ids {
		if !regexp.MustCompile(`["'#\x60]` + id + `["'\x60]`).MatchString(source) {
			t.Errorf("nothing shows the icon %q", id)
		}
	}
	for _, use := range regexp.MustCompile(`(?:icons\.[0-9a-z.]*svg#|Icon\("|Icon: +")([a-z0-9-]+)`).FindAllStringSubmatch(source, -1) {
		if !slices.Contains(ids, use[1]) {
			t.Errorf("the icon %q is missing", use[1])
		}
	}
}

// sourceOfPages is what names icons, and the pages that were made of it.
func sourceOfPages(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range []string{".", "../views", "../handlers", "../workflow"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") ||
				!slices.Contains([]string{".go", ".templ", ".js", ".golden"}, filepath.Ext(path)) {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
