package widget

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// read adds an address that is asked for: with GET, or with HEAD, whose answer net/http sends without its body.
func read(r chi.Router, pattern string, do http.HandlerFunc) {
	r.Get(pattern, do)
	r.Head(pattern, do)
}

// asks reports whether a call only asks for something.
func asks(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// wrongMethod says what an address answers instead.
func wrongMethod(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if c := chi.RouteContext(r.Context()); c != nil && c.RoutePath != "" {
			path = c.RoutePath // without its last slash
		}
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			if routes.Match(chi.NewRouteContext(), method, path) {
				allowed = append(allowed, method)
			}
		}
		w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
		reply(w, http.StatusMethodNotAllowed, failure{Error: "This address does not answer " + r.Method + " requests."})
	}
}
