package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// One huge page must not stay in memory for ever.
const largestPooledPage = 1 << 20

var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes page with status, after rendering it whole: a page that fails
// to render is returned as an error and nothing has been sent. A client that
// left while we wrote is not an error.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	buf, _ := pages.Get().(*bytes.Buffer)
	defer release(buf)
	if err := page.Render(r.Context(), buf); err != nil {
		return fmt.Errorf("render page: %w", err)
	}

	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	if h.Get("Cache-Control") == "" {
		// Pages are personal; a shared computer must not show them after signing out.
		h.Set("Cache-Control", "no-store")
	}
	h.Add("Vary", "HX-Request, HX-Request-Type")
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes())
	return nil
}

func release(buf *bytes.Buffer) {
	if buf.Cap() > largestPooledPage {
		return
	}
	buf.Reset()
	pages.Put(buf)
}

// IsFragment reports whether htmx asks for a part of a page. Boosted links,
// history and hx-select ask for whole pages (HX-Request-Type: full).
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Request-Type") != "full"
}

// IsPreload reports whether the browser fetches ahead of a click that may never
// come. The preload extension of htmx 4 sends no mark, so a GET must never
// change anything whatever this says.
func IsPreload(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Sec-Purpose"), "prefetch") || r.Header.Get("Purpose") == "prefetch"
}

// Redirect sends the browser to url after a POST. Fetch follows a 303 unseen, so
// a fragment request is told in a header instead.
func Redirect(w http.ResponseWriter, r *http.Request, url string) {
	w.Header().Add("Vary", "HX-Request, HX-Request-Type")
	if IsFragment(r) {
		w.Header().Set("HX-Redirect", url)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
}

// LocalPath returns path when it stays on this site, else fallback: a "next"
// parameter must not lead to someone else's page.
func LocalPath(path, fallback string) string {
	local := strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") &&
		!strings.ContainsAny(path, "\\\r\n\t\x00")
	if !local {
		return fallback
	}
	return path
}
