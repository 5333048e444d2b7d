package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

var (
	browserOf = store.Visitor{Session: []byte("one browser")}
	asAda     = store.Visitor{Identity: "ada"}
	asBen     = store.Visitor{Identity: "ben"}
)

// in is who signs in in the browser: the call proves both.
func in(v store.Visitor) store.Visitor {
	return store.Visitor{Session: browserOf.Session, Identity: v.Identity}
}

func (d *stage) opensAs(v store.Visitor, by store.CustomerInput) desk.Ticket {
	d.Helper()
	opened, err := d.store.OpenTicket(d.Context(), desk.Actor{}, d.team, store.NewTicket{
		Channel: desk.Widget, Body: "Hello", Customer: by, Visitor: v,
	})
	check(d.T, err)
	return opened.Ticket
}

// wantReads checks what the visitor lists, newest first, and that nothing else opens.
func (d *stage) wantReads(who string, v store.Visitor, all []desk.Ticket, want ...int64) {
	d.Helper()
	list, total, err := d.store.SessionTickets(d.Context(), d.team, v, "", store.Page{Limit: 10})
	check(d.T, err)
	got := []int64{}
	for _, t := range list {
		got = append(got, t.Number)
	}
	if diff := cmp.Diff(append([]int64{}, want...), got); diff != "" || total != len(want) {
		d.Errorf("%s lists %d (-want +got):\n%s", who, total, diff)
	}
	for _, t := range all {
		owned := false
		for _, number := range want {
			owned = owned || number == t.Number
		}
		if got, err := d.store.VisitorTicket(d.Context(), d.team, t.PublicID, v); err != nil || got.Owned != owned {
			d.Errorf("%s, ticket %d: got owned %t, %v, want %t", who, t.Number, got.Owned, err, owned)
		}
	}
}

func TestPeopleWhoSignInInOneBrowserNeverMeet(t *testing.T) {
	onStage(t, func(d *stage) {
		all := []desk.Ticket{d.opensAs(browserOf, store.CustomerInput{DistinctID: "anon", Name: "Ada", Email: "ada@example.com"})}
		d.wantReads("the browser", browserOf, all, 1)
		d.wantReads("Ada, elsewhere", asAda, all)

		check(d.T, d.store.JoinVisitor(d.Context(), d.team, in(asAda)))
		all = append(all, d.opensAs(in(asAda), store.CustomerInput{DistinctID: "ada"}))
		d.wantReads("Ada", in(asAda), all, 2, 1)
		d.wantReads("Ada, elsewhere", asAda, all, 2, 1)
		d.wantReads("who knows the browser's session", browserOf, all)

		check(d.T, d.store.JoinVisitor(d.Context(), d.team, in(asBen)))
		d.wantReads("Ben", in(asBen), all)
		all = append(all, d.opensAs(in(asBen), store.CustomerInput{DistinctID: "ben"}), d.opensAs(browserOf, store.CustomerInput{DistinctID: "anon"}))
		d.wantReads("Ben", asBen, all, 3)
		d.wantReads("Ada", asAda, all, 2, 1)
		d.wantReads("the browser, signed out", browserOf, all, 4)
		d.wantReads("nobody", store.Visitor{}, all)

		ada := d.ticket(1).Customer
		if ada != d.ticket(2).Customer || ada.Name != "Ada" || ada.Email != "ada@example.com" || ada.DistinctID != "ada" {
			d.Errorf("the joined ticket is of %+v, the later one of %+v; want both of Ada with what she told before", ada, d.ticket(2).Customer)
		}
		if c, err := d.store.Customer(d.Context(), d.team, ada.PublicID); err != nil || !c.Verified {
			d.Errorf("got %+v, %v, want a verified customer", c, err)
		}
	})
}

func TestClaimsNeverReachAVerifiedCustomer(t *testing.T) {
	onStage(t, func(d *stage) {
		told := store.CustomerInput{DistinctID: "ada", Name: "Ada", Email: "ada@example.com", Traits: map[string]any{"plan": "pro", "since": "2020"}}
		ada := d.opensAs(asAda, told).Customer

		claimed := d.opensAs(browserOf, store.CustomerInput{DistinctID: "ada", Name: "Mallory", Email: "ada@example.com", Traits: map[string]any{"plan": "evil"}})
		mailed := d.opens(store.CustomerInput{Email: "ada@example.com", Name: "Mail"})
		for _, got := range []desk.Customer{claimed.Customer, mailed.Customer} {
			if got.ID == ada.ID {
				d.Errorf("%+v got the record of a verified customer", got)
			}
		}
		d.opensAs(asAda, store.CustomerInput{Traits: map[string]any{"plan": "team", "name": nil}})
		c, err := d.store.Customer(d.Context(), d.team, ada.PublicID)
		check(d.T, err)
		want := map[string]any{"plan": "team", "since": "2020"}
		if diff := cmp.Diff(want, c.Traits); diff != "" || c.Name != "Ada" || c.Email != "ada@example.com" {
			d.Errorf("got %+v, want what she said herself, the last word on each (-want +got):\n%s", c, diff)
		}
		if again := d.opensAs(asAda, told).Customer; again.ID != ada.ID {
			d.Errorf("got customer %d, want %d: one per signed id", again.ID, ada.ID)
		}
	})
}

func TestABlockStaysWithItsTicketsWhenTheVisitorSignsIn(t *testing.T) {
	onStage(t, func(d *stage) {
		ticket := d.opensAs(browserOf, store.CustomerInput{DistinctID: "anon", Email: "ada@example.com"})
		check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, ticket.Customer.PublicID))
		check(d.T, d.store.JoinVisitor(d.Context(), d.team, in(asAda)))
		if got := d.ticket(1).Customer; got.ID != ticket.Customer.ID {
			d.Errorf("got the ticket with customer %+v, want it with the blocked one", got)
		}
		d.wantReads("Ada", asAda, []desk.Ticket{ticket}, 1)
		_, err := d.store.OpenTicket(d.Context(), desk.Actor{}, d.team, store.NewTicket{
			Channel: desk.Widget, Body: "Again", Customer: store.CustomerInput{DistinctID: "ada"}, Visitor: asAda,
		})
		wantKind(d.T, "who reads a blocked customer's ticket", err, desk.Forbidden)
	})
}

func TestMergesFollowWhoReads(t *testing.T) {
	onStage(t, func(d *stage) {
		mine, theirs := store.CustomerInput{DistinctID: "ada"}, store.CustomerInput{DistinctID: "x"}
		all := []desk.Ticket{d.opensAs(asAda, mine), d.opensAs(asAda, mine), d.opensAs(browserOf, theirs)}
		_, err := d.store.MergeTickets(d.Context(), byAnn(), d.team, store.NewMerge{From: 1, Into: 2})
		check(d.T, err)
		if got, err := d.store.VisitorTicket(d.Context(), d.team, all[0].PublicID, asAda); err != nil || !got.Owned || got.PublicID != all[1].PublicID {
			d.Errorf("got %+v, %v, want Ada to read on in the ticket that took hers over", got, err)
		}
		check(d.T, d.store.MergeCustomers(d.Context(), byAnn(), d.team, all[2].Customer.PublicID, all[1].Customer.PublicID))
		d.wantReads("Ada", asAda, all[1:], 2) // and nothing by being the same customer
		_, err = d.store.MergeTickets(d.Context(), byAnn(), d.team, store.NewMerge{From: 3, Into: 2, Vouched: true})
		wantKind(d.T, "a merge that strands a browser", err, desk.Conflict)
		_, err = d.store.MergeTickets(d.Context(), byAnn(), d.team, store.NewMerge{From: 2, Into: 3, Vouched: true})
		wantKind(d.T, "a merge that strands Ada", err, desk.Conflict)
	})
}

// wantHandover checks who took a ticket along the last time, and how; "" for nobody.
func (d *stage) wantHandover(ticket int64, by, want string) {
	d.Helper()
	entries, err := d.store.FieldChanges(d.Context(), d.team, d.ticket(ticket).ID, 9)
	check(d.T, err)
	for _, e := range entries {
		if e.Field == desk.FieldRelation {
			if e.Actor.Kind != desk.ByCustomer || e.Actor.Name != by || e.After != want {
				d.Errorf("ticket %d: got that %s %q %v, want that %q %q", ticket, e.Actor.Kind, e.Actor.Name, e.After, by, want)
			}
			return
		}
	}
	if want != "" {
		d.Errorf("ticket %d: got %+v, want that %q %q", ticket, entries, by, want)
	}
}

func TestTheHistoryTellsWhoTookATicketAlong(t *testing.T) {
	onStage(t, func(d *stage) {
		zoe := store.CustomerInput{DistinctID: "z", Name: "Zoë", Email: "zoe@example.com"}
		was := d.opensAs(browserOf, zoe)
		phone := store.Visitor{Session: []byte("a phone")}
		d.opensAs(phone, zoe)
		d.clock.add(time.Minute)
		d.wantRestore("the phone", d.tokenOf(d.asksBack("zoe@example.com")[0]), phone, desk.Restored)
		d.wantHandover(1, "Zoë", "took this ticket along to another browser, by a link mailed to zoe@example.com")
		d.wantHandover(2, "", "") // it was the phone's own

		ada := store.Visitor{Session: phone.Session, Identity: "ada"}
		check(d.T, d.store.JoinVisitor(d.Context(), d.team, ada))
		d.wantHandover(1, "Zoë", "signed in on the site, and took this ticket along")
		d.wantHandover(2, "Zoë", "signed in on the site, and took this ticket along")
		if now := d.ticket(1); !now.UpdatedAt.Equal(was.UpdatedAt) || now.Customer.DistinctID != "ada" {
			d.Errorf("got %+v, want Ada's, and nothing that moves it in a list", now)
		}
	})
}

func TestAMessageIsRefusedInATicketThatSomebodyHasJustTakenAlong(t *testing.T) {
	onStage(t, func(d *stage) {
		ticket := d.opensAs(browserOf, store.CustomerInput{DistinctID: "anon"})
		seen, err := d.store.VisitorTicket(d.Context(), d.team, ticket.PublicID, browserOf)
		check(d.T, err)
		check(d.T, d.store.JoinVisitor(d.Context(), d.team, in(asAda)))
		_, err = d.store.AddVisitorMessage(d.Context(), d.team, seen, browserOf, desk.AddMessage{Body: "More"})
		wantKind(d.T, "the browser alone", err, desk.Forbidden)
		if _, err = d.store.AddVisitorMessage(d.Context(), d.team, seen, asAda, desk.AddMessage{Body: "More"}); err != nil {
			d.Errorf("Ada: got %v, want her message in her ticket", err)
		}
		if got := d.bodies(ticket); len(got) != 2 {
			d.Errorf("got %q, want the first message and Ada's", got)
		}
	})
}

func TestATicketThatChangesItsCustomerIsThereAllTheTime(t *testing.T) {
	d := onPostgres(t)
	ticket := d.opens(store.CustomerInput{Email: "ada@example.com"})
	to := d.opens(store.CustomerInput{Email: "ben@example.com"}).Customer
	done := make(chan error, 1)
	check(t, d.store.Write(d.Context(), func(exec func(query string, args ...any) error) error {
		err := exec(`UPDATE tickets SET customer_id = ? WHERE id = ?`, to.ID, ticket.ID)
		go func() {
			_, err := d.store.ChangeTicket(d.Context(), byAnn(), d.team, ticket.ID, desk.SetStatus{To: desk.Resolved})
			done <- err
		}()
		d.awaitLock(done)
		return err
	}))
	check(t, <-done)
	if got := d.ticket(ticket.Number); got.Status != desk.Resolved || got.Customer.ID != to.ID {
		t.Errorf("got a %s ticket of %+v, want it resolved, and Ben's", got.Status, got.Customer)
	}
}
