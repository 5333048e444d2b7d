package store_test

import (
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestNotesSayWhatCustomersMaySee(t *testing.T) {
	notes := make(chan store.Note, 100)
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		c.Committed = func(n store.Note) { notes <- n }
		d := storetest.Open(t, c)
		team := setUp(t, d).TeamID
		opened, err := d.OpenTicket(t.Context(), desk.Actor{}, team, question("Hello"))
		check(t, err)
		receive(t, notes)
		agent := desk.Agent(opened.Ticket.Customer.ID, "Ann")
		visitor := desk.Actor{Kind: desk.ByCustomer, ID: opened.Ticket.Customer.ID}
		for _, step := range []struct {
			what   string
			by     desk.Actor
			change desk.Change
			public bool
		}{
			{"a note", agent, desk.AddMessage{Body: "secret", Private: true}, false},
			{"tags", agent, desk.SetTags{Tags: []string{"vip"}}, false},
			{"the team reads", agent, desk.MarkRead{}, false},
			{"a reply", agent, desk.AddMessage{Body: "Hi"}, true},
			{"the customer reads", visitor, desk.MarkRead{}, true},
			{"a status with a tag", agent, desk.All{desk.SetTags{}, desk.SetStatus{To: desk.Resolved}}, true},
		} {
			_, err := d.ChangeTicket(t.Context(), step.by, team, opened.Ticket.ID, step.change)
			check(t, err)
			if n := receive(t, notes); n.Public != step.public {
				t.Errorf("%s: public is %t", step.what, n.Public)
			}
		}
	})
}

func TestAnotherProcessIsToldWhatCustomersMaySee(t *testing.T) {
	c := storetest.Postgres(t)
	sender := storetest.Open(t, c)
	there := make(chan store.Note, 100)
	c.Committed = func(n store.Note) { there <- n }
	other := storetest.Open(t, c)
	team := setUp(t, sender).TeamID
	receive(t, other.Wakes()) // it listens
	ticket := openTicket(t, sender, team, question("Hello"))
	if n := receive(t, there); !n.Public {
		t.Error("a new ticket is told as none of its customer's business")
	}
	for _, private := range []bool{true, false} {
		_, err := sender.ChangeTicket(t.Context(), ann, team, ticket.ID, desk.AddMessage{Body: "Hi", Private: private})
		check(t, err)
		if n := receive(t, there); n.Public == private {
			t.Errorf("a message that is private %t is told as public %t", private, n.Public)
		}
	}
}

func TestAVisitorFollowsTheirOwnTicketsAlone(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		first := d.guest(v, store.CustomerInput{DistinctID: "d-1"})
		d.guest(visitorOf("b", ""), store.CustomerInput{DistinctID: "d-1"})
		d.clock.add(1)
		second := d.guest(v, store.CustomerInput{DistinctID: "d-1"})
		for who, want := range map[*store.Visitor][]int64{&v: {second.ID, first.ID}, {}: nil} {
			got, err := d.store.VisitorTickets(t.Context(), d.team, *who)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v (%v), want %v", got, err, want)
			}
		}
		if got, err := d.store.VisitorTickets(t.Context(), d.team+1, v); err != nil || len(got) != 0 {
			t.Errorf("another team's: %v (%v)", got, err)
		}
	})
}
