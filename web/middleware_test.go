package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAccessLogNeverHoldsTheQuery(t *testing.T) {
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))
	h := WithRequestID(AccessLog(log)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "tea")
	})))
	r := httptest.NewRequest(http.MethodGet, "/tickets?identity_hash=abc123", nil)
	r.Header.Set("X-Request-Id", "forged")
	w := serve(h, r)

	line := logged.String()
	for _, want := range []string{"path=/tickets", "status=418", "bytes=3", "request_id=" + w.Header().Get("X-Request-Id")} {
		if !strings.Contains(line, want) {
			t.Errorf("the log misses %q: %s", want, line)
		}
	}
	for _, secret := range []string{"identity_hash", "abc123", "forged"} {
		if strings.Contains(line, secret) {
			t.Errorf("the log holds %q: %s", secret, line)
		}
	}
}

func TestAccessLogNeverHoldsASecretOfThePath(t *testing.T) {
	for path, want := range map[string]string{
		"/contact/ticket/s3cret":           "path=/contact/ticket/…",
		"/contact/ticket/s3cret/files/1/a": "path=/contact/ticket/…",
		"/hooks/s3cret":                    "path=/hooks/…",
		"/contact/public-token":            "path=/contact/public-token",
		"/contact/public-token/theme.css":  "path=/contact/public-token/theme.css",
	} {
		var logged bytes.Buffer
		h := AccessLog(slog.New(slog.NewTextHandler(&logged, nil)))(http.NotFoundHandler())
		serve(h, httptest.NewRequest(http.MethodGet, path, nil))
		if line := logged.String(); !strings.Contains(line, want+" ") || strings.Contains(line, "s3cret") {
			t.Errorf("%s: got %q, want %s in it and no secret", path, line, want)
		}
	}
}

func TestAPanicIsAnsweredAndLoggedWithItsPlace(t *testing.T) {
	e, logged := testErrors()
	h := AccessLog(slog.New(slog.DiscardHandler))(e.Recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("boom")
	})))
	w := serve(h, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || w.Body.String() != apology {
		t.Errorf("got %d %q, want 500 and the apology", w.Code, w.Body)
	}
	if !strings.Contains(logged.String(), "boom") || !strings.Contains(logged.String(), "middleware_test.go") {
		t.Errorf("the log misses the cause or its place: %s", logged)
	}
}

func TestAPanicInMidAnswerBreaksTheConnection(t *testing.T) {
	e, _ := testErrors()
	h := AccessLog(slog.New(slog.DiscardHandler))(e.Recover(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		panic("boom")
	})))
	defer func() {
		if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
			t.Errorf("panic = %v, want http.ErrAbortHandler", got)
		}
	}()
	serve(h, httptest.NewRequest(http.MethodGet, "/", nil))
}

func TestSecurityHeaders(t *testing.T) {
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	plain := serve(SecurityHeaders("http://127.0.0.1:8080")(nothing), httptest.NewRequest(http.MethodGet, "/", nil)).Header()
	if csp := plain.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'self'") {
		t.Errorf("policy = %q, want a strict one", csp)
	}
	if got := plain.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("X-Content-Type-Options = %q, want nosniff", got)
	}
	if got := plain.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without https: Strict-Transport-Security = %q, want none", got)
	}
	secure := serve(SecurityHeaders("https://desk.example")(nothing), httptest.NewRequest(http.MethodGet, "/", nil)).Header()
	if got := secure.Get("Strict-Transport-Security"); got == "" {
		t.Error("with https: no Strict-Transport-Security")
	}
}

func TestCompressionFitsAnswerAndClient(t *testing.T) {
	compress, err := Compress()
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ticket ", 1000)
	tests := []struct{ accept, contentType, body, want string }{
		{"gzip, br, zstd", "text/html; charset=utf-8", long, "zstd"},
		{"gzip", "text/html; charset=utf-8", long, "gzip"},
		{"", "text/html; charset=utf-8", long, ""},
		{"gzip", "text/html; charset=utf-8", "short", ""},
		{"gzip", "image/png", long, ""},
		{"gzip", "image/svg+xml", long, "gzip"},
		{"gzip", "text/event-stream", long, ""},
	}
	for _, test := range tests {
		h := compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", test.contentType)
			_, _ = io.WriteString(w, test.body)
		}))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", test.accept)
		w := serve(h, r)
		if got := w.Header().Get("Content-Encoding"); got != test.want {
			t.Errorf("%s of %d bytes for %q is packed as %q, want %q", test.contentType, len(test.body), test.accept, got, test.want)
		}
	}
}

func TestOtherSitesCannotChangeAnything(t *testing.T) {
	e, _ := testErrors()
	h := e.SameOrigin(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	tests := []struct {
		method, site, origin string
		want                 int
	}{
		{http.MethodPost, "same-origin", "", 200},
		{http.MethodPost, "cross-site", "", 403},
		{http.MethodPost, "same-site", "", 403},
		{http.MethodPost, "", "https://evil.example", 403},
		{http.MethodPost, "", "http://example.com", 200}, // httptest's own host
		{http.MethodPost, "", "", 200},                   // not a browser
		{http.MethodGet, "cross-site", "", 200},
	}
	for _, test := range tests {
		r := httptest.NewRequest(test.method, "/", nil)
		r.Header.Set("Sec-Fetch-Site", test.site)
		r.Header.Set("Origin", test.origin)
		if w := serve(h, r); w.Code != test.want {
			t.Errorf("%s from %q %q = %d, want %d", test.method, test.site, test.origin, w.Code, test.want)
		}
	}
}

func TestLongBodiesAreCutOff(t *testing.T) {
	e, _ := testErrors()
	h := LimitBody(3)(e.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		return err
	}))
	for body, want := range map[string]int{"abc": 200, "abcd": 413} {
		if w := serve(h, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))); w.Code != want {
			t.Errorf("%d bytes = %d, want %d", len(body), w.Code, want)
		}
	}
}
