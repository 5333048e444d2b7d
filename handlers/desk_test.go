package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// write opens a ticket as a customer of the widget does.
func (d builderDesk) write(t *testing.T, body string) desk.Ticket {
	t.Helper()
	opened, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, store.NewTicket{
		Channel: desk.Widget, Body: body,
		Customer: store.CustomerInput{Name: "Mira", Email: "mira@northwind.example", DistinctID: "mira"},
	})
	check(t, err)
	return opened.Ticket
}

func (d builderDesk) ticket(t *testing.T, number int64) desk.Ticket {
	t.Helper()
	ticket, err := d.store.Ticket(t.Context(), d.team, number)
	check(t, err)
	return ticket
}

// events names those of a ticket, without the two that every opening leaves.
func (d builderDesk) events(t *testing.T, ticket desk.Ticket) []desk.EventName {
	t.Helper()
	events, err := d.store.Events(t.Context(), d.team, ticket.ID, 1_000)
	check(t, err)
	names := []desk.EventName{}
	for _, e := range events[2:] {
		names = append(names, e.Name)
	}
	return names
}

// otherTeam is a second team with a ticket of its own, which nobody of the first may find.
func (d builderDesk) otherTeam(t *testing.T) (team int64, ticket desk.Ticket) {
	t.Helper()
	made, err := d.store.AddTeam(t.Context(), "Others")
	check(t, err)
	opened, err := d.store.OpenTicket(t.Context(), desk.Actor{}, made.ID, store.NewTicket{Channel: desk.Email, Body: "Secret of the others"})
	check(t, err)
	return made.ID, opened.Ticket
}

// stranger is a browser that has not signed in and follows no redirect.
func (d builderDesk) stranger(t *testing.T) browser {
	t.Helper()
	return browser{t: t, base: d.server.URL, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// fragment asks as htmx does.
func (b browser) fragment(method, path string, form url.Values) page {
	b.t.Helper()
	r := b.request(method, path, form)
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Request-Type", "partial")
	return b.send(r)
}

func (b browser) request(method, path string, form url.Values) *http.Request {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, bodyOf(form))
	check(b.t, err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// processAll runs the workflows that pending events start, as the engine would.
func (d builderDesk) processAll(t *testing.T) {
	t.Helper()
	decider := workflow.NewDecider(nil)
	for {
		pending, err := d.store.Pending(t.Context(), time.Now(), 100)
		check(t, err)
		if len(pending) == 0 {
			return
		}
		for _, id := range pending {
			_, err := d.store.ProcessNext(t.Context(), id, time.Now(), decider.Decide)
			check(t, err)
		}
	}
}
