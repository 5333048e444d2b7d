package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// guest opens a ticket in a browser, with a claim of who it is.
func (d *cabinet) guest(v store.Visitor, by store.CustomerInput) desk.Ticket {
	d.Helper()
	opened, err := d.store.OpenTicket(d.Context(), desk.Actor{}, d.team, store.NewTicket{
		Channel: desk.Widget, Body: "Hello", Customer: by, Visitor: v,
	})
	if err != nil {
		d.Fatal(err)
	}
	return opened.Ticket
}

func (d *cabinet) introduce(v store.Visitor, name, email string) error {
	return d.store.IntroduceVisitor(d.Context(), d.team, v, store.CustomerInput{Name: name, Email: email})
}

// wantCustomer looks at the customer of a ticket.
func (d *cabinet) wantCustomer(what string, t desk.Ticket, name, email string) desk.Customer {
	d.Helper()
	now, err := d.store.Ticket(d.Context(), d.team, t.Number)
	if err != nil {
		d.Fatal(err)
	}
	if now.Customer.Name != name || now.Customer.Email != email {
		d.Errorf("%s: got %+v, want %s, %s", what, now.Customer, name, email)
	}
	return now.Customer
}

func TestAVisitorAddsWhatIsMissing(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		if err := d.introduce(v, "Zoe", "zoe@mail.test"); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("before they wrote: %v", err)
		}
		ticket := d.guest(v, store.CustomerInput{DistinctID: "d-1"})
		if err := d.introduce(v, "", " Zoe@Mail.test "); err != nil {
			t.Fatal(err)
		}
		first := d.wantCustomer("an email", ticket, "", "zoe@mail.test")
		if err := d.introduce(v, "Zoe", "another@mail.test"); err != nil {
			t.Fatal(err)
		}
		if got := d.wantCustomer("a name and another email", ticket, "Zoe", "zoe@mail.test"); got.ID != first.ID {
			t.Errorf("the customer became another one")
		}
	})
}

func TestWhoClaimsADistinctIDChangesNobodyElse(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		victim, thief := visitorOf("a", ""), visitorOf("b", "")
		theirs := d.guest(victim, store.CustomerInput{DistinctID: "user-7", Name: "Vic"})
		ours := d.guest(thief, store.CustomerInput{DistinctID: "user-7"})
		if ours.Customer.ID != theirs.Customer.ID {
			t.Fatal("they are two customers, want one for this test")
		}
		if err := d.introduce(thief, "Mallory", "mallory@mail.test"); err != nil {
			t.Fatal(err)
		}
		d.wantCustomer("the victim's ticket", theirs, "Vic", "")
		own := d.wantCustomer("the thief's", ours, "Vic", "mallory@mail.test")
		if own.ID == theirs.Customer.ID || own.DistinctID != "user-7" {
			t.Errorf("the thief is customer %+v, want one of their own", own)
		}
	})
}

func TestAnAddressOfSomebodyElseJoinsNobody(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		zoe := d.guest(visitorOf("a", ""), store.CustomerInput{DistinctID: "d-1", Email: "zoe@mail.test"})
		ours := d.guest(visitorOf("b", ""), store.CustomerInput{DistinctID: "d-2"})
		if err := d.introduce(visitorOf("b", ""), "", "zoe@mail.test"); err != nil {
			t.Fatal(err)
		}
		if got := d.wantCustomer("who claims it", ours, "", "zoe@mail.test"); got.ID == zoe.Customer.ID {
			t.Error("they became the customer whose address it is")
		}
		tickets, total, err := d.store.SessionTickets(t.Context(), d.team, visitorOf("b", ""), "", store.Page{Limit: 9})
		if err != nil || total != 1 || tickets[0].ID != ours.ID {
			t.Errorf("they read %d tickets (%v), want their own", total, err)
		}
	})
}

func TestOnlyAProvenIdentityChangesWhatIsKnownOfIt(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		zoe := visitorOf("", "zoe")
		ticket := d.guest(zoe, store.CustomerInput{DistinctID: "zoe", Email: "old@mail.test", Traits: map[string]any{"plan": "pro"}})
		if err := d.introduce(zoe, "Zoe", "new@mail.test"); err != nil {
			t.Fatal(err)
		}
		c := d.wantCustomer("her own", ticket, "Zoe", "new@mail.test")
		record, err := d.store.Customer(t.Context(), d.team, c.PublicID)
		if err != nil || record.Traits["plan"] != "pro" {
			t.Errorf("got traits %v (%v), want them kept", record.Traits, err)
		}
		if err := d.introduce(visitorOf("a", ""), "Eve", "eve@mail.test"); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("a browser without tickets: %v", err)
		}
		d.wantCustomer("after a stranger's try", ticket, "Zoe", "new@mail.test")
	})
}

func TestABlockedAddressIsNobodysToClaim(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		blocked := d.guest(visitorOf("a", ""), store.CustomerInput{DistinctID: "d-1", Email: "spam@mail.test"})
		if err := d.store.BlockCustomer(t.Context(), ann, d.team, blocked.Customer.PublicID); err != nil {
			t.Fatal(err)
		}
		ticket := d.guest(visitorOf("b", ""), store.CustomerInput{DistinctID: "d-2"})
		if err := d.introduce(visitorOf("b", ""), "", "spam@mail.test"); !desk.IsKind(err, desk.Forbidden) {
			t.Errorf("got %v, want a neutral refusal", err)
		}
		d.wantCustomer("the ticket", ticket, "", "")
	})
}
