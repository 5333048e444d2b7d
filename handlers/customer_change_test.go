package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func (d builderDesk) opens(t *testing.T, by store.CustomerInput) desk.Ticket {
	t.Helper()
	opened, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, store.NewTicket{Channel: desk.Widget, Body: "Hello", Customer: by})
	check(t, err)
	return opened.Ticket
}

func customerPath(t desk.Ticket) string { return "/customers/" + t.Customer.PublicID.String() }

func TestAMemberBlocksACustomerAndWritesNotes(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		path := customerPath(d.write(t, "Hello"))
		bob := d.signIn(t, "bob@example.com")
		p := bob.post(path+"/block", nil)
		if p.status != http.StatusOK || p.Find(".alert").Length() != 1 || p.Find("[data-deed=blocked]").Length() != 1 {
			t.Fatalf("got %d, want the page with the block and who made it", p.status)
		}
		if p := bob.open("/tickets/1"); !strings.Contains(p.Find("#facts .person").Text(), "Blocked") {
			t.Error("the card does not tell that the customer is blocked")
		}
		if p := bob.post(path+"/unblock", nil); strings.Contains(p.Find(".person").Text(), "Blocked") {
			t.Error("the customer is still blocked")
		}

		p = bob.post(path+"/notes", url.Values{"note": {"Likes <b>tea</b>"}})
		if got := p.Find("[data-deed=note] .customer-note-body").Text(); got != "Likes <b>tea</b>" {
			t.Errorf("got the note %q, want it as text", got)
		}
		note := p.Find("[data-deed=note] button[name=id]").AttrOr("value", "")
		ada := d.signIn(t, "ada@example.com")
		if p := ada.open(path); p.Find("[data-deed=note] button[name=id]").Length() != 0 {
			t.Error("somebody else is offered to delete the note")
		}
		if p := ada.post(path+"/notes/delete", url.Values{"id": {note}}); p.status != http.StatusForbidden || p.Find("[data-deed=note]").Length() != 1 {
			t.Errorf("somebody else's note: got %d", p.status)
		}
		if p := bob.post(path+"/notes/delete", url.Values{"id": {note}}); p.Find("[data-deed=note]").Length() != 0 {
			t.Error("the note is still there")
		}
		long := strings.Repeat("x", desk.MaxCustomerNote+1)
		if p := bob.post(path+"/notes", url.Values{"note": {long}}); p.status != http.StatusUnprocessableEntity || p.Find("#customer-note").Text() != long {
			t.Errorf("a note that is too long: got %d, want it refused and kept", p.status)
		}
	})
}

func TestAMemberGivesACustomerAnotherAddress(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		path := customerPath(d.write(t, "Hello"))
		other := d.opens(t, store.CustomerInput{Name: "Jo", Email: "jo@northwind.example"})
		bob := d.signIn(t, "bob@example.com")
		p := bob.post(path+"/addresses", url.Values{"email": {"JO@northwind.example"}})
		if p.status != http.StatusConflict || !strings.Contains(p.Find(".problem").Text(), "Jo has this address") ||
			p.Find("#customer-email").AttrOr("value", "") != "JO@northwind.example" {
			t.Errorf("somebody's address: got %d: %q", p.status, p.Find(".problem").Text())
		}
		if p := bob.post(path+"/addresses", url.Values{"email": {"mira@home.example"}}); p.Find("[data-address='mira@home.example']").Length() != 1 {
			t.Fatalf("got %d, want the new address", p.status)
		}
		if p := bob.open("/customers?q=mira@home"); p.Find("[data-customer]").Length() != 1 {
			t.Error("the search does not find the customer by the further address")
		}
		if p := bob.post(path+"/addresses/remove", url.Values{"email": {"mira@home.example"}}); p.Find("[data-address]").Length() != 0 {
			t.Errorf("got %d, want the address gone", p.status)
		}

		if got := bob.open(path).Find("[data-company]").AttrOr("href", ""); got != "/companies/northwind.example" {
			t.Errorf("the company is at %q", got)
		}
		p = bob.open("/companies/northwind.example")
		if p.status != http.StatusOK || p.Find("tr[data-customer]").Length() != 2 || p.Find("[data-customer='"+other.Customer.PublicID.String()+"']").Length() != 1 {
			t.Errorf("company: got %d with %d people, want both", p.status, p.Find("tr[data-customer]").Length())
		}
		for path, want := range map[string]int{"/companies/gmail.com": http.StatusNotFound, "/companies/x.example?after=y": http.StatusUnprocessableEntity} {
			if p := bob.open(path); p.status != want {
				t.Errorf("%s: got %d, want %d", path, p.status, want)
			}
		}
	})
}

func TestAMemberMergesTwoCustomersAndUndoesIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		source := d.opens(t, store.CustomerInput{DistinctID: "visitor"})
		target := d.write(t, "Hello")
		from, into := customerPath(source), customerPath(target)
		bob := d.signIn(t, "bob@example.com")
		if p := bob.open(from + "/merge?q=mira@"); p.Find("a[href^='"+from+"/merge?into=']").Length() != 1 {
			t.Fatalf("got %d, want Mira to choose", p.status)
		}
		chosen := url.Values{"into": {target.Customer.PublicID.String()}}
		if p := bob.open(from + "/merge?" + chosen.Encode()); p.Find(".merge-side").Length() != 2 || p.Find(".merge-form button[disabled]").Length() != 0 {
			t.Fatalf("got %d, want both sides and the button", p.status)
		}
		p := bob.post(from+"/merge", chosen)
		if p.at.Path != into || p.Find("[data-of-customer]").Length() != 2 || p.Find("[data-merge]").Length() != 1 {
			t.Fatalf("got %s with %d tickets, want the survivor with both", p.at, p.Find("[data-of-customer]").Length())
		}
		if p := bob.open(from); p.at.Path != into {
			t.Errorf("the old address leads to %s, want the survivor", p.at)
		}
		if got := bob.open("/tickets/1/history").Text(); !strings.Contains(got, "gave the ticket to Mira (was visitor)") {
			t.Error("the history does not tell whose the ticket is")
		}
		if p := bob.post(into+"/merge", chosen); p.status != http.StatusUnprocessableEntity || p.Find(".alert").Length() != 1 {
			t.Errorf("into themselves: got %d", p.status)
		}
		undo := p.Find("[data-merge] form").AttrOr("action", "")
		if p := bob.post(undo, nil); p.at.Path != into || p.Find("[data-of-customer]").Length() != 1 {
			t.Errorf("after the undo: got %s with %d tickets, want its own", p.at, p.Find("[data-of-customer]").Length())
		}
		if p := bob.post(undo, nil); p.status != http.StatusConflict || !strings.Contains(p.Find(".alert").Text(), "already") {
			t.Errorf("a second undo: got %d", p.status)
		}
	})
}

func TestNobodyTouchesTheCustomersOfAnotherTeam(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ours := d.write(t, "Hello")
		_, ticket := d.otherTeam(t)
		theirs := customerPath(ticket)
		bob := d.signIn(t, "bob@example.com")
		form := url.Values{"note": {"x"}, "email": {"x@example.com"}, "into": {ours.Customer.PublicID.String()}, "id": {ours.PublicID.String()}}
		for _, path := range []string{
			theirs + "/notes", theirs + "/notes/delete", theirs + "/block", theirs + "/unblock", theirs + "/addresses",
			theirs + "/addresses/remove", theirs + "/merge", "/customer-merges/" + ticket.PublicID.String() + "/undo",
		} {
			if p := bob.post(path, form); p.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want %d", path, p.status, http.StatusNotFound)
			}
		}
		if p := bob.post(customerPath(ours)+"/merge", url.Values{"into": {ticket.Customer.PublicID.String()}}); p.status != http.StatusNotFound {
			t.Errorf("into another team's: got %d", p.status)
		}
	})
}
