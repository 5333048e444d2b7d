package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// macroForm is a macro as its form shows it.
func macroForm(m *store.Macro) views.MacroForm {
	u := &m.Update
	f := views.MacroForm{
		ID: m.PublicID, Name: m.Name, Shortcut: m.Shortcut, Body: m.Body, Note: m.Private, Shared: m.OwnerID == 0,
		Status: u.Status, Priority: u.Priority, Tags: strings.Join(u.Tags, ", "), TagsMode: string(u.TagsMode),
		SLAAmount: views.ValueText(u.SLAAmount), SLAUnit: u.SLAUnit,
	}
	if u.Assignee != nil {
		f.Assignee = assigneeKey(desk.Assignee{Kind: u.Assignee.Kind, ID: u.Assignee.ID})
		if f.Assignee == "" {
			f.Assignee = views.MacroNobody
		}
	}
	return f
}

// typedMacro is the form as it was sent.
func typedMacro(form url.Values) views.MacroForm {
	return views.MacroForm{
		Name: form.Get("name"), Shortcut: form.Get("shortcut"), Body: form.Get("body"),
		Note: form.Get("private") == "on", Shared: form.Get("shared") == "on",
		Status: form.Get("status"), Priority: form.Get("priority"), Assignee: form.Get("assignee"),
		Tags: form.Get("tags"), TagsMode: form.Get("tags_mode"), SLAAmount: form.Get("sla_amount"), SLAUnit: form.Get("sla_unit"),
	}
}

// readMacro reads the form as a macro; by is who it belongs to unless it is shared.
func readMacro(f *views.MacroForm, by desk.Member) (store.Macro, error) {
	m := store.Macro{PublicID: f.ID, OwnerID: by.ID, Shortcut: f.Shortcut, Macro: workflow.Macro{
		Name: f.Name, Body: f.Body, Private: f.Note,
		Update: workflow.UpdateTicketStep{Status: f.Status, Priority: f.Priority, Tags: splitTags(f.Tags), TagsMode: desk.TagsMode(f.TagsMode)},
	}}
	if f.Shared {
		m.OwnerID = 0
	}
	if amount := strings.TrimSpace(f.SLAAmount); amount != "" {
		m.Update.SLAAmount, m.Update.SLAUnit = amount, f.SLAUnit
	}
	switch f.Assignee {
	case "":
	case views.MacroNobody:
		m.Update.Assignee = &workflow.Target{}
	default:
		to, err := parseAssignee(f.Assignee)
		if err != nil {
			return store.Macro{}, err
		}
		m.Update.Assignee = &workflow.Target{Kind: to.Kind, ID: to.ID}
	}
	return m, nil
}

func splitTags(text string) []string {
	var tags []string
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// saveMacro keeps a new macro, or changes the one of the address.
func (h *Handlers) saveMacro(w http.ResponseWriter, r *http.Request) error {
	form, by := typedMacro(r.PostForm), h.member(r)
	if chi.URLParam(r, "id") != "" {
		var err error
		if form.ID, err = pathID(r); err != nil {
			return err
		}
	}
	m, err := readMacro(&form, by)
	if err == nil {
		_, err = h.Store.SaveMacro(r.Context(), by, m)
	}
	if err == nil {
		return h.redirectWith(w, r, views.MacrosPath, "The macro is saved.")
	}
	status, message := web.Explain(err)
	if status >= http.StatusInternalServerError || desk.IsKind(err, desk.NotFound) {
		return err
	}
	form.Problem = message
	if refusal := (*desk.Error)(nil); errors.As(err, &refusal) {
		form.Field = refusal.Field
	}
	return h.drawMacro(w, r, status, form)
}
