package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// How much of a ticket's past a page shows at first, and at the most.
const (
	historyShown = 20
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
	if r.Method == http.MethodGet { // HEAD shows nothing
		if t, err = h.read(r, t); err != nil {
			return err
		}
	}
	return h.ticketPage(w, r, http.StatusOK, t, func(*views.TicketPane) {})
}

// answerTicket shows a ticket after a change of it.
func (h *Handlers) answerTicket(w http.ResponseWriter, r *http.Request, number int64) error {
	if !web.IsFragment(r) {
		web.Redirect(w, r, views.TicketInPath(number, r.URL.RawQuery))
		return nil
	}
	pane, err := h.paneAfter(r, number)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Ticket(pane))
}

// paneAfter is a ticket after a form has changed it.
func (h *Handlers) paneAfter(r *http.Request, number int64) (views.TicketPane, error) {
	t, err := h.Store.Ticket(r.Context(), h.member(r).TeamID, number)
	if err != nil {
		return views.TicketPane{}, err
	}
	return h.pane(afterwards(r, r.URL.RawQuery), t)
}

// afterwards is the request for the page that follows a form: nothing of what the form held is in it.
func afterwards(r *http.Request, query string) *http.Request {
	next := r.Clone(r.Context())
	next.Method, next.URL.RawQuery = http.MethodGet, query
	next.Form, next.PostForm, next.MultipartForm = next.URL.Query(), url.Values{}, nil
	return next
}

// refuseChange shows the ticket as it is with the reason, and keeps what was typed.
func (h *Handlers) refuseChange(w http.ResponseWriter, r *http.Request, t desk.Ticket, cause error) error {
	status, message := web.Explain(cause)
	if status >= http.StatusInternalServerError {
		return cause
	}
	return h.ticketPage(w, r, status, t, func(pane *views.TicketPane) {
		pane.Problem, pane.Facts.Snooze.Words = message, r.PostFormValue("snooze")
		pane.Facts.SLAAmount, pane.Facts.SLAUnit = r.PostFormValue("sla_amount"), r.PostFormValue("sla_unit")
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
	if desk.IsKind(err, desk.NotFound) || desk.IsKind(err, desk.Invalid) { // a view that is gone takes no ticket along
		page, err = h.inbox(w, r, url.Values{}, t.Number)
	}
	if err != nil {
		return err
	}
	page.Ticket = &pane
	page.Shell.Title = "#" + strconv.FormatInt(t.Number, 10) + " " + desk.Isolated(t.Subject)
	return web.Render(w, r, status, views.Inbox(page))
}

func (h *Handlers) pane(r *http.Request, t desk.Ticket) (views.TicketPane, error) {
	ctx, now := r.Context(), h.Now()
	tell, err := h.teller(r)
	if err != nil {
		return views.TicketPane{}, err
	}
	shown, err := h.passage(r, &t)
	if err != nil {
		return views.TicketPane{}, err
	}
	records, err := h.Store.FieldChanges(ctx, t.TeamID, t.ID, historyShown)
	if err != nil {
		return views.TicketPane{}, err
	}
	reasons, err := h.reasons(r, &t, records)
	if err != nil {
		return views.TicketPane{}, err
	}
	others, err := h.Store.CustomerTickets(ctx, t.TeamID, t.Customer.ID, othersShown+1)
	if err != nil {
		return views.TicketPane{}, err
	}

	pane := views.TicketPane{
		TeamID: t.TeamID, Number: t.Number, Query: listAddress(r).Encode(), Subject: t.Subject, Channel: t.Channel,
		Me: assigneeKey(desk.Assignee{Kind: desk.ToUser, ID: h.member(r).ID}), Unread: t.UnreadTeam,
		Facts: facts(tell, &t, reasons), Customer: customerFacts(&t, others, now),
	}
	if err := h.fillCard(r, &pane.Customer, &t); err != nil {
		return views.TicketPane{}, err
	}
	if pane.Facts.Runnable, err = h.runnable(r); err != nil {
		return views.TicketPane{}, err
	}
	pane.Entries = tell.thread(&t, shown, records)
	for _, d := range tell.deeds(records, inHistory) {
		pane.History = append(pane.History, tell.entry(d))
	}
	if pane.Relations, err = h.relations(r, tell, &t); err != nil {
		return views.TicketPane{}, err
	}
	if pane.Away, err = h.away(r, tell, &t); err != nil {
		return views.TicketPane{}, err
	}
	if pane.Skipped, err = h.skipped(r, tell, &t); err != nil {
		return views.TicketPane{}, err
	}
	if err := h.fillThread(r, &pane, &t, shown); err != nil {
		return views.TicketPane{}, err
	}
	if err := h.fillFiles(r, &pane, &t, shown); err != nil {
		return views.TicketPane{}, err
	}
	err = h.fillComposer(r, &pane, &t, tell)
	return pane, err
}

// reasons are the records that say why each field is as it is: those that are shown, or where there are older
// ones, the newest of each field.
func (h *Handlers) reasons(r *http.Request, t *desk.Ticket, shown []store.HistoryEntry) ([]store.HistoryEntry, error) {
	if len(shown) < historyShown {
		return shown, nil
	}
	return h.Store.NewestChanges(r.Context(), t.TeamID, t.ID)
}

func facts(t teller, ticket *desk.Ticket, records []store.HistoryEntry) views.Facts {
	f := views.Facts{
		Status: ticket.Status, Priority: ticket.Priority, AssigneeKey: assigneeKey(ticket.Assignee),
		Assignees: t.names.choicesBeside(ticket.Assignee), Tags: ticket.Tags, SLA: views.SLAOf(ticket, t.now), Snooze: snoozeOf(ticket, t),
		WhyStatus: why(records, desk.FieldStatus), WhyPriority: why(records, desk.FieldPriority),
		WhyAssignee: why(records, desk.FieldAssignee), WhyTags: why(records, desk.FieldTags), WhySLA: why(records, desk.FieldSLA),
	}
	if !ticket.SLADueAt.IsZero() {
		f.SLADue = views.Clock(ticket.SLADueAt, t.now, t.zone)
	}
	return f
}

func customerFacts(t *desk.Ticket, others []desk.Ticket, now time.Time) views.CustomerFacts {
	c := views.CustomerFacts{Href: views.CustomerPath(t.Customer.PublicID), Name: customerName(t), Email: t.Customer.Email, DistinctID: t.Customer.DistinctID}
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
