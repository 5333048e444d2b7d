package desk

import (
	"errors"
	"fmt"
)

// Kind classes an Error by what its reader can do about it.
type Kind string

// The kinds of Error. Each maps to one HTTP status, in package web.
const (
	Invalid         Kind = "invalid"         // the input cannot be used as it is
	Unauthenticated Kind = "unauthenticated" // nobody is signed in, or the proof is wrong
	Forbidden       Kind = "forbidden"       // known, but not allowed to
	NotFound        Kind = "not_found"       // there is no such thing in this team
	Conflict        Kind = "conflict"        // the thing is no longer as the caller believes
	TooLarge        Kind = "too_large"       // over a limit of size
	Throttled       Kind = "throttled"       // too often
	Unavailable     Kind = "unavailable"     // try again later
)

// Error is a refusal that a person may read: a kind and one sentence that says what to do.
type Error struct {
	// Field names the input that is at fault, "" when it is none in particular.
	Field string

	kind Kind
	text string
}

// Errorf returns an *Error whose text is one sentence for people.
func Errorf(kind Kind, format string, args ...any) error {
	return &Error{kind: kind, text: fmt.Sprintf(format, args...)}
}

// FieldErrorf returns an Invalid *Error that names the field at fault.
func FieldErrorf(field, format string, args ...any) error {
	return &Error{Field: field, kind: Invalid, text: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.text }

// Kind returns one of the Kind constants as text, so that packages that know nothing of desk can map it.
func (e *Error) Kind() string { return string(e.kind) }

// IsKind reports whether err is, or wraps, an *Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.kind == kind
}
