package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/workflow/desk"
)

func TestASnoozeInWordsIsEchoedAndThenSaved(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		path := ticketPath(ticket) + "/snooze"
		for words, want := range map[string]string{
			"24 dec 2027": "Fri 24 Dec 2027, 09:00 UTC", "until they reply": "Until the customer replies", "soon": `"soon" is not a time`,
		} {
			p := ada.fragment(http.MethodGet, path+"?words="+url.QueryEscape(words), nil)
			if p.status != http.StatusOK || !strings.Contains(p.Text(), want) {
				t.Errorf("%s: got %d %q, want %q", words, p.status, p.Text(), want)
			}
		}
		if got := d.ticket(t, ticket.Number); got.Snoozed() {
			t.Fatal("asking what words mean has snoozed the ticket")
		}

		ada.post(path, url.Values{"snooze": {"24 dec 2027"}})
		if got := d.ticket(t, ticket.Number); got.SnoozedUntil.Format("2006-01-02 15:04") != "2027-12-24 09:00" || got.Status != desk.OnHold {
			t.Errorf("got %s until %s, want on hold until Christmas", got.Status, got.SnoozedUntil)
		}
		p := ada.post(path, url.Values{"snooze": {"until they reply"}})
		if got := d.ticket(t, ticket.Number); !got.SnoozedUntilReply || !strings.Contains(p.Find("#facts").Text(), "Until the customer replies") {
			t.Errorf("got %+v, want it put away until the reply, and told", got)
		}
		if !strings.Contains(p.Find("#history").Text(), "snoozed the ticket until the customer replies") {
			t.Errorf("history: got %q", p.Find("#history").Text())
		}
		if missing := ada.fragment(http.MethodGet, "/tickets/999/snooze?words=mon", nil); missing.status != http.StatusNotFound {
			t.Errorf("of no ticket: got %d", missing.status)
		}
	})
}

func TestASnoozeThatIsNoTimeIsRefusedAndKept(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		p := d.signIn(t, "ada@example.com").post(ticketPath(ticket)+"/snooze", url.Values{"snooze": {"when pigs fly"}})
		kept, _ := p.Find("#fact-snooze").Attr("value")
		if p.status != http.StatusBadRequest && p.status != http.StatusUnprocessableEntity || kept != "when pigs fly" {
			t.Errorf("got %d with %q kept", p.status, kept)
		}
		if !strings.Contains(p.Find("#facts").Text(), "is not a time") || d.ticket(t, ticket.Number).Status != desk.New {
			t.Error("the refusal is not told, or the ticket was changed")
		}
	})
}
