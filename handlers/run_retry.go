package handlers

import (
	"net/http"

	"signalbox/views"
)

// retryRun starts a failed run anew, on the same event.
func (h *Handlers) retryRun(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Store.RetryRun(r.Context(), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.RunPath(id), "It is started again: a new run appears in the log.")
}
