package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// readyTimeout is how long the database may take to answer.
const readyTimeout = 2 * time.Second

// readiness says whether a load balancer should send requests here.
type readiness struct {
	store   *store.Store
	ended   func() []string // parts of the work that should still go on
	token   string          // shows the reasons to those who are not on this machine
	leaving atomic.Bool
	writes  probe
}

// leave makes the answer no from now on, while requests in flight are finished.
func (r *readiness) leave() { r.leaving.Store(true) }

// ServeHTTP answers 200, or 503 with the reasons. How the server is inside is not for everybody who reaches it.
func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), readyTimeout)
	defer cancel()

	reasons := r.reasons(ctx, time.Now())
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
		if !maySeeInside(req, r.token) {
			reasons = []string{"The reasons are shown to whoever has the --metrics-token, and to programs on this machine."}
		}
	}
	answer(w, status, map[string]any{"ready": status == http.StatusOK, "reasons": reasons})
}

// reasons says why not, in sentences for whoever runs the server.
func (r *readiness) reasons(ctx context.Context, now time.Time) []string {
	reasons := []string{}
	if r.leaving.Load() {
		reasons = append(reasons, "The server is stopping.")
	}
	for _, part := range r.ended() {
		reasons = append(reasons, fmt.Sprintf("A part of the server has ended: %s. Look into its log and start it again.", part))
	}
	is, want, err := r.store.SchemaVersions(ctx)
	switch {
	case err != nil:
		reasons = append(reasons, "The database does not answer.")
	case is < want:
		reasons = append(reasons, fmt.Sprintf("The database is at version %d of %d: migrations are pending. Run signalbox migrate, or start the server again.", is, want))
	case is > want:
		reasons = append(reasons, fmt.Sprintf("The database is at version %d and this program knows versions up to %d. Start a newer Signalbox.", is, want))
	default:
		reasons = append(reasons, unwritable(r.writes.result(ctx, now, r.store.CheckWrite))...)
	}
	return reasons
}

// unwritable says why the database takes no writes, if it is so.
func unwritable(err error) []string {
	var known *desk.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return []string{known.Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return []string{fmt.Sprintf("The database took no write within %s.", readyTimeout)}
	}
	return []string{fmt.Sprintf("The database takes no writes: %v.", err)}
}

// healthy says that the process answers at all; what it needs is for readiness to say.
func healthy(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"healthy": true})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have left
}
