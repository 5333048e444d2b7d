package handlers

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const versionsPerPage = 50

// versionShell adds what the pages of versions load beside the rest.
func (h *Handlers) versionShell(w http.ResponseWriter, r *http.Request, title string) (views.AppShell, error) {
	shell, err := h.workflowShell(w, r, title)
	shell.Styles = append(shell.Styles, "versions.css")
	return shell, err
}

func (h *Handlers) listVersions(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	before := 0
	if text := r.FormValue("before"); text != "" {
		if before, err = versionNumber(text); err != nil {
			return err
		}
	}
	versions, err := h.Store.Versions(r.Context(), h.member(r).TeamID, row.PublicID, before, versionsPerPage+1)
	if err != nil {
		return err
	}

	page := views.WorkflowVersions{ID: row.PublicID, Name: row.Name, Differs: row.DraftDiffers, Newest: before == 0}
	if len(versions) > versionsPerPage {
		versions = versions[:versionsPerPage]
		page.Older = views.OlderVersionsPath(row.PublicID, versions[versionsPerPage-1].Number)
	}
	for _, v := range versions {
		page.Versions = append(page.Versions, versionLine(row, v))
	}
	if page.Shell, err = h.versionShell(w, r, "Versions of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowVersionsPage(page))
}

func versionLine(row store.WorkflowRow, v store.Version) views.VersionLine {
	return views.VersionLine{
		Number: v.Number, By: v.By, At: v.At, Override: v.Override,
		Live: v.Number == row.Version, Muted: v.Number == row.Shadow, Enabled: row.Enabled,
	}
}

func versionNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, desk.Errorf(desk.NotFound, "There is no such version of this workflow.")
	}
	return n, nil
}

func (h *Handlers) showVersion(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	team := h.member(r).TeamID
	n, err := versionNumber(chi.URLParam(r, "version"))
	if err != nil {
		return err
	}
	version, d, err := h.Store.Version(r.Context(), team, row.PublicID, n)
	if err != nil {
		return err
	}
	directory, err := h.Store.Directory(r.Context(), team)
	if err != nil {
		return err
	}
	zone := location(directory.Team.Timezone)
	page := views.WorkflowVersion{
		ID: row.PublicID, Name: row.Name, Rev: row.DraftRev, Version: versionLine(row, version),
		Drawing: views.Drawing{Definition: d, Directory: directory},
		Since:   version.At.In(zone).Format(formTime), Zone: zone.String(),
	}
	if since := r.FormValue("since"); since != "" {
		page.Since = since
	}
	if page.Shell, err = h.versionShell(w, r, "Version "+strconv.Itoa(n)+" of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowVersionPage(page))
}

func (h *Handlers) restoreVersion(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	n, err := versionNumber(chi.URLParam(r, "version"))
	if err != nil {
		return err
	}
	d, err := h.Store.WorkflowVersion(r.Context(), h.member(r).TeamID, row.PublicID, n)
	if err != nil {
		return err
	}
	return h.saveEdit(w, r, row, edit{draft: d, panel: views.WorkflowPanel{Form: row.DraftRev + 1}})
}

// formTime is how browsers send a time that was picked: to the minute, in no zone.
const formTime = "2006-01-02T15:04"

// undoneAtOnce is how many runs one click undoes.
const undoneAtOnce = 200

func (h *Handlers) undoVersion(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	n, err := versionNumber(chi.URLParam(r, "version"))
	if err != nil {
		return err
	}
	directory, err := h.Store.Directory(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	since, err := time.ParseInLocation(formTime, r.PostFormValue("since"), location(directory.Team.Timezone))
	if err != nil {
		return desk.FieldErrorf("since", "%.40q is no time. Pick a day and a time of day.", r.PostFormValue("since"))
	}

	runs := store.VersionRuns{Workflow: row.PublicID, Version: n, Since: since}
	undone, err := h.Store.UndoVersion(r.Context(), h.actor(r), h.member(r).TeamID, runs, undoneAtOnce)
	if err != nil {
		return err
	}
	return h.redirectWith(w, r, views.UndoSincePath(row.PublicID, n, r.PostFormValue("since")), views.UndoneRuns(undone).Words())
}

// versionChoices are what can be compared: the draft and the newest versions.
func versionChoices(versions []store.Version) []ui.Option {
	choices := []ui.Option{{Value: views.DraftKey, Text: "Draft"}}
	for _, v := range versions {
		n := strconv.Itoa(v.Number)
		choices = append(choices, ui.Option{Value: n, Text: "Version " + n})
	}
	return choices
}
