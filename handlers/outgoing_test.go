package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
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

func TestAMessageIsMeasuredWithoutTheCarriageReturnsOfItsForm(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket, text := d.write(t, "Hello"), strings.Repeat("x\n", desk.MaxMessage/2)
		p := d.signIn(t, "ada@example.com").post(ticketPath(ticket)+"/messages", url.Values{"body": {strings.ReplaceAll(text, "\n", "\r\n")}})
		messages, err := d.store.Messages(t.Context(), d.team, ticket.ID, store.MessageQuery{Limit: 9})
		if err != nil || len(messages) != 2 || messages[1].Body != text {
			t.Errorf("got %d and %d messages, %v, want what was typed", p.status, len(messages), err)
		}
	})
}

func TestATimeToSendAtIsEchoedBeforeItIsChosen(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		field := ada.open(ticketPath(ticket)).Find("#composer [name=later]")
		month := time.Now().UTC().AddDate(0, 1, 0)
		for words, want := range map[string]string{
			month.Format("2 Jan 2006"): month.Format("Mon 2 Jan 2006, 09:00 UTC"), "": "",
			"soon": `"soon" is not a time`, month.AddDate(2, 0, 0).Format("2 Jan 2006"): "a year at the most", "until they reply": "is not a time",
		} {
			p := ada.fragment(http.MethodGet, field.AttrOr("hx-get", "")+"?later="+url.QueryEscape(words), nil)
			if p.status != http.StatusOK || !strings.Contains(p.Text(), want) || (want == "") != (strings.TrimSpace(p.Text()) == "") {
				t.Errorf("%q: got %d %q, want %q", words, p.status, p.Text(), want)
			}
		}
		if d.ticket(t, ticket.Number).MessageCount != 1 {
			t.Error("asking what words mean has sent something")
		}
	})
}
