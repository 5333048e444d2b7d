package web

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Measurement is one answered request. Route is the pattern of the route table, never the address itself: there are as
// many addresses as tickets, and some hold a secret.
type Measurement struct {
	Method, Route string
	Status        int
	Took          time.Duration
}

// Measure tells of every request once it is answered. A live stream counts as answered when it has begun.
func Measure(tell func(Measurement)) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			ww, ok := w.(middleware.WrapResponseWriter)
			if !ok {
				ww = middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			}
			defer func() {
				tell(Measurement{Method: knownMethod(r.Method), Route: routeOf(r), Status: sent(ww), Took: time.Since(start)})
			}()
			next.ServeHTTP(ww, r)
		})
	}
}

// routeOf is the pattern of the innermost router that knew the address.
func routeOf(r *http.Request) string {
	routes := chi.RouteContext(r.Context())
	if routes == nil || len(routes.RoutePatterns) == 0 {
		return "none"
	}
	return routes.RoutePatterns[len(routes.RoutePatterns)-1]
}

// knownMethod keeps clients from making up as many methods as they like.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
