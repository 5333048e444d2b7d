package handlers

import (
	"context"
	"net/http"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) enableWorkflow(w http.ResponseWriter, r *http.Request) error {
	return h.onWorkflow(w, r, func(ctx context.Context, team int64, id desk.ID) error {
		return h.Store.EnableWorkflow(ctx, h.actor(r), team, id)
	})
}

func (h *Handlers) moveWorkflowUp(w http.ResponseWriter, r *http.Request) error {
	return h.onWorkflow(w, r, h.Store.MoveWorkflowUp)
}

func (h *Handlers) moveWorkflowDown(w http.ResponseWriter, r *http.Request) error {
	return h.onWorkflow(w, r, h.Store.MoveWorkflowDown)
}

func (h *Handlers) deleteWorkflow(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Store.DeleteWorkflow(r.Context(), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.WorkflowsPath, "The workflow is deleted.")
}

// onWorkflow does something to a workflow and goes back to the page that asked for it.
func (h *Handlers) onWorkflow(w http.ResponseWriter, r *http.Request, do func(context.Context, int64, desk.ID) error) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := do(r.Context(), h.member(r).TeamID, id); err != nil {
		return err
	}
	web.Redirect(w, r, web.LocalPath(r.PostFormValue("back"), views.WorkflowsPath))
	return nil
}
