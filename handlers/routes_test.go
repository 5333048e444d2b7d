package handlers_test

import (
	"net/http"
	"testing"

	"signalbox/views"
)

func TestWhatAnswersGETAnswersHEADAlike(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada, stranger := d.signIn(t, "ada@example.com"), d.stranger(t)
		ada.client.CheckRedirect = stranger.client.CheckRedirect
		at := views.TicketPath(ticket.Number)
		for _, c := range []struct {
			browser

			path string
			want int
		}{
			{stranger, "/", http.StatusSeeOther},
			{stranger, views.LoginPath, http.StatusOK},
			{stranger, at, http.StatusSeeOther},
			{stranger, "/logout", http.StatusMethodNotAllowed},
			{ada, "/tickets", http.StatusOK},
			{ada, at, http.StatusOK},
			{ada, at + "0", http.StatusNotFound},
		} {
			head := c.send(c.request(http.MethodHead, c.path, nil))
			if n := d.ticket(t, ticket.Number).UnreadTeam; c.path == at && n != 1 {
				t.Errorf("HEAD of the ticket left %d unread, want 1: nothing was shown", n)
			}
			get := c.send(c.request(http.MethodGet, c.path, nil))
			if head.status != c.want || head.status != get.status || head.header.Get("Location") != get.header.Get("Location") {
				t.Errorf("HEAD %s: got %d to %q and GET %d to %q, want %d", c.path,
					head.status, head.header.Get("Location"), get.status, get.header.Get("Location"), c.want)
			}
		}
	})
}

func TestHEADOfAStreamOpensNone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		for range 50 { // more than a browser may have
			got := ada.send(ada.request(http.MethodHead, "/events", nil))
			if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/event-stream" {
				t.Fatalf("got %d %s, want the header of the stream", got.status, got.header.Get("Content-Type"))
			}
		}
	})
}
