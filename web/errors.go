package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"
)

// The kinds of refusal that have a status of their own. Any error with a
// method Kind() string returning one of them is shown to people as it is.
const (
	KindInvalid         = "invalid"
	KindNotFound        = "not_found"
	KindForbidden       = "forbidden"
	KindUnauthenticated = "unauthenticated"
	KindConflict        = "conflict"
	KindTooLarge        = "too_large"
	KindThrottled       = "throttled"
	KindUnavailable     = "unavailable"
)

// StatusClientGone is logged when the client left before its answer; it is never sent.
const StatusClientGone = 499

const apology = "Something went wrong on our side. Please try again."

// kinded is what an error must offer to be shown to a person.
type kinded interface {
	error
	Kind() string
}

// Error is an error for people that arises in the HTTP machinery itself.
type Error struct {
	kind    string
	message string
	retry   time.Duration
}

// Refuse makes an Error of one of the kinds above; the sentence says what to do.
func Refuse(kind, format string, args ...any) *Error {
	return &Error{kind: kind, message: fmt.Sprintf(format, args...)}
}

// Throttled refuses a call that may be repeated after retry.
func Throttled(retry time.Duration) *Error {
	seconds := int(math.Ceil(retry.Seconds()))
	return &Error{
		kind:    KindThrottled,
		message: fmt.Sprintf("Too many attempts. Please try again in %d seconds.", seconds),
		retry:   retry,
	}
}

func (e *Error) Error() string { return e.message }

// Kind is one of the kinds above.
func (e *Error) Kind() string { return e.kind }

// RetryAfter is how long to wait before the next try, zero when unknown.
func (e *Error) RetryAfter() time.Duration { return e.retry }

// Explain is the one place where errors become a status and a sentence for people.
// The sentence of an error that is not for people is an apology without details.
func Explain(err error) (status int, message string) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("That is more than the %s accepted here.", size(tooLarge.Limit))
	}

	var forPeople kinded
	if errors.As(err, &forPeople) {
		if status := kindStatus(forPeople.Kind()); status != 0 {
			return status, forPeople.Error()
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable, "That took too long. Please try again in a moment."
	}
	return http.StatusInternalServerError, apology
}

func kindStatus(kind string) int {
	switch kind {
	case KindInvalid:
		return http.StatusUnprocessableEntity
	case KindNotFound:
		return http.StatusNotFound
	case KindForbidden:
		return http.StatusForbidden
	case KindUnauthenticated:
		return http.StatusUnauthorized
	case KindConflict:
		return http.StatusConflict
	case KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case KindThrottled:
		return http.StatusTooManyRequests
	case KindUnavailable:
		return http.StatusServiceUnavailable
	default:
		return 0
	}
}

func size(bytes int64) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d MB", bytes>>20)
	}
	return fmt.Sprintf("%d kB", max(bytes>>10, 1))
}

// Handler answers a request, or returns the error that Errors answers.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Errors answers every error of a set of handlers in the same way.
type Errors struct {
	Log *slog.Logger
	// Page writes the answer to a refused request in the caller's format.
	Page func(w http.ResponseWriter, r *http.Request, status int, message string)
}

// Handle turns h into an http.HandlerFunc.
func (e *Errors) Handle(h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			e.Answer(w, r, err)
		}
	}
}

// Answer writes the answer that err deserves, and logs it when it is our fault.
func (e *Errors) Answer(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(StatusClientGone)
		return
	}

	status, message := Explain(err)
	if status == http.StatusInternalServerError {
		e.Log.ErrorContext(r.Context(), "request broke off",
			"method", r.Method, "path", public(r.URL.Path), "request_id", RequestID(r.Context()), "error", err)
	}
	SetRetryAfter(w, err)
	e.Page(w, r, status, message)
}

// NotFound answers addresses that no route knows.
func (e *Errors) NotFound(w http.ResponseWriter, r *http.Request) {
	e.Answer(w, r, Refuse(KindNotFound, "There is nothing at this address."))
}

// MethodNotAllowed answers a method that the address does not know.
func (e *Errors) MethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	e.Page(w, r, http.StatusMethodNotAllowed, "This address does not answer "+r.Method+" requests.")
}

// SetRetryAfter sets the header when err knows how long to wait, in whole seconds.
func SetRetryAfter(w http.ResponseWriter, err error) {
	var later interface{ RetryAfter() time.Duration }
	if errors.As(err, &later) && later.RetryAfter() > 0 {
		seconds := int(math.Ceil(later.RetryAfter().Seconds()))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}
