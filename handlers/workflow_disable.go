package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// askDisable asks what becomes of the runs that wait.
func (h *Handlers) askDisable(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	page := views.WorkflowDisable{
		ID: row.PublicID, Name: row.Name, Back: web.LocalPath(r.FormValue("back"), views.WorkflowPath(row.PublicID)),
	}
	if page.Waiting, err = h.waitingLines(r, row.PublicID); err != nil {
		return err
	}
	if page.Shell, err = h.versionShell(w, r, "Switch off "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowDisablePage(page))
}

// disableWorkflow switches a workflow off; where runs wait and nobody said what becomes of them, it asks first.
func (h *Handlers) disableWorkflow(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	team, back := h.member(r).TeamID, web.LocalPath(r.PostFormValue("back"), views.WorkflowsPath)
	disable := h.Store.DisableWorkflow
	switch answer := r.PostFormValue("waiting"); answer {
	case views.WaitsFinish:
	case views.WaitsEnd:
		disable = h.Store.EndWorkflow
	case "":
		waiting, err := h.Store.WaitingRuns(r.Context(), team, id)
		if err != nil {
			return err
		}
		if len(waiting) > 0 {
			web.Redirect(w, r, views.DisablePath(id, back))
			return nil
		}
	default:
		return desk.FieldErrorf("waiting", "%.40q is no answer. Let the waiting runs finish, or end them.", answer)
	}
	if err := disable(r.Context(), h.actor(r), team, id); err != nil {
		return err
	}
	web.Redirect(w, r, back)
	return nil
}
