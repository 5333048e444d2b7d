// Package api is the door for programs: their calls come as JSON, and are let in by the secret that they hold.
// It refuses browsers' sessions, and never shows what a secret does not open.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// HookPath is where inbound webhooks are: behind it stands the secret of a workflow.
const HookPath = "/hooks/"

// Limits of a call of an inbound webhook.
const (
	maxCall        = 64 << 10 // bytes
	callsPerHook   = 600      // a minute
	callsPerClient = 600      // a minute, so that nobody tries out secrets
)

// Door answers programs.
type Door struct {
	Store   *store.Store
	Counter web.Counter
	Quota   Quota
	URL     string // of the desk as people see it, without a slash at the end
	Log     *slog.Logger
	Now     func() time.Time
}

// Mount adds the door's addresses to r.
func (d *Door) Mount(r chi.Router) {
	external := d.external()
	r.Handle(ExternalPath+"*", external)
	r.Handle(DocumentPath, external)
	r.HandleFunc(HookPath+"{token}", d.hook)
}

func (d *Door) hook(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		notAllowed(http.MethodPost)(w, r)
		return
	}
	again, err := d.callHook(r)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	status := http.StatusAccepted
	if again {
		status = http.StatusOK // nothing is left to do
	}
	reply(w, status, map[string]bool{"accepted": true})
}

// callHook leaves the call for the workflow whose secret it holds. What the workflow does with it the caller does not
// learn. A repeated
// call is one that has the Idempotency-Key of another one, within 24 hours.
func (d *Door) callHook(r *http.Request) (again bool, err error) {
	ctx, token := r.Context(), chi.URLParam(r, "token")
	client := web.Limiter{Counter: d.Counter, Name: "hook client", Limit: callsPerClient, Window: time.Minute}
	if err := client.Check(ctx, web.ClientKey(r), d.Now()); err != nil {
		return false, err
	}
	hook := web.Limiter{Counter: d.Counter, Name: "hook", Limit: callsPerHook, Window: time.Minute}
	if err := hook.Check(ctx, token, d.Now()); err != nil {
		return false, err
	}
	properties, err := readObject(r)
	if err != nil {
		return false, err
	}
	return d.Store.CallWorkflow(ctx, token, r.Header.Get("Idempotency-Key"), properties)
}

// readObject reads the body, which is a JSON object or empty.
func readObject(r *http.Request) (map[string]any, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxCall))
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, nil
	}
	properties, err := desk.ReadValues(body)
	if err != nil {
		return nil, desk.FieldErrorf("body", "The body is not a JSON object. Send one like {\"ticket_number\": 12}.")
	}
	if holdsNUL(properties) {
		return nil, desk.FieldErrorf("body", "The body holds a NUL character, which no text here can have.")
	}
	return properties, nil
}

func holdsNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		return slices.ContainsFunc(v, holdsNUL)
	case map[string]any:
		for name, item := range v {
			if holdsNUL(name) || holdsNUL(item) {
				return true
			}
		}
	}
	return false
}

// refuse answers what went wrong, and logs it when it is our fault. The address holds a secret, so it is not logged.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(web.StatusClientGone)
		return
	}
	status, message := web.Explain(err)
	if status == http.StatusInternalServerError {
		d.Log.ErrorContext(r.Context(), "inbound webhook broke off", "request_id", web.RequestID(r.Context()), "error", err)
	}
	web.SetRetryAfter(w, err)
	reply(w, status, map[string]string{"error": message})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may have gone
}
