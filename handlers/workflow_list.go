package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
	"signalbox/workflow/gallery"
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
	if page.Templates, err = templateCards(rows); err != nil {
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
	}
}

func templateCards(rows []store.WorkflowRow) ([]views.TemplateCard, error) {
	templates, err := gallery.All()
	if err != nil {
		return nil, err
	}
	var cards []views.TemplateCard
	for _, t := range templates {
		taken := slices.ContainsFunc(rows, func(row store.WorkflowRow) bool { return row.Name == t.Definition.Name })
		cards = append(cards, views.TemplateCard{
			Slug: t.Slug, Name: t.Definition.Name, Summary: t.Summary, Trigger: t.Definition.Trigger, Roles: t.Roles, Taken: taken,
		})
	}
	return cards, nil
}

func (h *Handlers) newWorkflow(w http.ResponseWriter, r *http.Request) error {
	return h.askForName(w, r, http.StatusOK, views.NewWorkflow{})
}

func (h *Handlers) askForName(w http.ResponseWriter, r *http.Request, status int, page views.NewWorkflow) error {
	rows, err := h.Store.Workflows(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	if page.Templates, err = templateCards(rows); err != nil {
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

// installTemplate makes the roles that a template needs, then the workflow, and switches it on.
func (h *Handlers) installTemplate(w http.ResponseWriter, r *http.Request) error {
	template, err := gallery.Find(chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	team, by := h.member(r).TeamID, h.actor(r)
	if err := h.addMissingRoles(r.Context(), team, template.Roles); err != nil {
		return err
	}
	row, err := h.Store.CreateWorkflow(r.Context(), by, team, template.Definition)
	if err != nil {
		return err
	}
	row, err = h.Store.Publish(r.Context(), by, team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	if err != nil {
		return err
	}
	return h.redirectWith(w, r, views.WorkflowPath(row.PublicID), "Installed and switched on.")
}

func (h *Handlers) addMissingRoles(ctx context.Context, team int64, names []string) error {
	roles, err := h.Store.Roles(ctx, team)
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.ContainsFunc(roles, func(role desk.Role) bool { return strings.EqualFold(role.Name, name) }) {
			continue
		}
		// Somebody may have made it since we looked.
		if _, err := h.Store.AddRole(ctx, team, name); err != nil && !desk.IsKind(err, desk.Conflict) {
			return err
		}
	}
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
