package store_test

import (
	"fmt"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestACustomerHasAllTheirTicketsNewestFirst(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		var of desk.Customer
		for i := range 5 {
			ticket := openTicket(t, s, team, store.NewTicket{
				Channel: desk.Widget, Body: fmt.Sprint(i),
				Customer: store.CustomerInput{Name: "Mira", Email: "mira@example.com", DistinctID: "mira", Traits: map[string]any{"plan": "pro"}},
			})
			of = ticket.Customer
			if i%2 == 1 {
				clock.add(time.Minute) // else two tickets share an instant
			}
		}
		openTicket(t, s, team, question("Somebody else's"))
		c, err := s.Customer(t.Context(), team, of.PublicID)
		if err != nil || c.Name != "Mira" || c.Traits["plan"] != "pro" || c.CreatedAt.IsZero() {
			t.Fatalf("got %+v, %v, want Mira on pro", c, err)
		}
		var numbers []int64
		for after := ""; ; {
			page, err := s.TicketsOfCustomer(t.Context(), c, team, after, 2)
			check(t, err)
			for i := range page.Tickets {
				numbers = append(numbers, page.Tickets[i].Number)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if got := fmt.Sprint(numbers); got != "[5 4 3 2 1]" {
			t.Errorf("tickets: got %s, want the five, newest first", got)
		}
		_, err = s.Customer(t.Context(), team+1, of.PublicID)
		wantKind(t, "another team's", err, desk.NotFound)
		_, err = s.TicketsOfCustomer(t.Context(), c, team, "x", 2)
		wantKind(t, "a bad cursor", err, desk.Invalid)
	}, clock.use)
}
