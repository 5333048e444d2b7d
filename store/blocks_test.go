package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func (d *stage) open(by store.CustomerInput) (desk.Ticket, error) {
	d.Helper()
	opened, err := d.store.OpenTicket(d.Context(), desk.Actor{}, d.team, store.NewTicket{Channel: desk.Widget, Body: "Hello", Customer: by})
	return opened.Ticket, err
}

func (d *stage) opens(by store.CustomerInput) desk.Ticket {
	d.Helper()
	t, err := d.open(by)
	check(d.T, err)
	return t
}

func TestWhatABlockedCustomerWritesIsRefusedAndNothingIsKept(t *testing.T) {
	onStage(t, func(d *stage) {
		mira := store.CustomerInput{Name: "Mira", Email: "mira@example.com", DistinctID: "m"}
		ticket := d.opens(mira)
		same := d.opens(store.CustomerInput{DistinctID: "m"}) // the same id without an address is another one's claim
		browser := question("From a browser")
		browser.Visitor, browser.Customer = store.Visitor{Session: []byte("a browser")}, store.CustomerInput{Email: "other@example.com", DistinctID: "o"}
		third := openTicket(d.T, d.store, d.team, browser)
		for _, id := range []desk.ID{ticket.Customer.PublicID, third.Customer.PublicID} {
			check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, id))
			check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, id)) // a second time is nothing new
		}
		before := d.ticket(ticket.Number)
		history := d.history(ticket)

		_, err := d.open(mira)
		wantKind(d.T, "the same customer", err, desk.Forbidden)
		_, err = d.open(store.CustomerInput{Email: "MIRA@example.com", DistinctID: "new"})
		wantKind(d.T, "the same address", err, desk.Forbidden)
		browser.Customer = store.CustomerInput{Email: "renamed@example.com", DistinctID: "n"}
		_, err = d.store.OpenTicket(d.Context(), desk.Actor{}, d.team, browser)
		wantKind(d.T, "the same browser", err, desk.Forbidden)
		writer := desk.Actor{Kind: desk.ByCustomer, ID: ticket.Customer.ID}
		_, err = d.store.ChangeTicket(d.Context(), writer, d.team, ticket.ID, desk.AddMessage{Body: "Again"})
		wantKind(d.T, "a message", err, desk.Forbidden)
		if got := d.ticket(ticket.Number); got.UnreadTeam != before.UnreadTeam || got.MessageCount != 1 || len(d.history(ticket)) != len(history) {
			d.Errorf("got %+v, want a refused message to leave nothing", got)
		}

		change(d.T, d.store, ticket, desk.AddMessage{Body: "An agent may write"})
		_, err = d.store.ChangeTicket(d.Context(), writer, d.team, ticket.ID, desk.MarkRead{})
		check(d.T, err)
		if next := d.opens(store.CustomerInput{DistinctID: "m"}); next.Number != 4 || next.Customer.ID != same.Customer.ID {
			d.Errorf("got ticket %d of customer %d, want 4 of %d: a refusal takes no number", next.Number, next.Customer.ID, same.Customer.ID)
		}
		check(d.T, d.store.UnblockCustomer(d.Context(), byAnn(), d.team, ticket.Customer.PublicID))
		d.opens(mira)
		notes, err := d.store.CustomerNotes(d.Context(), d.team, ticket.Customer.ID, 9)
		check(d.T, err)
		if len(notes) != 2 || notes[0].Kind != desk.CustomerUnblocked || notes[1].Kind != desk.CustomerBlocked || notes[1].Author != "Ann" {
			d.Errorf("got %+v, want the block and its end, each once", notes)
		}
		wantKind(d.T, "another team's", d.store.BlockCustomer(d.Context(), byAnn(), d.team+1, ticket.Customer.PublicID), desk.NotFound)
	})
}

func (d *stage) history(t desk.Ticket) []store.HistoryEntry {
	d.Helper()
	h, err := d.store.History(d.Context(), d.team, t.ID, 99)
	check(d.T, err)
	return h
}

func TestANoteAboutACustomerIsDeletedByItsAuthorAlone(t *testing.T) {
	onStage(t, func(d *stage) {
		of := d.opens(store.CustomerInput{Email: "mira@example.com"}).Customer
		check(d.T, d.store.AddCustomerNote(d.Context(), byAnn(), d.team, of.PublicID, "  Likes tea  "))
		wantKind(d.T, "nothing", d.store.AddCustomerNote(d.Context(), byAnn(), d.team, of.PublicID, " "), desk.Invalid)
		wantKind(d.T, "another team's", d.store.AddCustomerNote(d.Context(), byAnn(), d.team+1, of.PublicID, "x"), desk.NotFound)
		notes, err := d.store.CustomerNotes(d.Context(), d.team, of.ID, 9)
		check(d.T, err)
		if len(notes) != 1 || notes[0].Body != "Likes tea" || notes[0].Author != "Ann" || notes[0].At.IsZero() {
			d.Fatalf("got %+v, want the one note", notes)
		}
		wantKind(d.T, "not the author", d.store.DeleteCustomerNote(d.Context(), desk.Agent(2, "Bob"), d.team, notes[0].ID), desk.Forbidden)
		wantKind(d.T, "another team", d.store.DeleteCustomerNote(d.Context(), byAnn(), d.team+1, notes[0].ID), desk.NotFound)
		check(d.T, d.store.DeleteCustomerNote(d.Context(), byAnn(), d.team, notes[0].ID))
		wantKind(d.T, "a second time", d.store.DeleteCustomerNote(d.Context(), byAnn(), d.team, notes[0].ID), desk.NotFound)
	})
}
