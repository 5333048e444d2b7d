package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/workflow/desk"
)

func (h *Handlers) discardDraft(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	if row.Published == nil {
		return desk.Errorf(desk.Conflict, "This workflow was never published, so there is nothing to go back to.")
	}
	return h.saveEdit(w, r, row, edit{draft: *row.Published, panel: views.WorkflowPanel{Form: row.DraftRev + 1}})
}

func (h *Handlers) publishWorkflow(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	panel := views.WorkflowPanel{Step: r.PostFormValue("step")}
	published, err := h.Store.Publish(r.Context(), h.actor(r), h.member(r).TeamID, formRevision(r, row))
	if err != nil {
		return h.refuseEdit(w, r, err, panel)
	}
	return h.redirectWith(w, r, views.PanelPath(published.PublicID, panel), "Published and switched on.")
}
