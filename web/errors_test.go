package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// testErrors answers in plain text and logs to the returned buffer.
func testErrors() (*Errors, *bytes.Buffer) {
	var logged bytes.Buffer
	e := &Errors{
		Log: slog.New(slog.NewTextHandler(&logged, nil)),
		Page: func(w http.ResponseWriter, _ *http.Request, status int, message string) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, message)
		},
	}
	return e, &logged
}

func answer(e *Errors, err error) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h := e.Handle(func(http.ResponseWriter, *http.Request) error { return err })
	h(w, httptest.NewRequest(http.MethodPost, "/somewhere?key=secret", nil))
	return w
}

func TestKindsBecomeStatuses(t *testing.T) {
	tests := map[string]int{
		KindInvalid: 422, KindNotFound: 404, KindForbidden: 403, KindUnauthenticated: 401,
		KindConflict: 409, KindTooLarge: 413, KindThrottled: 429, KindUnavailable: 503,
	}
	for kind, want := range tests {
		e, logged := testErrors()
		w := answer(e, fmt.Errorf("save: %w", Refuse(kind, "Please do %s.", "this")))
		if w.Code != want {
			t.Errorf("kind %s = %d, want %d", kind, w.Code, want)
		}
		if got := w.Body.String(); got != "Please do this." {
			t.Errorf("kind %s says %q, want the sentence without our wrapping", kind, got)
		}
		if logged.Len() > 0 {
			t.Errorf("kind %s is logged, but it is not our fault: %s", kind, logged)
		}
	}
}

type oddError struct{}

func (oddError) Error() string { return "column users.password is odd" }
func (oddError) Kind() string  { return "odd" }

func TestOurFaultsAreLoggedAndNotShown(t *testing.T) {
	for _, err := range []error{errors.New("dial 10.0.0.1: no route"), oddError{}} {
		e, logged := testErrors()
		w := answer(e, err)
		if w.Code != http.StatusInternalServerError || w.Body.String() != apology {
			t.Errorf("%v = %d %q, want 500 and the apology", err, w.Code, w.Body)
		}
		if !strings.Contains(logged.String(), err.Error()) {
			t.Errorf("the log misses %q: %s", err, logged)
		}
		if strings.Contains(logged.String(), "secret") {
			t.Errorf("the log holds the query string: %s", logged)
		}
	}
}

func TestThrottledSaysWhenToComeBack(t *testing.T) {
	e, _ := testErrors()
	w := answer(e, Throttled(1500*time.Millisecond))
	if got := w.Header().Get("Retry-After"); w.Code != 429 || got != "2" {
		t.Errorf("throttled = %d, Retry-After %q, want 429 and 2", w.Code, got)
	}
}

func TestTooLongABodyIs413(t *testing.T) {
	e, _ := testErrors()
	w := answer(e, fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 2 << 20}))
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "2 MB") {
		t.Errorf("got %d %q, want 413 that names 2 MB", w.Code, w.Body)
	}
}

func TestAClientThatLeftIsNoFault(t *testing.T) {
	e, logged := testErrors()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	e.Answer(w, r, fmt.Errorf("query: %w", context.Canceled))
	if w.Code != StatusClientGone || logged.Len() > 0 {
		t.Errorf("got %d and log %q, want %d and nothing", w.Code, logged, StatusClientGone)
	}
}

func TestADeadlineIs503(t *testing.T) {
	e, _ := testErrors()
	if w := answer(e, fmt.Errorf("query: %w", context.DeadlineExceeded)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("deadline = %d, want 503", w.Code)
	}
}
