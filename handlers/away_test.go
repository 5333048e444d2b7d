package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestATicketSaysThatAReplyWillGoOutByEmail(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "Hello")
		admin, agent := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		if n := admin.open("/tickets/1").Find("[data-mail]").Length(); n != 0 {
			t.Errorf("before any reply there are %d lines about a mail, want none", n)
		}
		admin.post("/tickets/1/messages", url.Values{"body": {"Between us"}, "private": {"on"}})
		if n := admin.open("/tickets/1").Find("[data-mail]").Length(); n != 0 {
			t.Errorf("after a note there are %d lines about a mail, want none", n)
		}
		admin.post("/tickets/1/messages", url.Values{"body": {"Hello Mira"}})

		line := admin.open("/tickets/1").Find(`[data-mail="pending"]`)
		words := strings.Join(strings.Fields(line.Text()), " ")
		if !strings.HasPrefix(words, "Goes to mira@northwind.example by email at ") || !strings.Contains(words, "unless it is read before.") {
			t.Errorf("got %q, want whom it goes to, when, and what keeps it", words)
		}
		if href := line.Find("a").AttrOr("href", ""); admin.open(href).status != http.StatusOK {
			t.Errorf("the line leads to %q, want the delivery", href)
		}
		if n := agent.open("/tickets/1").Find(`[data-mail="pending"] a`).Length(); n != 0 {
			t.Error("an agent who may not see deliveries is sent to one")
		}
		rows := admin.open("/deliveries?state=pending").Find("[data-delivery]")
		if text := strings.Join(strings.Fields(rows.Text()), " "); rows.Length() != 1 || !strings.Contains(text, "Replymira@northwind.example") || !strings.Contains(text, "Goes out") {
			t.Errorf("the deliveries say %q, want the reply and when it goes out", text)
		}

		ticket := d.ticket(t, 1)
		_, err := d.store.ChangeTicket(t.Context(), desk.Actor{Kind: desk.ByCustomer, ID: ticket.Customer.ID}, d.team, ticket.ID, desk.MarkRead{})
		check(t, err)
		if n := admin.open("/tickets/1").Find("[data-mail]").Length(); n != 0 {
			t.Errorf("once it is read there are %d lines about a mail, want none", n)
		}
		if got := admin.open("/deliveries?state=cancelled").Find("[data-delivery]").Text(); !strings.Contains(got, "The customer has read it.") {
			t.Errorf("the deliveries say %q, want why it was not needed", got)
		}
	})
}

func TestAnAgentEndsThePrivateLinksOfATicket(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		link := store.NewPrivateLink()
		_, err := d.store.OpenContact(t.Context(), d.team, store.NewContact{Link: link, NewTicket: store.NewTicket{
			Channel: desk.Widget, Body: "Hello", Customer: store.CustomerInput{Email: "mira@northwind.example"},
		}})
		check(t, err)
		agent := d.signIn(t, "bob@example.com")
		form := agent.open("/tickets/1").Find("#private-links form")
		if text := form.Text(); !strings.Contains(text, "1 link") {
			t.Fatalf("got %q, want the browser's link: the mail's is made when it leaves", text)
		}
		agent.post(form.AttrOr("action", ""), url.Values{})
		if _, err := d.store.LinkedTicket(t.Context(), link); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("got %v, want the link to lead nowhere", err)
		}
		p := agent.open("/tickets/1")
		if p.Find("#private-links").Length() != 0 || !strings.Contains(p.Find("#facts").Text(), "ended 1 private link") {
			t.Error("the page still offers to end links, or its history does not say that they have ended")
		}

		others, ticket := d.otherTeam(t)
		if p := agent.post("/tickets/99/private-links/end", url.Values{}); p.status != http.StatusNotFound {
			t.Errorf("ticket %d of team %d: got %d, want %d", ticket.Number, others, p.status, http.StatusNotFound)
		}
	})
}
