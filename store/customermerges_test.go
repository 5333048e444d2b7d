package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// two are a visitor without a name with two tickets, and a customer whom an agent knows.
func (d *stage) two() (visitor [2]desk.Ticket, known desk.Ticket) {
	d.Helper()
	by := store.CustomerInput{DistinctID: "visitor", Email: "old@example.com"}
	visitor = [2]desk.Ticket{d.opens(by), d.opens(by)}
	return visitor, d.opens(store.CustomerInput{Name: "Mira", Email: "mira@example.com", DistinctID: "mira"})
}

func (d *stage) mergeCustomers(from, into desk.Ticket) store.CustomerMerge {
	d.Helper()
	check(d.T, d.store.MergeCustomers(d.Context(), byAnn(), d.team, from.Customer.PublicID, into.Customer.PublicID))
	merges, err := d.store.CustomerMerges(d.Context(), d.team, into.Customer.ID, 9)
	check(d.T, err)
	if len(merges) == 0 {
		d.Fatal("the survivor knows of no merge")
	}
	return merges[0]
}

func (d *stage) wantOwners(want ...int64) {
	d.Helper()
	for i, customer := range want {
		if got := d.ticket(int64(i + 1)).Customer.ID; got != customer {
			d.Errorf("ticket %d: got customer %d, want %d", i+1, got, customer)
		}
	}
}

func TestAMergeOfCustomersMovesTicketsAndAnUndoGivesThemBack(t *testing.T) {
	onStage(t, func(d *stage) {
		visitor, known := d.two()
		old, mira := visitor[0].Customer.ID, known.Customer.ID
		d.settle()
		d.clock.add(time.Minute)
		before := d.ticket(1)
		check(d.T, d.store.AddCustomerNote(d.Context(), byAnn(), d.team, visitor[0].Customer.PublicID, "Met at the fair"))
		m := d.mergeCustomers(visitor[0], known)
		if m.Moved != 2 || m.From != "old@example.com" || m.By != "Ann" {
			d.Errorf("got %+v, want two tickets of old@example.com", m)
		}
		d.wantOwners(mira, mira, mira)
		if n := d.settle(); n != 0 {
			d.Errorf("got %d events, want none", n)
		}
		if diff := cmp.Diff(before.UpdatedAt, d.ticket(1).UpdatedAt); diff != "" {
			d.Errorf("an old ticket came up again: %s", diff)
		}
		if h := d.history(visitor[0]); h[0].Field != desk.FieldCustomer || h[0].Before != "old@example.com" || h[0].After != "Mira" {
			d.Errorf("got the record %+v, want whose the ticket was and is", h[0])
		}
		notes, err := d.store.CustomerNotes(d.Context(), d.team, mira, 9)
		check(d.T, err)
		if len(notes) != 2 || notes[1].Body != "Met at the fair" {
			d.Errorf("got notes %+v, want those of both", notes)
		}
		whole, err := d.store.CustomerWhole(d.Context(), d.team, visitor[0].Customer.PublicID)
		check(d.T, err)
		if whole.ID != mira {
			d.Errorf("got customer %d, want the survivor", whole.ID)
		}
		later := d.opens(store.CustomerInput{DistinctID: "visitor", Email: "old@example.com"})
		byMail := d.opens(store.CustomerInput{Email: "old@example.com"})
		d.wantOwners(mira, mira, mira, mira, mira)

		into, err := d.store.UndoCustomerMerge(d.Context(), byAnn(), d.team, m.ID)
		check(d.T, err)
		if into != known.Customer.PublicID {
			d.Errorf("got %s, want the survivor", into)
		}
		d.wantOwners(old, old, mira, mira, mira)
		if later.Number != 4 || byMail.Number != 5 {
			d.Error("the later tickets are not the last ones")
		}
		_, err = d.store.UndoCustomerMerge(d.Context(), byAnn(), d.team, m.ID)
		wantKind(d.T, "a second undo", err, desk.Conflict)
		_, err = d.store.UndoCustomerMerge(d.Context(), byAnn(), d.team+1, m.ID)
		if err == nil {
			d.Error("another team undid the merge")
		}
		if next := d.opens(store.CustomerInput{Email: "old@example.com"}); next.Customer.ID != old {
			d.Errorf("after the undo: got customer %d, want %d", next.Customer.ID, old)
		}
	})
}

func TestMergesOfCustomersThatAreRefused(t *testing.T) {
	onStage(t, func(d *stage) {
		visitor, known := d.two()
		third := d.opens(store.CustomerInput{Email: "third@example.com"})
		merge := func(from, into desk.Ticket) error {
			return d.store.MergeCustomers(d.Context(), byAnn(), d.team, from.Customer.PublicID, into.Customer.PublicID)
		}
		wantKind(d.T, "themselves", merge(known, known), desk.Invalid)
		check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, third.Customer.PublicID))
		wantKind(d.T, "one blocked", merge(third, known), desk.Conflict)
		check(d.T, d.store.UnblockCustomer(d.Context(), byAnn(), d.team, third.Customer.PublicID))
		first := d.mergeCustomers(visitor[0], known)
		wantKind(d.T, "twice", merge(visitor[0], third), desk.Conflict)
		wantKind(d.T, "into one that is gone", merge(third, visitor[0]), desk.Conflict)
		d.mergeCustomers(known, third)
		_, err := d.store.UndoCustomerMerge(d.Context(), byAnn(), d.team, first.ID)
		wantKind(d.T, "the inner merge first", err, desk.Conflict)
		if by := d.opens(store.CustomerInput{Email: "old@example.com"}); by.Customer.ID != third.Customer.ID {
			d.Errorf("got customer %d, want the last survivor", by.Customer.ID)
		}
		check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, third.Customer.PublicID))
		_, err = d.open(store.CustomerInput{Email: "old@example.com"})
		wantKind(d.T, "an old address of a blocked customer", err, desk.Forbidden)
		if err := (desk.CustomerMerge{From: 1, Into: 2, Tickets: desk.MaxMovedTickets + 1}).Check(); !desk.IsKind(err, desk.Conflict) {
			d.Errorf("too many tickets: got %v", err)
		}
	})
}

func TestACustomerHasSeveralAddressesThatNobodyElseHas(t *testing.T) {
	onStage(t, func(d *stage) {
		visitor, known := d.two()
		add := func(to desk.Ticket, email string) error {
			return d.store.AddAddress(d.Context(), byAnn(), d.team, to.Customer.PublicID, email)
		}
		check(d.T, add(known, " Mira@Home.example "))
		wantKind(d.T, "again", add(known, "mira@home.example"), desk.Invalid)
		wantSentence(d.T, add(visitor[0], "mira@home.example"), desk.Conflict, "Mira has this address")
		wantKind(d.T, "somebody's first address", add(known, "old@example.com"), desk.Conflict)
		wantKind(d.T, "no address", add(known, "mira"), desk.Invalid)
		wantKind(d.T, "another team", d.store.AddAddress(d.Context(), byAnn(), d.team+1, known.Customer.PublicID, "x@example.com"), desk.NotFound)
		if by := d.opens(store.CustomerInput{Email: "mira@home.example"}); by.Customer.ID != known.Customer.ID {
			d.Errorf("got customer %d, want Mira by her further address", by.Customer.ID)
		}
		found, err := d.store.CustomersLike(d.Context(), d.team, "Mira@ho", 9)
		check(d.T, err)
		if len(found) != 1 || found[0].ID != known.Customer.ID {
			d.Errorf("got %+v, want Mira", found)
		}
		d.mergeCustomers(visitor[0], known)
		c, err := d.store.CustomerWhole(d.Context(), d.team, known.Customer.PublicID)
		check(d.T, err)
		got, err := d.store.CustomerAddresses(d.Context(), d.team, c)
		check(d.T, err)
		if diff := cmp.Diff([]store.Address{{Email: "mira@home.example"}, {Email: "old@example.com", Fixed: true}}, got); diff != "" {
			d.Errorf("addresses: -want +got:\n%s", diff)
		}
		check(d.T, d.store.RemoveAddress(d.Context(), byAnn(), d.team, known.Customer.PublicID, "mira@home.example"))
		wantKind(d.T, "twice", d.store.RemoveAddress(d.Context(), byAnn(), d.team, known.Customer.PublicID, "mira@home.example"), desk.NotFound)
		if found, err := d.store.CustomersLike(d.Context(), d.team, "old@example.com", 9); err != nil || len(found) != 1 || found[0].ID != known.Customer.ID {
			d.Errorf("got %+v, %v, want the survivor by the old address", found, err)
		}
	})
}

func TestACompanyHasItsCustomersAndTheirOpenTickets(t *testing.T) {
	onStage(t, func(d *stage) {
		first := d.opens(store.CustomerInput{Name: "Ada", Email: "ada@northwind.example"})
		d.opens(store.CustomerInput{Name: "Bob", Email: "bob@northwind.example"})
		d.opens(store.CustomerInput{Name: "Cas", Email: "cas@gmail.com"})
		change(d.T, d.store, first, desk.SetStatus{To: desk.Resolved})
		page, next, err := d.store.CustomersOfCompany(d.Context(), d.team, "northwind.example", 0, 1)
		check(d.T, err)
		if len(page) != 1 || page[0].Name != "Ada" || page[0].Open != 0 || next == 0 {
			d.Fatalf("got %+v and %d, want Ada with nothing open, and more", page, next)
		}
		page, next, err = d.store.CustomersOfCompany(d.Context(), d.team, "northwind.example", next, 1)
		check(d.T, err)
		if len(page) != 1 || page[0].Name != "Bob" || page[0].Open != 1 || next != 0 {
			d.Errorf("got %+v and %d, want Bob with one open, and no more", page, next)
		}
		_, _, err = d.store.CustomersOfCompany(d.Context(), d.team, "gmail.com", 0, 9)
		wantKind(d.T, "free mail", err, desk.NotFound)
		page, _, err = d.store.CustomersOfCompany(d.Context(), d.team+1, "northwind.example", 0, 9)
		check(d.T, err)
		if len(page) != 0 {
			d.Errorf("another team: got %+v, want nobody", page)
		}
	})
}
