package handlers

import (
	"net/http"
	"net/url"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) listTickets(w http.ResponseWriter, r *http.Request) error {
	page, err := h.inbox(w, r, r.URL.Query(), 0)
	if err != nil {
		return err
	}
	if web.IsFragment(r) {
		return web.Render(w, r, http.StatusOK, views.TicketListUpdate(page))
	}
	return web.Render(w, r, http.StatusOK, views.Inbox(page))
}

// inbox fills the list that an address asks for; selected is the ticket that is open beside it, 0 for none.
func (h *Handlers) inbox(w http.ResponseWriter, r *http.Request, address url.Values, selected int64) (views.InboxPage, error) {
	address.Del("team")
	q, err := h.listQuery(h.member(r), address)
	if err != nil {
		return views.InboxPage{}, err
	}
	found, err := h.Store.Tickets(r.Context(), q)
	if err != nil {
		return views.InboxPage{}, err
	}
	n, err := h.names(r)
	if err != nil {
		return views.InboxPage{}, err
	}
	title := inboxTitle(q.View)
	shell, err := h.shell(w, r, title, views.SectionTickets)
	if err != nil {
		return views.InboxPage{}, err
	}

	list := views.List{
		TeamID: q.Team, Title: title, Query: address.Encode(), Filters: shownFilters(address), Chips: n.chips(address),
		ClearHref: views.TicketsPath(unfiltered(address).Encode()), Assignees: n.choices(),
	}
	if list.Runnable, err = h.runnable(r); err != nil {
		return views.InboxPage{}, err
	}
	for i := range found.Tickets {
		list.Rows = append(list.Rows, h.row(n, &found.Tickets[i], selected))
	}
	pageLinks(&list, address, found.Next)
	return views.InboxPage{Shell: shell, List: list}, h.explainEmpty(r, &list, q)
}

func inboxTitle(v store.View) string {
	if name, ok := viewNames()[v]; ok {
		return name
	}
	return "Tickets"
}

func (h *Handlers) row(n names, t *desk.Ticket, selected int64) views.Row {
	now := h.Now()
	return views.Row{
		Number: t.Number, Customer: customerName(t), Subject: t.Subject, LastMessage: t.LastMessageText,
		Status: t.Status, Priority: t.Priority, Channel: t.Channel, SLA: views.SLAOf(t, now),
		AssigneeKey: assigneeKey(t.Assignee), Assignee: n.assignee(t.Assignee), Tags: t.Tags,
		Unread: t.UnreadTeam, Updated: views.Ago(t.UpdatedAt, now), Selected: t.Number == selected,
	}
}

// customerName is the best that is known of who writes.
func customerName(t *desk.Ticket) string {
	switch {
	case t.Customer.Name != "":
		return t.Customer.Name
	case t.Customer.Email != "":
		return t.Customer.Email
	}
	return "Visitor"
}

func pageLinks(l *views.List, address url.Values, next string) {
	if address.Get("after") != "" {
		l.FirstHref = views.TicketsPath(lacking(address, "after", "").Encode())
	}
	if next != "" {
		further := lacking(address, "after", "")
		further.Set("after", next)
		l.NextHref = views.TicketsPath(further.Encode())
	}
}

// explainEmpty says why there are no rows, and to a desk without any ticket how it gets its first.
func (h *Handlers) explainEmpty(r *http.Request, l *views.List, q store.TicketQuery) error {
	if len(l.Rows) > 0 {
		return nil
	}
	l.Empty = views.NothingWaiting
	if len(l.Chips) > 0 {
		l.Empty = views.NoMatch
		return nil
	}
	all, err := h.Store.Tickets(r.Context(), store.TicketQuery{Team: q.Team, User: q.User, Limit: 1, Now: q.Now})
	if err != nil || len(all.Tickets) > 0 {
		return err
	}
	widget, err := h.Store.Widget(r.Context(), q.Team)
	if err != nil {
		return err
	}
	l.Empty, l.Embed = views.NoTickets, views.EmbedCode(h.URL, widget.Token)
	return nil
}
