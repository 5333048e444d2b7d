package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) listTickets(w http.ResponseWriter, r *http.Request) error {
	if gone, err := h.goToTicket(w, r); gone || err != nil {
		return err
	}
	if web.IsFragment(r) { // the side bar looks after its counts by itself
		list, err := h.list(r, r.URL.Query(), 0)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.TicketList(list))
	}
	page, err := h.inbox(w, r, r.URL.Query(), 0)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Inbox(page))
}

// inbox fills the page of the list that an address asks for; selected is the ticket that is open beside it, 0 for none.
func (h *Handlers) inbox(w http.ResponseWriter, r *http.Request, address url.Values, selected int64) (views.InboxPage, error) {
	list, err := h.list(r, address, selected)
	if err != nil {
		return views.InboxPage{}, err
	}
	if list.Bulks, err = h.bulkNews(r); err != nil {
		return views.InboxPage{}, err
	}
	shell, err := h.shell(w, r, list.Title, views.SectionTickets)
	return views.InboxPage{Shell: shell, List: list}, err
}

func (h *Handlers) list(r *http.Request, address url.Values, selected int64) (views.List, error) {
	a, err := h.asked(r, address)
	if err != nil {
		return views.List{}, err
	}
	n, err := h.names(r)
	if err != nil {
		return views.List{}, err
	}
	m := h.member(r)
	list := views.List{
		TeamID: m.TeamID, Title: a.title(), Query: a.address.Encode(), Filters: shownFilters(&a), Chips: n.chips(&a),
		ClearHref: a.clear(), Assignees: n.choices(), Keep: h.keep(m, &a), Problem: a.problem(n),
	}
	if list.Runnable, err = h.runnable(r); err != nil || a.broken != "" {
		return list, err
	}
	q, err := h.listQuery(m, a.filters)
	if err != nil {
		return views.List{}, err
	}
	found, err := h.Store.Tickets(r.Context(), q)
	if err != nil {
		return views.List{}, err
	}
	list.Rows = make([]views.Row, len(found.Tickets))
	for i := range found.Tickets {
		list.Rows[i] = h.row(n, &found.Tickets[i], selected)
	}
	showFound(&list, q, found)
	if a.address.Get("after") != "" {
		list.FirstHref = a.page("")
	}
	if found.Next != "" {
		list.NextHref = a.page(found.Next)
	}
	err = h.explainEmpty(r, &list, q)
	return list, err
}

func (a *asked) title() string {
	if a.view != nil {
		return a.view.Name
	}
	return inboxTitle(store.View(a.address.Get("view")))
}

// problem says why a saved view shows less than its maker meant.
func (a *asked) problem(n names) string {
	if a.view == nil || a.broken != "" {
		return a.broken
	}
	if gone := n.gone(a.filters); len(gone) > 0 {
		return strings.Join(gone, ", ") + " left the team: take the filter away, or choose somebody else."
	}
	return ""
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

// explainEmpty says why there are no rows, and to a desk without any ticket how it gets its first.
func (h *Handlers) explainEmpty(r *http.Request, l *views.List, q store.TicketQuery) error {
	if len(l.Rows) > 0 {
		return nil
	}
	l.Empty = views.NothingWaiting
	if len(l.Chips) > 0 && !l.Keep.Unchanged() {
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
