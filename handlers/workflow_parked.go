package handlers

import (
	"net/http"

	"signalbox/views"
)

// parkedLines are the team's events that could not be processed, one more than are listed at most.
func (h *Handlers) parkedLines(r *http.Request) ([]views.ParkedLine, error) {
	events, err := h.Store.ParkedEvents(r.Context(), h.member(r).TeamID, views.MostParked+1)
	if err != nil {
		return nil, err
	}
	lines := make([]views.ParkedLine, len(events))
	for i, e := range events {
		lines[i] = views.ParkedLine{ID: e.PublicID, Event: e.Name, Ticket: e.TicketNumber, Why: e.Error, At: e.At}
	}
	return lines, nil
}

func (h *Handlers) retryEvent(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Store.RetryEvent(r.Context(), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.WorkflowsPath, "The event will be processed again.")
}
