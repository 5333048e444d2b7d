package handlers

import (
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
)

// heldShown is how many kept events a page lists.
const heldShown = 200

// tripped is what a page says of a workflow that went over a limit; zero for one that did not.
func (h *Handlers) tripped(r *http.Request, row store.WorkflowRow) views.Tripped {
	return views.Tripped{
		ID: row.PublicID, Team: h.member(r).TeamID, Since: row.TrippedAt, Why: row.TrippedWhy, Held: row.Held,
	}
}

func (h *Handlers) listHeld(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	events, err := h.Store.HeldEvents(r.Context(), h.member(r).TeamID, row.PublicID, heldShown)
	if err != nil {
		return err
	}
	page := views.WorkflowHeld{Name: row.Name, Tripped: h.tripped(r, row)}
	for _, e := range events {
		page.Events = append(page.Events, views.HeldLine{Event: e.Name, Ticket: e.TicketNumber, At: e.At})
	}
	if page.Shell, err = h.versionShell(w, r, "Kept events of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowHeldPage(page))
}

func (h *Handlers) resumeWorkflow(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if _, err := h.Store.ResumeWorkflow(r.Context(), h.actor(r), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.WorkflowPath(id), "It runs again, on the kept events first.")
}

func (h *Handlers) discardHeld(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if _, err := h.Store.DiscardHeld(r.Context(), h.actor(r), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.WorkflowPath(id), "It runs again; the kept events are discarded.")
}
