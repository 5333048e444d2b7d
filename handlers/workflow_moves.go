package handlers

import (
	"context"
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// said tells what an order did to a step.
func (o order) said(d workflow.Definition, s workflow.Step) string {
	if o.list != 0 {
		return ""
	}
	name := views.StepTitle(s)
	switch o.verb {
	case orderUp, orderDown, orderLeft, orderRight, orderMove:
		return "“" + name + "” is now " + views.PlaceWords(d, s.ID) + "."
	case orderCopy:
		return "“" + name + "” is duplicated."
	case orderDisable:
		return "“" + name + "” is disabled."
	case orderEnable:
		return "“" + name + "” is enabled."
	case orderDelete:
		return "“" + name + "” is deleted."
	}
	return ""
}

func (h *Handlers) undoDraft(w http.ResponseWriter, r *http.Request) error {
	return h.stepDraft(w, r, h.Store.UndoDraft, "The last change is undone.")
}

func (h *Handlers) redoDraft(w http.ResponseWriter, r *http.Request) error {
	return h.stepDraft(w, r, h.Store.RedoDraft, "The change is made again.")
}

type draftStep func(ctx context.Context, by desk.Actor, team int64, w store.Revision) (store.WorkflowRow, error)

// stepDraft goes one draft back or on.
func (h *Handlers) stepDraft(w http.ResponseWriter, r *http.Request, step draftStep, said string) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	saved, err := step(r.Context(), h.actor(r), h.member(r).TeamID, formRevision(r, row))
	if err != nil {
		return h.refuseEdit(w, r, err, shownPanel(r, row.Draft))
	}
	panel := shownPanel(r, saved.Draft)
	panel.Form = saved.DraftRev
	if !web.IsFragment(r) {
		web.Redirect(w, r, views.PanelPath(saved.PublicID, panel))
		return nil
	}
	return h.drawBuilder(w, r, drawing{status: http.StatusOK, row: saved, panel: panel, said: said})
}
