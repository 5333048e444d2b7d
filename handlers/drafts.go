package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// draftRevision is the draft that a form was made from, 0 for none.
func draftRevision(r *http.Request) int64 {
	rev, err := strconv.ParseInt(r.PostFormValue("draft"), 10, 64)
	if err != nil {
		return 0
	}
	return rev
}

func (h *Handlers) draftKey(r *http.Request, t *desk.Ticket) store.DraftKey {
	return store.DraftKey{Team: t.TeamID, User: h.member(r).ID, Ticket: t.ID}
}

// saveDraft keeps what is typed. It answers with the draft that is kept: 409 says that it is another one.
func (h *Handlers) saveDraft(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	macro, err := formID(r, "macro")
	if err != nil {
		return err
	}
	typed := store.ReplyDraft{
		Body: r.PostFormValue("body"), Private: r.PostFormValue("private") == "on", Macro: macro, Rev: draftRevision(r),
	}

	kept, err := h.Store.SaveReplyDraft(r.Context(), h.draftKey(r, &t), typed)
	status := http.StatusOK
	if errors.Is(err, store.ErrDraftChanged) {
		status = http.StatusConflict
	} else if err != nil {
		return err
	}

	answer, err := json.Marshal(map[string]any{
		"rev": kept.Rev, "body": kept.Body, "private": kept.Private, "macro": idText(kept.Macro),
	})
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(answer)
	return nil
}

// leavePreview leads whoever loads the page of a preview anew, or has a link to it, to the ticket.
func (h *Handlers) leavePreview(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	web.Redirect(w, r, views.TicketInPath(t.Number, r.URL.RawQuery))
	return nil
}

// previewMessage shows what is typed as it will look. It keeps nothing.
func (h *Handlers) previewMessage(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	body := r.PostFormValue("body")
	if web.IsFragment(r) {
		return web.Render(w, r, http.StatusOK, views.Preview(body))
	}
	return h.ticketPage(w, r, http.StatusOK, t, func(pane *views.TicketPane) {
		c := &pane.Composer
		c.Body, c.Private, c.Draft = body, r.PostFormValue("private") == "on", draftRevision(r)
		c.Preview = views.PreviewHTML(body)
		if seen := r.PostFormValue("seen"); seen != "" {
			c.Seen = seen // looking at the preview is not reading what came in
		}
	})
}
