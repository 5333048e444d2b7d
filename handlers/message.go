package handlers

import (
	"errors"
	"net/http"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// addMessage sends a reply or a note, at once or in a while, and sets the status that was sent with it, as one change.
func (h *Handlers) addMessage(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	m, err := h.outgoing(r, &t)
	if err != nil {
		return h.refuseMessage(w, r, t, err)
	}

	next, err := h.after(r, t.Number, desk.All{desk.AddMessage{Private: m.Private}, desk.SetStatus{To: m.Then}})
	if err != nil {
		return err
	}
	var changed store.Changed
	if m.At.IsZero() {
		changed, err = h.Store.SendMessage(r.Context(), h.actor(r), t.TeamID, m)
	} else {
		next.held, err = h.Store.HoldMessage(r.Context(), h.actor(r), t.TeamID, m)
	}
	if err != nil && !errors.Is(err, store.ErrSent) { // or the first of two presses has done it
		return h.refuseMessage(w, r, t, err)
	}
	h.settle(r.Context(), changed)
	return h.moveOn(w, r, t.Number, next)
}

// setField answers the form of one field.
func (h *Handlers) setField(read change) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		t, err := h.pathTicket(r)
		if err != nil {
			return err
		}
		now, err := h.localNow(r)
		if err != nil {
			return err
		}
		change, err := read(r.PostForm, now)
		if err != nil {
			return h.refuseChange(w, r, t, err)
		}
		return h.change(w, r, t, change)
	}
}

// change makes a change and shows the ticket after it, or the ticket as it was and why not.
func (h *Handlers) change(w http.ResponseWriter, r *http.Request, t desk.Ticket, c desk.Change) error {
	next, err := h.after(r, t.Number, c)
	if err != nil {
		return err
	}
	changed, err := h.Store.ChangeTicket(r.Context(), h.actor(r), t.TeamID, t.ID, c)
	if errors.Is(err, store.ErrSent) {
		return h.answerTicket(w, r, t.Number) // the first of two presses has done it
	}
	if err != nil {
		return h.refuseChange(w, r, t, err)
	}
	h.settle(r.Context(), changed)
	return h.moveOn(w, r, t.Number, next)
}

// markRead resets the team's unread count once the ticket is really shown.
func (h *Handlers) markRead(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	if _, err := h.read(r, t); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h *Handlers) read(r *http.Request, t desk.Ticket) (desk.Ticket, error) {
	if t.UnreadTeam == 0 {
		return t, nil
	}
	var changed store.Changed
	changed, err := h.Store.ChangeTicket(r.Context(), h.actor(r), t.TeamID, t.ID, desk.MarkRead{})
	return changed.Ticket, err
}

func (h *Handlers) pathTicket(r *http.Request) (desk.Ticket, error) {
	number, err := pathNumber(r, "number")
	if err != nil {
		return desk.Ticket{}, err
	}
	return h.Store.Ticket(r.Context(), h.member(r).TeamID, number)
}
