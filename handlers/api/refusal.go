package api

import (
	"fmt"
	"net/http"
)

// refusal is an error whose answer spec/5 prescribes.
type refusal struct {
	status int
	body   any
}

func (e *refusal) Error() string { return fmt.Sprintf("%d %v", e.status, e.body) }

// failure is the body of a refusal: a sentence, or faults.
type failure struct {
	Error any `json:"error"`
}

func refusef(status int, format string, args ...any) error {
	return &refusal{status: status, body: failure{fmt.Sprintf(format, args...)}}
}

func unauthorized(text string) error { return refusef(http.StatusUnauthorized, "%s", text) }

// faults is what is wrong with the fields of a call, by their names.
type faults map[string][]string

func (f faults) add(field, format string, args ...any) {
	f[field] = append(f[field], fmt.Sprintf(format, args...))
}

// refuse is the refusal of a call that has faults.
func (f faults) refuse() error { return &refusal{status: http.StatusBadRequest, body: failure{f}} }
