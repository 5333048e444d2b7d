package web_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signalbox/web"
)

func TestADownloadIsSavedWhateverItIs(t *testing.T) {
	for kind, want := range map[string]string{
		"text/html; charset=utf-8": "application/octet-stream", "text/xml": "application/octet-stream",
		"text/plain; charset=utf-8": "text/plain; charset=utf-8", "image/png": "image/png", "application/pdf": "application/pdf",
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Range", "bytes=2-4")
		if err := web.ServeDownload(w, r, web.Download{Name: "a\"é.x", Type: kind, Body: strings.NewReader("0123456789")}); err != nil {
			t.Fatal(err)
		}
		h := w.Header()
		if got := h.Get("Content-Type"); got != want {
			t.Errorf("%s is sent as %s, want %s", kind, got, want)
		}
		if got := h.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
			t.Errorf("%s: disposition %q", kind, got)
		}
		if h.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: sent with %v", kind, h)
		}
		if w.Code != http.StatusPartialContent || w.Body.String() != "234" {
			t.Errorf("%s: a part is %d %q", kind, w.Code, w.Body)
		}
	}
}

func TestABodyThatIsAFileIsHandedOnUpToItsLimit(t *testing.T) {
	for size, want := range map[int]bool{100: true, 101: false} {
		for _, announced := range []bool{true, false} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.MultiReader(bytes.NewReader(make([]byte, size))))
			if r.ContentLength = -1; announced {
				r.ContentLength = int64(size)
			}
			read := 0
			err := web.ReadFile(httptest.NewRecorder(), r, 100, func(body io.Reader) error {
				n, err := io.Copy(io.Discard, body)
				read = int(n)
				return err
			})
			var tooLarge *http.MaxBytesError
			if want != (err == nil) || !want && !errors.As(err, &tooLarge) {
				t.Errorf("%d bytes, announced %t: %v", size, announced, err)
			}
			if !want && announced && read > 0 {
				t.Errorf("%d bytes were read of what was announced to be too long", read)
			}
		}
	}
}
