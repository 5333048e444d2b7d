package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// How much of a ticket's past a page shows at first, and at the most.
const (
	threadShown  = 100
	threadMost   = 5_000
	historyShown = 500
	othersShown  = 5
	skippedShown = 10
)

func (h *Handlers) showTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	if web.IsFragment(r) { // also what a preload asks for: it must change nothing
		pane, err := h.pane(r, t)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.Ticket(pane))
	}
	if t, err = h.read(r, t); err != nil {
		return err
	}
	return h.ticketPage(w, r, http.StatusOK, t, func(*views.TicketPane) {})
}

// answerTicket shows a ticket after a change of it.
func (h *Handlers) answerTicket(w http.ResponseWriter, r *http.Request, number int64) error {
	if !web.IsFragment(r) {
		web.Redirect(w, r, views.TicketInPath(number, r.URL.RawQuery))
		return nil
	}
	t, err := h.Store.Ticket(r.Context(), h.member(r).TeamID, number)
	if err != nil {
		return err
	}
	pane, err := h.pane(r, t)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Ticket(pane))
}

// refuseChange shows the ticket as it is with the reason, and keeps what was typed.
func (h *Handlers) refuseChange(w http.ResponseWriter, r *http.Request, t desk.Ticket, cause error) error {
	status, message := web.Explain(cause)
	if status >= http.StatusInternalServerError {
		return cause
	}
	return h.ticketPage(w, r, status, t, func(pane *views.TicketPane) {
		if body := r.PostFormValue("body"); r.PostForm.Has("body") {
			pane.Composer.Body, pane.Composer.Private, pane.Composer.Problem = body, r.PostFormValue("private") == "on", message
			return
		}
		pane.Problem = message
	})
}

// ticketPage answers with the pane, alone to a fragment request and beside its list otherwise.
func (h *Handlers) ticketPage(
	w http.ResponseWriter, r *http.Request, status int, t desk.Ticket, adjust func(*views.TicketPane),
) error {
	pane, err := h.pane(r, t)
	if err != nil {
		return err
	}
	adjust(&pane)
	if web.IsFragment(r) {
		return web.Render(w, r, status, views.Ticket(pane))
	}
	page, err := h.inbox(w, r, listAddress(r), t.Number)
	if err != nil {
		return err
	}
	page.Ticket = &pane
	page.Shell.Title = "#" + strconv.FormatInt(t.Number, 10) + " " + t.Subject
	return web.Render(w, r, status, views.Inbox(page))
}

// listAddress is the query of the list beside a ticket.
func listAddress(r *http.Request) url.Values {
	address := r.URL.Query()
	address.Del("messages")
	return address
}

func (h *Handlers) pane(r *http.Request, t desk.Ticket) (views.TicketPane, error) {
	ctx, now := r.Context(), h.Now()
	n, err := h.names(r)
	if err != nil {
		return views.TicketPane{}, err
	}
	limit := shownMessages(r)
	messages, err := h.Store.Messages(ctx, t.TeamID, t.ID, store.MessageQuery{Limit: limit + 1, Newest: true})
	if err != nil {
		return views.TicketPane{}, err
	}
	records, err := h.Store.History(ctx, t.TeamID, t.ID, historyShown)
	if err != nil {
		return views.TicketPane{}, err
	}
	others, err := h.Store.CustomerTickets(ctx, t.TeamID, t.Customer.ID, othersShown+1)
	if err != nil {
		return views.TicketPane{}, err
	}

	tell := teller{names: n, now: now, zone: location(n.directory.Team.Timezone)}
	pane := views.TicketPane{
		TeamID: t.TeamID, Number: t.Number, Query: listAddress(r).Encode(), Subject: t.Subject, Channel: t.Channel,
		Unread: t.UnreadTeam, Facts: facts(tell, &t, records), Customer: customerFacts(&t, others, now),
	}
	if pane.Facts.Runnable, err = h.runnable(r); err != nil {
		return views.TicketPane{}, err
	}
	if len(messages) > limit {
		messages = messages[1:]
		pane.EarlierHref = earlier(r, t.Number)
	}
	pane.Entries = tell.thread(&t, messages, records)
	for _, d := range tell.deeds(records, inHistory) {
		pane.History = append(pane.History, tell.entry(d))
	}
	pane.Composer.MessageID = h.Store.NewID()
	if pane.Skipped, err = h.skipped(r, tell, &t); err != nil {
		return views.TicketPane{}, err
	}
	if len(messages) > 0 {
		pane.Composer.Seen = messages[len(messages)-1].PublicID.String()
	}
	return pane, nil
}

func shownMessages(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("messages"))
	if err != nil || n < threadShown {
		return threadShown
	}
	return min(n, threadMost)
}

// earlier is the same ticket with more of its thread.
func earlier(r *http.Request, number int64) string {
	address := r.URL.Query()
	address.Set("messages", strconv.Itoa(threadMost))
	return views.TicketInPath(number, address.Encode())
}

// thread puts messages and changes of fields in one order. Changes from before the first message shown
// are left to the history.
func (t teller) thread(ticket *desk.Ticket, messages []desk.Message, records []store.HistoryEntry) []views.Entry {
	type line struct {
		at    time.Time
		entry views.Entry
	}
	var lines []line
	for i := range messages {
		lines = append(lines, line{messages[i].CreatedAt, t.message(ticket, &messages[i])})
	}
	for _, d := range t.deeds(records, inThread) {
		if len(messages) == 0 || !d.at.Before(messages[0].CreatedAt) {
			lines = append(lines, line{d.at, t.entry(d)})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	entries := make([]views.Entry, len(lines))
	for i, l := range lines {
		entries[i] = l.entry
	}
	return entries
}

func (t teller) message(ticket *desk.Ticket, m *desk.Message) views.Entry {
	e := views.Entry{
		ID: m.PublicID.String(), Author: m.Author, By: m.AuthorName, Body: m.Body,
		At: views.Clock(m.CreatedAt, t.now, t.zone),
	}
	switch m.Author {
	case desk.ByCustomer:
		e.Kind, e.Via, e.By = views.FromCustomer, string(ticket.Channel), cmp.Or(m.AuthorName, customerName(ticket))
	case desk.ByAgent:
		e.Kind = views.FromTeam
	case desk.ByWorkflow, desk.ByAPI, desk.BySystem:
		e.Kind, e.Automatic = views.FromWorkflow, true
		if !m.Step.RunID.IsZero() {
			e.RunHref = views.RunPath(m.Step.RunID)
		}
	}
	if m.Private {
		e.Kind = views.PrivateNote
	}
	return e
}

func facts(t teller, ticket *desk.Ticket, records []store.HistoryEntry) views.Facts {
	f := views.Facts{
		Status: ticket.Status, Priority: ticket.Priority, AssigneeKey: assigneeKey(ticket.Assignee),
		Assignees: t.names.choices(), Tags: ticket.Tags, SLA: views.SLAOf(ticket, t.now),
		WhyStatus: why(records, desk.FieldStatus), WhyPriority: why(records, desk.FieldPriority),
		WhyAssignee: why(records, desk.FieldAssignee), WhyTags: why(records, desk.FieldTags), WhySLA: why(records, desk.FieldSLA),
	}
	if !ticket.SLADueAt.IsZero() {
		f.SLADue = views.Clock(ticket.SLADueAt, t.now, t.zone)
	}
	if !ticket.SnoozedUntil.IsZero() {
		f.Snoozed = views.Clock(ticket.SnoozedUntil, t.now, t.zone)
	}
	return f
}

func customerFacts(t *desk.Ticket, others []desk.Ticket, now time.Time) views.CustomerFacts {
	c := views.CustomerFacts{Name: customerName(t), Email: t.Customer.Email, DistinctID: t.Customer.DistinctID}
	for i := range others {
		if o := &others[i]; o.ID != t.ID && len(c.Others) < othersShown {
			c.Others = append(c.Others, views.OtherTicket{
				Number: o.Number, Subject: o.Subject, Status: o.Status, Updated: views.Ago(o.UpdatedAt, now),
			})
		}
	}
	return c
}

// location is the zone of that name, UTC for none or an unknown one.
func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
