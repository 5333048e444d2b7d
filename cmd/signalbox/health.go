package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"signalbox/store"
)

// readyTimeout is how long the database may take to answer.
const readyTimeout = 2 * time.Second

// readiness says whether a load balancer should send requests here.
type readiness struct {
	store   *store.Store
	leaving atomic.Bool
}

// leave makes the answer no from now on, while requests in flight are finished.
func (r *readiness) leave() { r.leaving.Store(true) }

// ServeHTTP answers 200, or 503 with the reasons.
func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), readyTimeout)
	defer cancel()

	reasons := []string{}
	if r.leaving.Load() {
		reasons = append(reasons, "The server is stopping.")
	}
	if err := r.store.Ping(ctx); err != nil {
		reasons = append(reasons, "The database does not answer.")
	}
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	answer(w, status, map[string]any{"ready": len(reasons) == 0, "reasons": reasons})
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
