package handlers

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func (h *Handlers) showImport(w http.ResponseWriter, r *http.Request) error {
	return h.askForFile(w, r, http.StatusOK, views.WorkflowImport{})
}

func (h *Handlers) askForFile(w http.ResponseWriter, r *http.Request, status int, page views.WorkflowImport) error {
	var err error
	if page.Shell, err = h.workflowShell(w, r, "Import a workflow"); err != nil {
		return err
	}
	return web.Render(w, r, status, views.WorkflowImportForm(page))
}

// importWorkflow makes a draft of a file. Who of another program is unknown here is asked for, with what was sent kept.
func (h *Handlers) importWorkflow(w http.ResponseWriter, r *http.Request) error {
	text, err := sentFile(r)
	if err != nil {
		return err
	}
	page := views.WorkflowImport{Text: text, Name: r.PostFormValue("name")}
	d, err := workflow.ParseFile([]byte(text), mappingOf(r))
	var strange *workflow.UnmappedError
	if errors.As(err, &strange) {
		if page.Strange, err = h.strangers(r, strange); err != nil {
			return err
		}
		return h.askForFile(w, r, http.StatusUnprocessableEntity, page)
	}
	if err == nil {
		if page.Name != "" {
			d.Name = page.Name
		}
		var row store.WorkflowRow
		if row, err = h.Store.CreateWorkflow(r.Context(), h.actor(r), h.member(r).TeamID, d); err == nil {
			return h.redirectWith(w, r, views.WorkflowPath(row.PublicID), "Imported as a draft.")
		}
	}

	status, message := web.Explain(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	page.Problem = message
	if desk.IsKind(err, desk.Conflict) {
		page.AsksName, page.Name = true, d.Name
	}
	return h.askForFile(w, r, status, page)
}

// sentFile is the uploaded file, or else the text of the form.
func sentFile(r *http.Request) (string, error) {
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return r.PostFormValue("text"), nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		return "", fmt.Errorf("read uploaded workflow: %w", err)
	}
	if len(data) == 0 { // what browsers send for no file
		return r.PostFormValue("text"), nil
	}
	return string(data), nil
}

const (
	strangeRole = "role."
	strangeUser = "user."
)

// mappingOf is who the form says the strangers are.
func mappingOf(r *http.Request) workflow.Mapping {
	m := workflow.Mapping{Roles: map[string]string{}, Users: map[string]string{}}
	for name := range r.Form {
		value := r.FormValue(name)
		if id, ok := strings.CutPrefix(name, strangeRole); ok && value != "" {
			m.Roles[id] = value
		}
		if id, ok := strings.CutPrefix(name, strangeUser); ok && value != "" {
			m.Users[id] = value
		}
	}
	return m
}

// strangers asks for all that the file names, with the answers that were given already.
func (h *Handlers) strangers(r *http.Request, unknown *workflow.UnmappedError) ([]views.StrangeTarget, error) {
	directory, err := h.Store.Directory(r.Context(), h.member(r).TeamID)
	if err != nil {
		return nil, err
	}
	var roles, users []ui.Option
	for _, role := range directory.RoleList() {
		roles = append(roles, ui.Option{Value: role.Name, Text: role.Name})
	}
	for _, u := range directory.UserList() {
		users = append(users, ui.Option{Value: u.Email, Text: u.Name})
	}
	given := mappingOf(r)
	var out []views.StrangeTarget
	add := func(field, label, value string, choices []ui.Option) {
		out = append(out, views.StrangeTarget{Field: field, Label: label, Value: value, Choices: choices})
	}
	for _, id := range slices.Sorted(maps.Keys(given.Roles)) {
		add(strangeRole+id, "Role "+id, given.Roles[id], roles)
	}
	for _, id := range slices.Sorted(maps.Keys(given.Users)) {
		add(strangeUser+id, "User "+id, given.Users[id], users)
	}
	for _, id := range unknown.Roles {
		add(strangeRole+id, "Role "+id, "", roles)
	}
	for _, id := range unknown.Users {
		add(strangeUser+id, "User "+id, "", users)
	}
	return out, nil
}

// exportWorkflow gives the draft as a file. PostHog knows roles and users by numbers of its own, which the address may
// give as it does in an import: ?role.<uuid>=Support.
func (h *Handlers) exportWorkflow(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	var data []byte
	kind, ending := "application/json", "json"
	switch format := r.FormValue("format"); format {
	case "", "json":
		data = workflow.Format(row.Draft)
	case "yaml":
		data, kind, ending = workflow.FormatYAML(row.Draft), "application/yaml", "yaml"
	case "posthog":
		if data, err = workflow.ExportPostHog(row.Draft, mappingOf(r)); err != nil {
			return err
		}
	default:
		return desk.FieldErrorf("format", "There is no format %.20q. Use json, yaml or posthog.", format)
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=\"workflow-%s.%s\"", row.PublicID, ending))
	_, err = w.Write(data)
	return err
}
