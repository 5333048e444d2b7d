package handlers

import (
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const deliveriesPerPage = 50

func (h *Handlers) listDeliveries(w http.ResponseWriter, r *http.Request) error {
	before, err := olderThan(r)
	if err != nil {
		return err
	}
	state := r.FormValue("state")
	deliveries, err := h.Store.Deliveries(r.Context(), h.member(r).TeamID,
		store.DeliveryQuery{State: store.DeliveryState(state), Before: before, Limit: deliveriesPerPage + 1})
	if err != nil {
		return err
	}
	shell, err := h.deliveryShell(w, r, "Deliveries")
	if err != nil {
		return err
	}

	page := views.Deliveries{Shell: shell, State: views.DeliveryState(state), Newest: before == 0}
	if len(deliveries) > deliveriesPerPage {
		deliveries = deliveries[:deliveriesPerPage]
		page.Older = views.DeliveriesInPath(page.State, deliveries[deliveriesPerPage-1].ID)
	}
	for i := range deliveries {
		page.Lines = append(page.Lines, deliveryLine(&deliveries[i]))
	}
	return web.Render(w, r, http.StatusOK, views.DeliveriesPage(page))
}

// deliveryShell adds the styles of the log, most of which it shares with that of runs.
func (h *Handlers) deliveryShell(w http.ResponseWriter, r *http.Request, title string) (views.AppShell, error) {
	shell, err := h.shell(w, r, title, views.SectionDeliveries)
	shell.Styles = append(shell.Styles, "builder.css", "outbox.css")
	return shell, err
}

// olderThan reads where a page of a log goes on; 0 is the first.
func olderThan(r *http.Request) (int64, error) {
	text := r.FormValue("before")
	if text == "" {
		return 0, nil
	}
	before, err := strconv.ParseInt(text, 10, 64)
	if err != nil || before <= 0 {
		return 0, desk.FieldErrorf("before", "%.20q is no place in this list. Start from its newest entries.", text)
	}
	return before, nil
}

func deliveryLine(d *store.Delivery) views.DeliveryLine {
	return views.DeliveryLine{
		ID: d.PublicID, State: views.DeliveryState(d.State), Kind: string(d.Kind), Target: d.Shown.Target,
		Workflow: d.WorkflowName, WorkflowID: d.WorkflowID, Ticket: d.TicketNumber, Tries: d.Attempts,
		Error: d.Error, CreatedAt: d.CreatedAt, NextAt: d.DueAt,
		Waits: views.DeliveryState(d.State) == views.DeliveryPending && d.Attempts == 0 && d.DueAt.After(d.CreatedAt),
	}
}

func (h *Handlers) showDelivery(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	d, err := h.Store.Delivery(r.Context(), h.member(r).TeamID, id)
	if err != nil {
		return err
	}
	shell, err := h.deliveryShell(w, r, "Delivery to "+d.Shown.Target)
	if err != nil {
		return err
	}

	page := views.Delivery{
		Shell: shell, DeliveryLine: deliveryLine(&d.Delivery), Method: d.Shown.Method, URL: d.Shown.URL,
		Headers: d.Shown.Headers, Subject: d.Shown.Subject, RunID: d.RunID,
	}
	for _, a := range d.Log {
		page.Log = append(page.Log, views.DeliveryAttempt{At: a.StartedAt, Took: a.Took, Status: a.Status, Error: a.Error})
	}
	return web.Render(w, r, http.StatusOK, views.DeliveryPage(page))
}

func (h *Handlers) retryDelivery(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Store.RetryJob(r.Context(), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.DeliveryPath(id), "It will be tried again.")
}
