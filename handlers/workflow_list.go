package handlers

import (
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
)

func (h *Handlers) listWorkflows(w http.ResponseWriter, r *http.Request) error {
	rows, err := h.Store.Workflows(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	shell, err := h.workflowShell(w, r, "Workflows")
	if err != nil {
		return err
	}

	page := views.WorkflowsPage{Shell: shell}
	if page.Parked, err = h.parkedLines(r); err != nil {
		return err
	}
	if page.Gallery, err = h.gallery(r, rows); err != nil {
		return err
	}
	for i, row := range rows {
		line := workflowLine(row)
		line.First, line.Last = i == 0, i == len(rows)-1
		page.Workflows = append(page.Workflows, line)
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowsList(page))
}

// workflowShell adds what the pages of workflows load beside the rest.
func (h *Handlers) workflowShell(w http.ResponseWriter, r *http.Request, title string) (views.AppShell, error) {
	shell, err := h.shell(w, r, title, views.SectionWorkflows)
	shell.Styles = append(shell.Styles, "builder.css")
	shell.Scripts = append(shell.Scripts, "builder.js")
	return shell, err
}

func workflowLine(row store.WorkflowRow) views.WorkflowLine {
	return views.WorkflowLine{
		ID: row.PublicID, Name: row.Name, Trigger: row.Draft.Trigger, Version: row.Version,
		Enabled: row.Enabled, Differs: row.DraftDiffers, LastRunAt: row.LastRunAt, Completed: row.Completed, Failed: row.Failed,
		Paused: !row.TrippedAt.IsZero(), Muted: row.Shadow, Unreadable: row.Unreadable,
	}
}

func (h *Handlers) newWorkflow(w http.ResponseWriter, r *http.Request) error {
	return h.askForName(w, r, http.StatusOK, views.NewWorkflow{})
}

func (h *Handlers) askForName(w http.ResponseWriter, r *http.Request, status int, page views.NewWorkflow) error {
	rows, err := h.Store.Workflows(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	if page.Gallery, err = h.gallery(r, rows); err != nil {
		return err
	}
	if page.Shell, err = h.workflowShell(w, r, "New workflow"); err != nil {
		return err
	}
	return web.Render(w, r, status, views.NewWorkflowForm(page))
}

func (h *Handlers) createWorkflow(w http.ResponseWriter, r *http.Request) error {
	name := r.PostFormValue("name")
	row, err := h.Store.CreateWorkflow(r.Context(), h.actor(r), h.member(r).TeamID, workflow.Definition{Name: name})
	if status, message := web.Explain(err); err != nil && status < http.StatusInternalServerError {
		return h.askForName(w, r, status, views.NewWorkflow{Name: name, Problem: message})
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, views.StepPath(row.PublicID, views.TriggerStep))
	return nil
}

// redirectWith says a sentence on the next page.
func (h *Handlers) redirectWith(w http.ResponseWriter, r *http.Request, path, sentence string) error {
	if err := h.Sessions.AddFlash(w, r, sentence); err != nil {
		return err
	}
	web.Redirect(w, r, path)
	return nil
}
