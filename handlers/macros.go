package handlers

import (
	"net/http"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// listMacros shows all that the member may use.
func (h *Handlers) listMacros(w http.ResponseWriter, r *http.Request) error {
	page := views.MacrosPage{Text: r.FormValue("q")}
	found, err := h.Store.Macros(r.Context(), h.member(r), page.Text, 2*desk.MaxMacros)
	if err != nil {
		return err
	}
	if page.Macros, err = h.macroRows(r, found); err != nil {
		return err
	}
	if page.Shell, err = h.shell(w, r, "Macros", views.SectionMacros); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Macros(page))
}

func (h *Handlers) macroRows(r *http.Request, macros []store.Macro) ([]views.MacroRow, error) {
	n, err := h.names(r)
	if err != nil {
		return nil, err
	}
	rows := make([]views.MacroRow, len(macros))
	for i := range macros {
		m := &macros[i]
		start, _, _ := strings.Cut(strings.TrimSpace(m.Body), "\n")
		rows[i] = views.MacroRow{
			ID: m.PublicID, Name: m.Name, Shortcut: m.Shortcut, Start: desk.Cut(start, 200), Shared: m.OwnerID == 0, Note: m.Private,
			Editable: h.member(r).CheckMacroOwner(m.OwnerID) == nil, Changes: macroWishes(&m.Update, n),
		}
	}
	return rows, nil
}

// macroWishes words what a macro sets, whatever the ticket.
func macroWishes(u *workflow.UpdateTicketStep, n names) []string {
	var out []string
	if u.Status != "" {
		out = append(out, "Status → "+views.Titled(u.Status))
	}
	if u.Priority != "" {
		out = append(out, "Priority → "+views.Titled(u.Priority))
	}
	if u.Assignee != nil {
		to := n.assignee(desk.Assignee{Kind: u.Assignee.Kind, ID: u.Assignee.ID})
		if to == "" {
			to = "nobody"
		}
		out = append(out, "Assignee → "+to)
	}
	if len(u.Tags) > 0 {
		verb := map[desk.TagsMode]string{desk.ReplaceTags: "", desk.AddTags: "+ ", desk.RemoveTags: "− "}[u.TagsMode]
		out = append(out, "Tags: "+verb+strings.Join(u.Tags, ", "))
	}
	if amount := views.ValueText(u.SLAAmount); amount != "" {
		out = append(out, "SLA → "+strings.TrimSpace(amount+" "+u.SLAUnit))
	}
	return out
}

func (h *Handlers) newMacro(w http.ResponseWriter, r *http.Request) error {
	return h.drawMacro(w, r, http.StatusOK, views.MacroForm{TagsMode: string(desk.AddTags), SLAUnit: "hour"})
}

func (h *Handlers) showMacro(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	m, err := h.Store.Macro(r.Context(), h.member(r), id)
	if err != nil {
		return err
	}
	form := macroForm(&m)
	form.Fixed = h.member(r).CheckMacroOwner(m.OwnerID) != nil
	return h.drawMacro(w, r, http.StatusOK, form)
}

func (h *Handlers) drawMacro(w http.ResponseWriter, r *http.Request, status int, page views.MacroForm) error {
	n, err := h.names(r)
	if err != nil {
		return err
	}
	page.Assignees, page.Variables, page.Admin = n.choices(), views.MacroVariables(), h.member(r).Can(desk.ManageTeam)
	title := page.Name
	if title == "" {
		title = "New macro"
	}
	if page.Shell, err = h.shell(w, r, title, views.SectionMacros); err != nil {
		return err
	}
	return web.Render(w, r, status, views.MacroEditor(page))
}

// duplicateMacro makes a copy of the member's own, and shows it.
func (h *Handlers) duplicateMacro(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	m, err := h.Store.Macro(r.Context(), h.member(r), id)
	if err != nil {
		return err
	}
	m.PublicID, m.OwnerID, m.Shortcut = desk.ID{}, h.member(r).ID, ""
	m.Name = desk.Cut(m.Name, desk.MaxMacroName-len(" (copy)")) + " (copy)"
	copied, err := h.Store.SaveMacro(r.Context(), h.member(r), m)
	if err != nil {
		return err
	}
	return h.redirectWith(w, r, views.MacroPath(copied), "The macro is duplicated. This copy is yours.")
}

func (h *Handlers) deleteMacro(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Store.DeleteMacro(r.Context(), h.member(r), id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.MacrosPath, "The macro is deleted.")
}
