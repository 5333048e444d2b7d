package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAFailureIsRecordedOnItsOwnEventAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		ticket := openTicket(t, s, team, question("Hello"))
		failed, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, panics)
		if err == nil || failed == none {
			t.Fatalf("got %v, %v, want the failed event and its error", failed, err)
		}
		// Another process has more luck with the event before the failure is recorded.
		if id, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, decideNothing); id != failed || err != nil {
			t.Fatalf("got %v, %v, want %v processed", id, err, failed)
		}
		for range 5 {
			if err := s.Fail(t.Context(), failed, farFuture, errors.New("late")); err != nil {
				t.Fatal(err)
			}
		}
		parked, err := s.ParkedEvents(t.Context(), team, 9)
		wantEmpty(t, "parked events", len(parked), err)
		if events := claimed(t, s, ticket); len(events) != 1 || events[0].Name != desk.MessageReceived {
			t.Errorf("left: got %v, want the second event, as due as before", events)
		}
	})
}

func panics(context.Context, workflow.Claim, time.Time) ([]workflow.Run, error) { panic("broken\x00") }

func TestAParkedEventIsShownToItsTeamAndCanBeRetried(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		ticket := openTicket(t, s, team, question("Hello"))
		happened := clock.read()
		park(t, s, ticket)

		parked, err := s.ParkedEvents(t.Context(), team, 9)
		if err != nil || len(parked) != 1 {
			t.Fatalf("got %+v, %v, want one parked event", parked, err)
		}
		p := parked[0]
		if p.Name != desk.TicketCreated || p.TicketNumber != ticket.Number || p.Attempts != 5 || !p.At.Equal(happened) {
			t.Errorf("got %+v, want the opening of ticket %d", p, ticket.Number)
		}
		if !strings.Contains(p.Error, "broken") || strings.Contains(p.Error, "goroutine") {
			t.Errorf("error: got %q, want the panic without its stack", p.Error)
		}
		other, err := s.ParkedEvents(t.Context(), team+1, 9)
		wantEmpty(t, "parked events of another team", len(other), err)
		wantKind(t, "retry by another team", s.RetryEvent(t.Context(), team+1, p.PublicID), desk.NotFound)

		drain(s.Wakes())
		if err := s.RetryEvent(t.Context(), team, p.PublicID); err != nil {
			t.Fatal(err)
		}
		select {
		case <-s.Wakes():
		default:
			t.Error("the engine was not woken")
		}
		if events := claimed(t, s, ticket); len(events) != 2 || events[0].Name != desk.TicketCreated {
			t.Errorf("after the retry: got %v, want both events, the parked one first", events)
		}
		if err := s.RetryEvent(t.Context(), team, p.PublicID); err != nil {
			t.Errorf("retry of a processed event: got %v, want nothing done", err)
		}
		if events := claimed(t, s, ticket); len(events) != 0 {
			t.Errorf("a processed event came back: %v", events)
		}
	}, clock.use)
}

// park lets the oldest event of a ticket fail until it is parked.
func park(t *testing.T, s *store.Store, ticket desk.Ticket) {
	t.Helper()
	for range 5 {
		id, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, panics)
		if err == nil {
			t.Fatalf("event %d did not fail", id)
		}
		if err := s.Fail(t.Context(), id, farFuture.AddDate(-1, 0, 0), err); err != nil {
			t.Fatal(err)
		}
	}
}

func drain(wakes <-chan struct{}) {
	select {
	case <-wakes:
	default:
	}
}

func TestALongCauseIsCut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		ticket := openTicket(t, s, team, question("Hello"))
		id, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, panics)
		if err == nil {
			t.Fatal("the event did not fail")
		}
		for range 5 {
			if err := s.Fail(t.Context(), id, farFuture, errors.New(strings.Repeat("é", 9000))); err != nil {
				t.Fatal(err)
			}
		}
		parked, err := s.ParkedEvents(t.Context(), team, 9)
		if err != nil || len(parked) != 1 || parked[0].Error != strings.Repeat("é", 500) {
			t.Errorf("got %+v, %v, want 500 characters of the cause", parked, err)
		}
	})
}

func TestABacklogIsListedByTicketWhateverNumberOfEventsOneHas(t *testing.T) {
	const tickets = 1000
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		setUp(t, s)
		addBacklog(t, s, tickets)
		first, err := s.Pending(t.Context(), farFuture, 256)
		if err != nil || len(first) != 256 || first[0] != 1 || first[255] != 256 {
			t.Errorf("got %d tickets, %v, want the 256 that wait longest", len(first), err)
		}
		all, err := s.Pending(t.Context(), farFuture, tickets+1)
		if err != nil || len(all) != tickets {
			t.Errorf("got %d tickets, %v, want each once", len(all), err)
		}
	})
}

// addBacklog writes tickets with two pending events each, the first with 300.
func addBacklog(t *testing.T, s *store.Store, tickets int) {
	t.Helper()
	id := func() desk.ID { return desk.ID(uuid.New()) }
	now := farFuture.AddDate(-1, 0, 0)
	err := s.Write(t.Context(), func(exec func(string, ...any) error) error {
		err := exec(`INSERT INTO customers (id, public_id, team_id, created_at) VALUES (1, ?, 1, ?)`, id(), now)
		for i := 1; i <= tickets && err == nil; i++ {
			err = exec(`
				INSERT INTO tickets (id, public_id, team_id, number, customer_id, subject, channel, status, created_at, updated_at)
				VALUES (?, ?, 1, ?, 1, 'Hello', 'widget', 'new', ?, ?)`, i, id(), i, now, now)
			events := 2
			if i == 1 {
				events = 300
			}
			for n := 0; n < events && err == nil; n++ {
				err = exec(`
					INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at)
					VALUES (?, 1, ?, 'ticket_created', '{}', '{}', ?, ?)`, id(), i, now, now)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
