package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAMessageForNobodyKnowsWhomIsNotSent(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		p := d.signIn(t, "ada@example.com").post(ticketPath(ticket)+"/messages", url.Values{"body": {"For us alone"}, "private": {"true"}})
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.Find("#composer textarea").Text(), "For us alone") {
			t.Errorf("got %d with %q in the composer, want 422 and the text kept", p.status, p.Find("#composer textarea").Text())
		}
		if got := d.ticket(t, ticket.Number); got.MessageCount != 1 {
			t.Errorf("the ticket has %d public messages, want 1", got.MessageCount)
		}
	})
}
