package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestAChangeIsToldToOtherProcessesOnce(t *testing.T) {
	c := storetest.Postgres(t)
	here, there := make(chan store.Note, 2000), make(chan store.Note, 2000)
	c.Committed = func(n store.Note) { here <- n }
	sender := storetest.Open(t, c)
	c.Committed = func(n store.Note) { there <- n }
	other := storetest.Open(t, c)
	team := setUp(t, sender).TeamID
	receive(t, other.Wakes()) // it listens

	ticket := openTicket(t, sender, team, question("Hello"))
	receive(t, here)
	n := receive(t, there)
	if n.TeamID != team || n.TicketID != ticket.ID || n.Number != ticket.Number || len(n.Fields) != 0 {
		t.Errorf("told %+v, want the ticket without fields", n)
	}
	if _, err := other.ChangeTicket(t.Context(), desk.Agent(1, "Ann"), team, ticket.ID, desk.SetTags{Tags: []string{"vip"}}); err != nil {
		t.Fatal(err)
	}
	receive(t, there)
	if n := receive(t, here); n.TicketID != ticket.ID {
		t.Errorf("told back %+v, want the ticket", n)
	}
	if len(here) != 0 || len(there) != 0 {
		t.Errorf("%d and %d more notes, want none: nobody is told of their own twice", len(here), len(there))
	}
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was told")
		panic("unreachable")
	}
}
