package handlers

import (
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

// away says how the customer reaches a ticket of the site from elsewhere: other doors have ways of their own.
func (h *Handlers) away(r *http.Request, tell teller, t *desk.Ticket) (views.Away, error) {
	if t.Channel != desk.Widget {
		return views.Away{}, nil
	}
	links, err := h.Store.LiveLinks(r.Context(), t.TeamID, t.ID)
	a := views.Away{Links: links}
	if err != nil || t.UnreadCustomer == 0 {
		return a, err
	}
	mail, ok, err := h.Store.ReplyMail(r.Context(), t.TeamID, t.ID)
	if ok {
		a.Mail = h.awayMail(r, tell, mail)
	}
	return a, err
}

func (h *Handlers) awayMail(r *http.Request, tell teller, mail store.ReplyMail) *views.AwayMail {
	m := &views.AwayMail{To: mail.To, State: views.DeliveryState(mail.State), Why: mail.Error}
	m.At = views.Clock(mail.EndedAt, tell.now, tell.zone)
	if m.State == views.DeliveryPending {
		m.At = views.Clock(mail.DueAt, tell.now, tell.zone)
	}
	if m.State == views.DeliveryPending && mail.Tried && m.Why == "" {
		m.Why = "It is being sent."
	}
	if h.member(r).Can(desk.ManageWorkflows) {
		m.Href = views.DeliveryPath(mail.ID)
	}
	return m
}

// endPrivateLinks lets nobody but the widget read the ticket any more.
func (h *Handlers) endPrivateLinks(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	if err := h.Store.EndLinks(r.Context(), h.actor(r), t.TeamID, t.ID); err != nil {
		return h.refuseChange(w, r, t, err)
	}
	return h.answerTicket(w, r, t.Number)
}
