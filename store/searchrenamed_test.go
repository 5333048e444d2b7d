package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestARenamedCustomerIsFoundByWhatTheyAreCalledNow(t *testing.T) {
	onStage(t, func(d *stage) {
		visitor := store.Visitor{Identity: "ada"}
		d.opensAs(visitor, store.CustomerInput{Name: "Ada Byron", Email: "ada@old.example", DistinctID: "ada"})
		silent := d.opens(store.CustomerInput{Email: "mira@example.com"})
		index(d.T, d.store)
		d.wantFound("from:byron", 1)

		check(d.T, d.store.IntroduceVisitor(d.Context(), d.team, visitor, store.CustomerInput{Name: "Ada Lovelace", Email: "ada@new.example"}))
		d.opens(store.CustomerInput{Name: "Mira", Email: "mira@example.com"})
		check(d.T, d.store.AddAddress(d.Context(), byAnn(), d.team, silent.Customer.PublicID, "m@further.example"))
		index(d.T, d.store)
		for text, want := range map[string][]int64{
			"from:lovelace": {1}, "from:ada@new.example": {1}, "ada@new.example": {1}, "from:byron": nil, "from:old.example": nil,
			"from:mira": {2, 3}, "from:m@further.example": {2, 3}, "further.example": {2, 3},
		} {
			d.wantFound(text, want...)
		}
		customers, err := d.store.CustomersLike(d.Context(), d.team, "lovela", 5)
		check(d.T, err)
		if len(customers) != 1 || customers[0].Name != "Ada Lovelace" {
			d.Errorf("got %+v, want Ada Lovelace", customers)
		}

		check(d.T, d.store.RemoveAddress(d.Context(), byAnn(), d.team, silent.Customer.PublicID, "m@further.example"))
		index(d.T, d.store)
		d.wantFound("further.example")
	})
}

func TestMergedCustomersAreFoundByTheAddressesOfBoth(t *testing.T) {
	onStage(t, func(d *stage) {
		visitor, known := d.two()
		index(d.T, d.store)
		d.wantFound("from:old@example.com", 1, 2)
		m := d.mergeCustomers(visitor[0], known)
		index(d.T, d.store)
		d.wantFound("from:old@example.com", 1, 2, 3)
		_, err := d.store.UndoCustomerMerge(d.Context(), byAnn(), d.team, m.ID)
		check(d.T, err)
		index(d.T, d.store)
		d.wantFound("from:old@example.com", 1, 2)
		d.wantFound("from:mira", 3)
	})
}

// TestAllTicketsOfARenamedCustomerAreIndexed takes more of them than one transaction does.
func TestAllTicketsOfARenamedCustomerAreIndexed(t *testing.T) {
	onStage(t, func(d *stage) {
		const tickets = 260
		var first desk.Ticket
		for range tickets {
			first = d.opens(store.CustomerInput{Email: "mira@example.com"})
		}
		index(d.T, d.store)
		check(d.T, d.store.AddAddress(d.Context(), byAnn(), d.team, first.Customer.PublicID, "m@further.example"))
		index(d.T, d.store)
		found, err := d.store.CountTickets(d.Context(), store.TicketQuery{Team: d.team, User: 1, Text: "further.example", Now: d.clock.read()}, tickets+1)
		check(d.T, err)
		if found.Tickets != tickets {
			d.Errorf("got %d tickets, want %d", found.Tickets, tickets)
		}
	})
}

func TestARenamedCustomerWaitsForNoPauseInTheChanges(t *testing.T) {
	onStage(t, func(d *stage) {
		visitor := store.Visitor{Identity: "ada"}
		d.opensAs(visitor, store.CustomerInput{Name: "Ada Byron", DistinctID: "ada"})
		index(d.T, d.store)
		check(d.T, d.store.IntroduceVisitor(d.Context(), d.team, visitor, store.CustomerInput{Name: "Ada Lovelace"}))
		goesOn := func() { d.opens(store.CustomerInput{Email: "mira@example.com"}) }
		goesOn()
		check(d.T, d.store.IndexBatches(d.Context(), 3, goesOn))
		d.wantFound("from:lovelace", 1)
		d.wantFound("from:mira", 2, 3, 4) // the changes have their turns, too
	})
}
