package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestTheClockRaisesEachAlertOnceAndTheEngineHearsOfIt(t *testing.T) {
	clock := newClock()
	var notes []store.Note
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		ticket := openTicket(t, s, team, question("Hello"))
		change(t, s, ticket, desk.SetSLADue{At: clock.read().Add(2 * time.Hour)})
		claimed(t, s, ticket)

		for _, look := range []struct {
			after time.Duration
			want  desk.EventName
			stage desk.SLAStage
		}{
			{time.Hour - time.Microsecond, "", desk.NotRaised},
			{time.Microsecond, desk.TicketAtRisk, desk.RaisedAtRisk},
			{time.Hour, "", desk.RaisedAtRisk},
			{time.Microsecond, desk.TicketBreached, desk.RaisedBreached},
			{time.Hour, "", desk.RaisedBreached},
		} {
			clock.add(look.after)
			notes = nil
			var want []desk.EventName
			if look.want != "" {
				want = []desk.EventName{look.want}
			}
			n, err := s.RaiseSLA(t.Context(), clock.read(), 9)
			if n != len(want) || err != nil {
				t.Fatalf("%v later: raised %d, %v, want %d", look.after, n, err, len(want))
			}
			if len(notes) != n || n == 1 && notes[0].Events != 1 {
				t.Errorf("%v later: told %+v, want the one event", look.after, notes)
			}
			if diff := cmp.Diff(want, pendingEvents(t, s, ticket)); diff != "" {
				t.Errorf("%v later: events (-want +got):\n%s", look.after, diff)
			}
			if saved, err := s.Ticket(t.Context(), team, ticket.Number); err != nil || saved.SLAStage != look.stage {
				t.Errorf("%v later: got stage %q, %v, want %q", look.after, saved.SLAStage, err, look.stage)
			}
		}
	}, clock.use, func(c *store.Config) { c.Committed = func(n store.Note) { notes = append(notes, n) } })
}

func TestMoreAlertsThanTheLimitAreRaisedInTurn(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		for i := range 5 {
			ticket := openTicket(t, s, team, question("Hello"))
			change(t, s, ticket, desk.SetSLADue{At: clock.read().Add(time.Duration(i-2) * time.Minute)})
			if i == 4 {
				change(t, s, ticket, desk.SetStatus{To: desk.Resolved})
			}
		}
		for _, want := range []int{3, 1, 0} { // two breached and two at risk
			if n, err := s.RaiseSLA(t.Context(), clock.read(), 3); n != want || err != nil {
				t.Errorf("raised %d, %v, want %d", n, err, want)
			}
		}
		clock.add(time.Hour)
		for _, want := range []int{2, 0} { // those that were at risk
			if n, err := s.RaiseSLA(t.Context(), clock.read(), 3); n != want || err != nil {
				t.Errorf("an hour later: raised %d, %v, want %d", n, err, want)
			}
		}
	}, clock.use)
}
