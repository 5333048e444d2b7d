package widget

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"signalbox/web"
	"signalbox/workflow/desk"
)

const invalidData = "Invalid request data"

// failure is the body of every refusal.
type failure struct {
	Error   string              `json:"error"`
	Details map[string][]string `json:"details,omitempty"`
}

// refusal is an error whose status the protocol prescribes.
type refusal struct {
	status int
	body   failure
}

func (e *refusal) Error() string { return e.body.Error }

func refuse(status int, text string) error {
	return &refusal{status: status, body: failure{Error: text}}
}

// invalid refuses one field of the request.
func invalid(field, text string) error {
	details := map[string][]string{field: {text}}
	return &refusal{status: http.StatusBadRequest, body: failure{Error: invalidData, Details: details}}
}

// answerError writes the answer that err deserves, and logs it when it is our fault.
func (d *Door) answerError(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(web.StatusClientGone)
		return
	}

	status, body := explain(err)
	if status == http.StatusInternalServerError {
		d.Log.ErrorContext(r.Context(), "widget call broke off",
			"method", r.Method, "path", r.URL.Path, "request_id", web.RequestID(r.Context()), "error", err)
	}
	web.SetRetryAfter(w, err)
	reply(w, status, body)
}

func explain(err error) (int, failure) {
	var known *refusal
	if errors.As(err, &known) {
		return known.status, known.body
	}
	var rule *desk.Error
	if errors.As(err, &rule) && rule.Kind() == string(desk.Invalid) {
		field := rule.Field
		if field == "" {
			field = "body"
		}
		return http.StatusBadRequest, failure{Error: invalidData, Details: map[string][]string{field: {rule.Error()}}}
	}
	status, message := web.Explain(err)
	return status, failure{Error: message}
}

func reply(w http.ResponseWriter, status int, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic("widget: an answer of ours is not JSON: " + err.Error()) // its types are all below
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(encoded) // a client that left needs no answer
}

// instant is a time as the protocol writes it: always six digits, so that text order is time order
// and the value survives its way back through `after`.
type instant time.Time

const instantLayout = "2006-01-02T15:04:05.000000Z"

// MarshalJSON writes no time as null.
func (t instant) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + time.Time(t).UTC().Format(instantLayout) + `"`), nil
}
