package handlers_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

// converse lets the customer write until the ticket has n messages.
func (d builderDesk) converse(t *testing.T, ticket desk.Ticket, n int) {
	t.Helper()
	by := desk.Actor{Kind: desk.ByCustomer, ID: ticket.Customer.ID, Name: ticket.Customer.Name}
	for i := 2; i <= n; i++ {
		_, err := d.store.ChangeTicket(t.Context(), by, d.team, ticket.ID, desk.AddMessage{Body: fmt.Sprintf("Message %d", i)})
		check(t, err)
	}
}

// bodies are the messages that a page shows, top down.
func (p page) bodies() []string {
	return p.Find("[data-message] .body").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
}

func messagesFrom(first, last int) []string {
	var out []string
	for i := first; i <= last; i++ {
		out = append(out, fmt.Sprintf("Message %d", i))
	}
	return out
}

func TestALongThreadOpensAtItsEndAndIsReadBackwards(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Message 1")
		d.converse(t, ticket, 75)
		ada := d.signIn(t, "ada@example.com")

		p := ada.open(ticketPath(ticket))
		if diff := cmp.Diff(messagesFrom(56, 75), p.bodies()); diff != "" {
			t.Fatalf("the page shows (-want +got):\n%s", diff)
		}
		for _, want := range [][]string{messagesFrom(6, 55), messagesFrom(1, 5)} {
			p = ada.fragment(http.MethodGet, p.Find("a[hx-target='closest .earlier']").AttrOr("hx-get", ""), nil)
			if diff := cmp.Diff(want, p.bodies()); diff != "" {
				t.Fatalf("further back is (-want +got):\n%s", diff)
			}
		}
		if p.Find(".earlier").Length() != 0 {
			t.Error("the beginning of the thread offers what is before it")
		}
	})
}

func TestARefreshKeepsWhatThePageShowed(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Message 1")
		d.converse(t, ticket, 30)
		ada := d.signIn(t, "ada@example.com")
		p := ada.open(ticketPath(ticket))
		skipped := p.Find(".earlier").AttrOr("id", "")

		d.converse(t, ticket, 3) // two more
		p = ada.fragment(http.MethodGet, p.Find("#ticket").AttrOr("hx-get", ""), nil)
		want := append(messagesFrom(11, 30), "Message 2", "Message 3")
		if diff := cmp.Diff(want, p.bodies()); diff != "" {
			t.Errorf("the refreshed pane shows (-want +got):\n%s", diff)
		}
		if got := p.Find(".earlier").AttrOr("id", ""); got == "" || got != skipped {
			t.Errorf("the way back is %q after the refresh and was %q: what was revealed is lost", got, skipped)
		}
	})
}

func TestWithoutScriptsEarlierMessagesAreAPageWithAWayToTheNewest(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Message 1")
		d.converse(t, ticket, 25)
		ada := d.signIn(t, "ada@example.com")

		p := ada.open(ada.open(ticketPath(ticket)).Find(".earlier a").AttrOr("href", ""))
		if diff := cmp.Diff(messagesFrom(1, 5), p.bodies()); diff != "" {
			t.Errorf("the page shows (-want +got):\n%s", diff)
		}
		if got := p.Find("a.earlier").AttrOr("href", ""); got != ticketPath(ticket) {
			t.Errorf("the way to the newest is %q, want %q", got, ticketPath(ticket))
		}
	})
}

func TestAThreadIsNotReadFromAMessageOfAnotherTicket(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket, other := d.write(t, "Mine"), d.write(t, "Another")
		ada := d.signIn(t, "ada@example.com")
		foreign := ada.open(ticketPath(other)).Find("[data-message]").AttrOr("data-message", "")
		if p := ada.open(ticketPath(ticket) + "?before=" + foreign); p.status != http.StatusNotFound {
			t.Errorf("before a message of another ticket: got %d, want 404", p.status)
		}
		// An open page may begin with a message that was split off meanwhile: it goes on with the end of the thread.
		p := ada.open(ticketPath(ticket) + "?from=" + foreign)
		if diff := cmp.Diff([]string{"Mine"}, p.bodies()); p.status != http.StatusOK || diff != "" {
			t.Errorf("from a message of another ticket: got %d and (-want +got):\n%s", p.status, diff)
		}
		if p := ada.open(ticketPath(ticket) + "?before=<b>"); p.status != http.StatusUnprocessableEntity {
			t.Errorf("an id that is none: got %d, want 422", p.status)
		}
	})
}
