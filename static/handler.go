package static

import (
	"net/http"
	"strconv"
	"strings"
)

const (
	forever    = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// Handler serves all assets below /static/: for ever under the address that
// Path gives, to be asked for again under any other. Other sites may load them,
// as the widget protocol requires (spec/4).
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, exact := find(strings.TrimPrefix(r.URL.Path, prefix))
		if exact {
			a.serve(w, r, forever)
			return
		}
		a.serve(w, r, revalidate)
	})
}

// File serves one asset at an address of its own that never changes, such as /widget.js.
func File(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		table()[name].serve(w, r, revalidate)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, caching string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.Method == http.MethodOptions:
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		w.WriteHeader(http.StatusNoContent)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, "Method not allowed.", http.StatusMethodNotAllowed)
		return
	case a == nil:
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}

	coding, body := a.pack(r.Header.Get("Accept-Encoding"))
	tag := `"` + a.hash + "-" + coding + `"`
	h.Set("Cache-Control", caching)
	h.Set("ETag", tag)
	h.Add("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.contentType())
	if coding != identity {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a client that left needs no answer
	}
}

// matches compares weakly, as If-None-Match does (RFC 9110, 13.1.2).
func matches(ifNoneMatch, tag string) bool {
	for candidate := range strings.SplitSeq(ifNoneMatch, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}
