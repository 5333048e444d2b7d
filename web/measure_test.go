package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRequestsAreMeasuredByTheirRoutes(t *testing.T) {
	var got []Measurement
	inner := chi.NewRouter()
	inner.Get("/tickets/{number}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	r := chi.NewRouter()
	r.Use(Measure(func(m Measurement) { got = append(got, m) }))
	r.Get("/hooks/{token}", func(http.ResponseWriter, *http.Request) {})
	r.Get("/broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	r.Mount("/", inner)
	for _, call := range [][2]string{{"GET", "/hooks/secret"}, {"GET", "/tickets/12"}, {"GET", "/nothing"}, {"BREW", "/hooks/secret"}, {"GET", "/broken"}} {
		func() {
			defer func() { _ = recover() }() // the server would
			r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(call[0], call[1], nil))
		}()
	}
	want := []Measurement{
		{Method: "GET", Route: "/hooks/{token}", Status: 200},
		{Method: "GET", Route: "/tickets/{number}", Status: 418},
		{Method: "GET", Route: "/*", Status: 404},
		{Method: "other", Route: "none", Status: 405},
		{Method: "GET", Route: "/broken", Status: 200},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Measurement{}, "Took")); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}
