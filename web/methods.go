package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// AnyMethod has a request whose method chi does not route, such as PROPFIND, refused by whoever answers its address, in
// their words and with their headers. Without it the outermost router alone refuses it, and says nothing.
func AnyMethod(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete:
		default:
			if route := chi.RouteContext(r.Context()); route != nil {
				route.RouteMethod = http.MethodTrace // which chi knows, and no address answers
			}
		}
		next.ServeHTTP(w, r)
	})
}
