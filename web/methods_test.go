package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
)

func TestWhoAnswersAnAddressRefusesUnknownMethodsToo(t *testing.T) {
	inner := chi.NewRouter()
	inner.Get("/tickets", func(http.ResponseWriter, *http.Request) {})
	inner.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusMethodNotAllowed)
		_, _ = w.Write([]byte("no " + r.Method))
	})
	r := chi.NewRouter()
	r.Use(AnyMethod)
	r.Handle("/tickets", inner)
	for method, want := range map[string]string{
		"GET": "", "PUT": "no PUT", "PROPFIND": "no PROPFIND", "PURGE": "no PURGE", "TRACE": "no TRACE", "QUERY": "no QUERY", "get": "no get",
	} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(method, "/tickets", nil))
		if got := w.Body.String(); got != want {
			t.Errorf("%s is answered %d %q, want %q", method, w.Code, got, want)
		}
	}
}
