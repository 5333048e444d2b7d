package handlers

import (
	"net/http"
	"slices"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// ahead is where an agent goes once the ticket is done with.
type ahead struct {
	to   desk.AfterDone
	next int64   // the ticket to go to, 0 for none
	held desk.ID // the reply that can still be taken back, zero for none
}

func (a ahead) heldText() string {
	if a.held.IsZero() {
		return ""
	}
	return a.held.String()
}

// lookAhead is asked before a ticket changes: afterwards the list may no longer have it, or elsewhere.
func (h *Handlers) lookAhead(r *http.Request, number int64) (ahead, error) {
	p, err := h.Store.Preferences(r.Context(), h.member(r).ID)
	if err != nil || p.AfterDone != desk.GoToNext {
		return ahead{to: p.AfterDone}, err
	}
	next, err := h.nextTicket(r, number)
	if desk.IsKind(err, desk.NotFound) || desk.IsKind(err, desk.Invalid) {
		return ahead{to: desk.StayThere}, nil // the list is gone, and no reason not to answer the ticket
	}
	if err != nil {
		return ahead{}, err
	}
	if next == 0 {
		return ahead{to: desk.GoToList}, nil
	}
	return ahead{to: desk.GoToNext, next: next}, nil
}

// nextTicket is the one below in the list beside the ticket, at its end the one above, 0 when the list has not both.
func (h *Handlers) nextTicket(r *http.Request, number int64) (int64, error) {
	q, err := h.askedTickets(r, listAddress(r))
	if err != nil {
		return 0, err
	}
	page, err := h.Store.Tickets(r.Context(), q)
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(page.Tickets, func(t desk.Ticket) bool { return t.Number == number })
	switch {
	case at < 0:
		return 0, nil
	case at+1 < len(page.Tickets):
		return page.Tickets[at+1].Number, nil
	case page.Next != "":
		return h.firstAfter(r, q, page.Next)
	case at > 0:
		return page.Tickets[at-1].Number, nil
	}
	return 0, nil
}

// firstAfter is the first ticket of the next page of a list.
func (h *Handlers) firstAfter(r *http.Request, q store.TicketQuery, cursor string) (int64, error) {
	q.After, q.Limit = cursor, 1
	page, err := h.Store.Tickets(r.Context(), q)
	if err != nil || len(page.Tickets) == 0 {
		return 0, err
	}
	return page.Tickets[0].Number, nil
}

// moveOn answers for a ticket that is done with: it leads on as its agent likes, and stays otherwise.
func (h *Handlers) moveOn(w http.ResponseWriter, r *http.Request, done int64, a ahead) error {
	var to string
	switch a.to {
	case desk.GoToNext:
		to = views.TicketInPath(a.next, listAddress(r).Encode())
	case desk.GoToList:
		to = views.TicketsPath(listAddress(r).Encode())
	case desk.StayThere:
		return h.answerTicket(w, r, done)
	}
	if !web.IsFragment(r) {
		web.Redirect(w, r, to)
		return nil
	}
	w.Header().Set("HX-Push-Url", to)
	w.Header().Set("HX-Reswap", "outerHTML show:none") // another ticket must not take over what this one's fields held
	back := views.DoneTicket{TeamID: h.member(r).TeamID, Number: done, Query: listAddress(r).Encode(), Held: a.heldText()}
	if a.next == 0 {
		return web.Render(w, r, http.StatusOK, views.NoTicket(back))
	}
	t, err := h.Store.Ticket(r.Context(), h.member(r).TeamID, a.next)
	if err != nil {
		return err
	}
	pane, err := h.pane(afterwards(r, listAddress(r).Encode()), t)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.NextTicket(pane, back))
}

// after is where a change leads, which only an answer and the end of a ticket do.
func (h *Handlers) after(r *http.Request, number int64, c desk.Change) (ahead, error) {
	if !finishes(c) {
		return ahead{to: desk.StayThere}, nil
	}
	return h.lookAhead(r, number)
}

// finishes reports whether a change is what an agent moves on from: an answer, or the ticket resolved.
func finishes(c desk.Change) bool {
	switch c := c.(type) {
	case desk.All:
		if slices.ContainsFunc(c, finishes) {
			return true
		}
	case desk.AddMessage:
		return !c.Private
	case desk.SetStatus:
		return c.To == desk.Resolved
	}
	return false
}
