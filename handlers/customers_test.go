package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestTheCardOfATicketLeadsToItsCustomer(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		opened, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, store.NewTicket{
			Channel: desk.Widget, Body: "Hello", Subject: "First",
			Customer: store.CustomerInput{Name: "Mira <b>", Email: "mira@northwind.example", Traits: map[string]any{"plan": "<i>pro</i>", "seats": 7.0}},
		})
		check(t, err)
		path := bob.open("/tickets/1").Find("a[data-customer]").AttrOr("href", "")
		if path != "/customers/"+opened.Ticket.Customer.PublicID.String() {
			t.Fatalf("the card leads to %q", path)
		}
		p := bob.open(path)
		if p.status != http.StatusOK || p.Find("[data-of-customer='1']").Length() != 1 {
			t.Errorf("got %d with %d tickets, want one", p.status, p.Find("[data-of-customer]").Length())
		}
		if got := p.Find(".traits").Text(); !strings.Contains(got, "<i>pro</i>") || !strings.Contains(got, "7") || p.Find("h2 b, dd i").Length() != 0 {
			t.Errorf("traits: got %q, want them as text", got)
		}
		if p := bob.open(path + "?after=x"); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a bad page: got %d", p.status)
		}
		if p := bob.open("/customers?q=q"); !strings.Contains(p.Find(".empty").Text(), "two letters") {
			t.Errorf("one letter: the page says %q, want how many it takes", p.Find(".empty").Text())
		}
		if p := bob.open("/customers?q=qq"); !strings.Contains(p.Find(".empty").Text(), "Nobody found") {
			t.Errorf("two letters of nobody: the page says %q", p.Find(".empty").Text())
		}
		if p := bob.open("/customers?q="); p.status != http.StatusOK || p.Find("#customer-q").Length() != 1 {
			t.Errorf("search: got %d", p.status)
		}
		_, theirs := d.otherTeam(t)
		if p := bob.open("/customers/" + theirs.Customer.PublicID.String()); p.status != http.StatusNotFound {
			t.Errorf("another team's customer: got %d", p.status)
		}
		if p := bob.open("/customers/nobody"); p.status != http.StatusNotFound {
			t.Errorf("no customer: got %d", p.status)
		}
	})
}
