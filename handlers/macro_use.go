package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// macrosOffered is how many macros the picker lists at once.
const macrosOffered = 20

// pickMacro lists the macros to use on a ticket, for the picker or as a page.
func (h *Handlers) pickMacro(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	limit := macrosOffered
	if !web.IsFragment(r) {
		limit = 2 * desk.MaxMacros
	}
	page := views.MacroPicker{Number: t.Number, Text: r.FormValue("q")}
	found, err := h.Store.Macros(r.Context(), h.member(r), page.Text, limit+1)
	if err != nil {
		return err
	}
	page.More = len(found) > limit
	if page.Macros, err = h.macroRows(r, found[:min(limit, len(found))]); err != nil {
		return err
	}
	if web.IsFragment(r) {
		return web.Render(w, r, http.StatusOK, views.MacroOptions(page))
	}
	if page.Shell, err = h.shell(w, r, "Use a macro", views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.MacroChoice(page))
}

// previewMacro says what a macro would do to a ticket. What keeps it from being used is part of the answer.
func (h *Handlers) previewMacro(w http.ResponseWriter, r *http.Request) error {
	number, err := pathNumber(r, "number")
	if err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	page, err := h.macroPreview(r, h.member(r), id, number)
	if err != nil {
		return err
	}
	if web.IsFragment(r) {
		return web.Render(w, r, http.StatusOK, views.MacroPreviewFragment(page))
	}
	if page.Shell, err = h.shell(w, r, page.Name, views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.MacroPreviewPage(page))
}

func (h *Handlers) macroPreview(r *http.Request, by desk.Member, id desk.ID, number int64) (views.MacroPreview, error) {
	tried, err := h.Store.TryMacro(r.Context(), by, id, number)
	problem := ""
	if desk.IsKind(err, desk.Invalid) {
		problem, err = err.Error(), nil
	}
	if err != nil {
		return views.MacroPreview{}, err
	}
	n, err := h.names(r)
	if err != nil {
		return views.MacroPreview{}, err
	}
	tell := teller{names: n, now: h.Now(), zone: location(n.directory.Team.Timezone)}
	page := views.MacroPreview{
		Number: number, ID: id, Name: tried.Name, Text: tried.Text, Note: tried.Private, Status: tried.Status, Problem: problem,
		Idle: problem == "" && tried.Macro.Changes() && len(tried.Changes) == 0,
	}
	for _, record := range tried.Changes {
		change, err := tell.macroChange(record)
		if err != nil {
			return views.MacroPreview{}, err
		}
		page.Changes = append(page.Changes, change)
	}
	return page, nil
}

// macroChange words a change that was not made: "Open → Pending", and of tags what comes and goes.
func (t teller) macroChange(r desk.Record) (views.MacroChange, error) {
	if r.Field == desk.FieldTags {
		return views.MacroChange{Name: "Tags", Text: tagMoves(r)}, nil
	}
	before, err := t.plain(r.Field, r.Before)
	if err != nil {
		return views.MacroChange{}, err
	}
	after, err := t.plain(r.Field, r.After)
	return views.MacroChange{Name: views.FieldTitle(r.Field), Text: before + " → " + after}, err
}

// plain words a value of a record that was never stored.
func (t teller) plain(f desk.Field, v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", f, err)
	}
	var stored any
	if err := json.Unmarshal(text, &stored); err != nil {
		return "", fmt.Errorf("read %s: %w", f, err)
	}
	if word := t.value(f, stored); word != "" {
		return word, nil
	}
	return "none", nil
}

func tagMoves(r desk.Record) string {
	before, _ := r.Before.([]string)
	after, _ := r.After.([]string)
	var moves []string
	for _, tag := range after {
		if !slices.Contains(before, tag) {
			moves = append(moves, "+ "+tag)
		}
	}
	for _, tag := range before {
		if !slices.Contains(after, tag) {
			moves = append(moves, "− "+tag)
		}
	}
	return strings.Join(moves, ", ")
}

// applyMacro makes a macro's changes of fields without a message.
func (h *Handlers) applyMacro(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	changed, err := h.Store.ApplyMacro(r.Context(), h.member(r), id, t.ID)
	if desk.IsKind(err, desk.Invalid) {
		return h.refuseChange(w, r, t, err)
	}
	if err != nil {
		return err
	}
	h.settle(r.Context(), changed)
	return h.answerTicket(w, r, t.Number)
}

// withMacro puts a macro into the composer: that of the address, that of what was sent and refused, or the draft's.
func (h *Handlers) withMacro(r *http.Request, t *desk.Ticket, c *views.Composer, drafted desk.ID) error {
	text := r.FormValue("macro")
	if text == "" && r.PostForm.Has("message_id") {
		return nil // the composer was sent without one
	}
	if text == "" {
		return h.withDrafted(r, t, c, drafted)
	}
	id, err := desk.ParseID(text)
	if desk.IsKind(err, desk.Invalid) {
		return nil // the address names none: the ticket is shown as it is
	}
	page, err := h.macroPreview(r, h.member(r), id, t.Number)
	if desk.IsKind(err, desk.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if page.Carries() {
		c.Macro = &page
	}
	if r.Method == http.MethodPost {
		return nil // what was sent is in the composer already
	}
	c.Problem = page.Problem
	if strings.TrimSpace(c.Body) == "" {
		c.Body, c.Private = page.Text, page.Note
	} else if page.Text != "" {
		c.Body += "\n\n" + page.Text
	}
	return nil
}

// withDrafted puts the macro of a draft beside its text, or says why it is no longer there.
func (h *Handlers) withDrafted(r *http.Request, t *desk.Ticket, c *views.Composer, id desk.ID) error {
	if id.IsZero() {
		return nil
	}
	page, err := h.macroPreview(r, h.member(r), id, t.Number)
	switch {
	case desk.IsKind(err, desk.NotFound):
		c.MacroGone = "The macro that went with this text is gone. Only the text will be sent."
	case err != nil:
		return err
	case page.Problem != "":
		c.MacroGone = page.Problem
	case page.Carries():
		c.Macro = &page
	}
	return nil
}

// outcome says what a reply that waits does beside, as its writer's macro would now.
func (h *Handlers) outcome(r *http.Request, t *desk.Ticket, reply *desk.HeldReply) (string, error) {
	var with views.MacroPreview
	if !reply.Macro.IsZero() {
		writer, err := h.Store.Member(r.Context(), t.TeamID, reply.UserID)
		if err == nil {
			with, err = h.macroPreview(r, writer, reply.Macro, t.Number)
		}
		if err != nil && !desk.IsKind(err, desk.NotFound) {
			return "", err
		}
	}
	return views.Outcome(reply.Then, with), nil
}
