package handlers

import (
	"errors"
	"math"
	"net/http"
	"slices"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// fillComposer shows what its member is typing, and what waits to be sent.
func (h *Handlers) fillComposer(r *http.Request, pane *views.TicketPane, t *desk.Ticket, tell teller) error {
	draft, err := h.Store.ReplyDraft(r.Context(), h.draftKey(r, t))
	if err != nil {
		return err
	}
	replies, err := h.Store.Replies(r.Context(), t.TeamID, t.ID)
	if err != nil {
		return err
	}
	c, by := &pane.Composer, h.actor(r)
	c.MessageID, c.Member, c.Body, c.Private, c.Draft = h.Store.NewID(), by.ID, draft.Body, draft.Private, draft.Rev
	files, err := h.heldFiles(r, t.TeamID, replies)
	if err != nil {
		return err
	}
	for i := range replies {
		held := tell.held(&replies[i], by, c.Seen)
		held.Files = views.FilesOf(files[replies[i].ID])
		if held.Then, err = h.outcome(r, t, &replies[i]); err != nil {
			return err
		}
		pane.Held = append(pane.Held, held)
	}
	return h.withMacro(r, t, c, draft.Macro)
}

// heldFiles are the files that go with replies, by the ids of their messages to be.
func (h *Handlers) heldFiles(r *http.Request, team int64, replies []desk.HeldReply) (map[desk.ID][]desk.File, error) {
	messages := make([]desk.Message, len(replies))
	for i := range replies {
		messages[i].PublicID = replies[i].ID
	}
	return h.Store.MessageFiles(r.Context(), team, messages)
}

// lastOfOthers is the newest message that the member did not write, "" for none.
func (p *passage) lastOfOthers(user int64) string {
	for _, m := range slices.Backward(p.messages) {
		if m.Author != desk.ByAgent || m.AuthorID != user {
			return m.PublicID.String()
		}
	}
	return ""
}

// held words a reply that waits for whoever looks at it.
func (t teller) held(reply *desk.HeldReply, by desk.Actor, seen string) views.Held {
	return views.Held{
		ID: reply.ID.String(), By: reply.UserName, Mine: reply.UserID == by.ID, Private: reply.Private, Body: reply.Body,
		Drawn: t.drawn.Markdown(reply.Body), State: reply.State, Why: reply.Why, At: views.Clock(reply.ReleaseAt, t.now, t.zone),
		Left: max(int(math.Ceil(reply.ReleaseAt.Sub(t.now).Seconds())), 0), Scheduled: reply.Scheduled(),
		Seen: seen, CanTake: reply.CheckTake(by) == nil, CanSend: reply.CheckSend(by) == nil,
	}
}

// takeBackReply keeps a reply from being sent and puts its text back into the composer.
func (h *Handlers) takeBackReply(w http.ResponseWriter, r *http.Request) error {
	return h.actOnReply(r, func(t desk.Ticket, key store.ReplyKey) error {
		if err := h.Store.TakeBackReply(r.Context(), h.actor(r), key); err != nil {
			return h.refuseReply(w, r, t, err)
		}
		if !web.IsFragment(r) {
			return h.answerTicket(w, r, t.Number)
		}
		return h.ticketPage(w, r, http.StatusOK, t, func(pane *views.TicketPane) { pane.Composer.Restored = true })
	})
}

// discardReply throws a reply away.
func (h *Handlers) discardReply(w http.ResponseWriter, r *http.Request) error {
	return h.actOnReply(r, func(t desk.Ticket, key store.ReplyKey) error {
		if err := h.Store.DiscardReply(r.Context(), h.actor(r), key); err != nil {
			return h.refuseReply(w, r, t, err)
		}
		return h.answerTicket(w, r, t.Number)
	})
}

// sendReplyNow sends a reply before its time, or in spite of what others have written.
func (h *Handlers) sendReplyNow(w http.ResponseWriter, r *http.Request) error {
	return h.actOnReply(r, func(t desk.Ticket, key store.ReplyKey) error {
		seen, err := formID(r, "seen")
		if err != nil {
			return h.refuseReply(w, r, t, err)
		}
		changed, err := h.Store.SendReplyNow(r.Context(), h.actor(r), key, seen)
		if err != nil && !errors.Is(err, store.ErrSent) {
			return h.refuseReply(w, r, t, err)
		}
		h.settle(r.Context(), changed)
		return h.answerTicket(w, r, t.Number)
	})
}

func (h *Handlers) actOnReply(r *http.Request, act func(t desk.Ticket, key store.ReplyKey) error) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return act(t, store.ReplyKey{Team: t.TeamID, Ticket: t.ID, ID: id})
}

// refuseReply shows the ticket as it is with the reason.
func (h *Handlers) refuseReply(w http.ResponseWriter, r *http.Request, t desk.Ticket, cause error) error {
	status, message := web.Explain(cause)
	if status >= http.StatusInternalServerError || status == http.StatusNotFound {
		return cause
	}
	return h.ticketPage(w, r, status, t, func(pane *views.TicketPane) {
		pane.Problem = message
		if desk.IsStale(cause) {
			markFresh(pane.Entries, r.PostFormValue("seen"))
		}
	})
}
