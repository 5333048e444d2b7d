package handlers

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/gallery"
)

// gallery is the templates that a search finds, and which of them the team has already.
func (h *Handlers) gallery(r *http.Request, rows []store.WorkflowRow) (views.Gallery, error) {
	query := r.URL.Query().Get("q")
	templates, err := gallery.Search(query)
	if err != nil {
		return views.Gallery{}, err
	}
	g := views.Gallery{TeamID: h.member(r).TeamID, Query: query, Address: r.URL.Path}
	for _, t := range templates {
		g.Cards = append(g.Cards, templateCard(t, rows))
	}
	return g, nil
}

func templateCard(t gallery.Template, rows []store.WorkflowRow) views.TemplateCard {
	taken := slices.ContainsFunc(rows, func(row store.WorkflowRow) bool { return row.Name == t.Definition.Name })
	return views.TemplateCard{
		Slug: t.Slug, Name: t.Definition.Name, Summary: t.Summary, Trigger: t.Definition.Trigger, Roles: t.Roles, Taken: taken,
	}
}

// previewTemplate shows a template as a drawing, before anything is made.
func (h *Handlers) previewTemplate(w http.ResponseWriter, r *http.Request) error {
	template, err := gallery.Find(chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	rows, err := h.Store.Workflows(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	shell, err := h.workflowShell(w, r, template.Definition.Name)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.TemplatePreview(views.TemplatePage{
		Shell: shell, Card: templateCard(template, rows),
		Drawing: views.Drawing{Definition: template.Definition, Directory: &workflow.Directory{}},
	}))
}

// installTemplate makes the roles that a template needs, then the workflow, and switches it on.
func (h *Handlers) installTemplate(w http.ResponseWriter, r *http.Request) error {
	template, err := gallery.Find(chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	row, err := h.Store.InstallWorkflow(r.Context(), h.actor(r), h.member(r).TeamID, template.Definition)
	if err != nil {
		return err
	}
	return h.redirectWith(w, r, views.WorkflowPath(row.PublicID), "Installed and switched on.")
}
