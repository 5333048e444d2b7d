package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow"
)

func (h *Handlers) compareVersions(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	live := views.DraftKey
	if row.Version > 0 {
		live = strconv.Itoa(row.Version)
	}
	fromKey, from, err := h.saidBy(r, row, r.FormValue("from"), live)
	if err != nil {
		return err
	}
	toKey, to, err := h.saidBy(r, row, r.FormValue("to"), views.DraftKey)
	if err != nil {
		return err
	}
	team := h.member(r).TeamID
	directory, err := h.Store.Directory(r.Context(), team)
	if err != nil {
		return err
	}
	versions, err := h.Store.Versions(r.Context(), team, row.PublicID, 0, versionsPerPage)
	if err != nil {
		return err
	}

	differences := workflow.Compare(from, to)
	page := views.WorkflowCompare{
		ID: row.PublicID, Name: row.Name, From: fromKey, To: toKey, Choices: withChoices(versionChoices(versions), fromKey, toKey),
		Groups:  views.Differences(differences, directory),
		Drawing: views.Drawing{Definition: to, Directory: directory, Marks: views.DifferenceMarks(differences)},
	}
	if page.Shell, err = h.versionShell(w, r, "Compare versions of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowComparePage(page))
}

// saidBy returns what the draft or a version says, and how it is called; key is views.DraftKey, a number or blank.
func (h *Handlers) saidBy(r *http.Request, row store.WorkflowRow, key, otherwise string) (string, workflow.Definition, error) {
	if key == "" {
		key = otherwise
	}
	if key == views.DraftKey {
		return key, row.Draft, nil
	}
	n, err := versionNumber(key)
	if err != nil {
		return "", workflow.Definition{}, err
	}
	d, err := h.Store.WorkflowVersion(r.Context(), h.member(r).TeamID, row.PublicID, n)
	return strconv.Itoa(n), d, err
}

// withChoices adds versions that are too old to be listed.
func withChoices(choices []ui.Option, keys ...string) []ui.Option {
	for _, key := range keys {
		if !slices.ContainsFunc(choices, func(o ui.Option) bool { return o.Value == key }) {
			choices = append(choices, ui.Option{Value: key, Text: "Version " + key})
		}
	}
	return choices
}
