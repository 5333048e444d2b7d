package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

type ctx = context.Context

var farFuture = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// listening is a workflow on every event that does nothing.
func listening(name string) workflow.Definition {
	d := workflow.Definition{Name: name, Steps: []workflow.Step{{ID: "s1", Type: workflow.Stop, Stop: &workflow.StopStep{}}}}
	for _, e := range desk.EventNames() {
		d.Trigger.Events = append(d.Trigger.Events, workflow.EventTrigger{Event: e})
	}
	return d
}

func publish(t *testing.T, s *store.Store, team int64, d workflow.Definition) store.WorkflowRow {
	t.Helper()
	w := create(t, s, team, d)
	w, err := s.Publish(t.Context(), desk.Agent(1, "Ann"), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
	if err != nil {
		t.Fatalf("publish: %v", err)
	}
	return w
}

var none workflow.Work

func decideNothing(context.Context, workflow.Claim, time.Time) ([]workflow.Run, error) {
	return nil, nil
}

// claimed processes all pending events of a ticket, which some workflow must listen to, and returns them.
func claimed(t *testing.T, s *store.Store, ticket desk.Ticket) []desk.Event {
	t.Helper()
	var events []desk.Event
	for {
		var event desk.Event
		work, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, func(_ ctx, c workflow.Claim, _ time.Time) ([]workflow.Run, error) {
			event = c.Event.Event
			return nil, nil
		})
		if err != nil {
			t.Fatalf("process: %v", err)
		}
		if work == (workflow.Work{}) {
			return events
		}
		events = append(events, event)
	}
}

func TestEveryEventIsProcessedOnceAndInOrder(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		stores := []*store.Store{storetest.Open(t, c), storetest.Open(t, c)}
		team := setUp(t, stores[0]).TeamID
		publish(t, stores[0], team, listening("all"))
		var tickets []desk.Ticket
		for range 3 {
			ticket := openTicket(t, stores[0], team, question("Hello"))
			for i := range 5 {
				change(t, stores[0], ticket, desk.AddMessage{Body: fmt.Sprint(i)})
			}
			tickets = append(tickets, ticket)
		}

		var mu sync.Mutex
		processed := map[workflow.Lane][]int64{} // events of each ticket, in the order that they were committed
		for _, err := range atOnce(16, func(i int) error {
			s := stores[i%2]
			for {
				pending, err := s.Pending(t.Context(), farFuture, 9)
				if err != nil || len(pending) == 0 {
					return err
				}
				for _, ticket := range pending {
					work, err := s.ProcessNext(t.Context(), ticket, farFuture, decideNothing)
					if err != nil {
						return err
					}
					if work.Event != 0 {
						mu.Lock()
						processed[ticket] = append(processed[ticket], work.Event)
						mu.Unlock()
					}
				}
			}
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, ticket := range tickets {
			got := processed[workflow.Lane(ticket.ID)]
			slices.Sort(got)
			if len(slices.Compact(got)) != 7 || len(got) != 7 {
				t.Errorf("ticket %d: processed %v, want 7 events once", ticket.Number, got)
			}
		}
	})
}

func TestEffectsAreSavedInTheWorkflowsNameAndEmitNothing(t *testing.T) {
	var notes []store.Note
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		tag := publish(t, s, team, tagging("Tag"))
		only := listening("Only email")
		only.Trigger.Events = []workflow.EventTrigger{{Event: desk.TicketCreated, Where: &workflow.Group{All: []workflow.Clause{
			{Condition: workflow.Condition{Left: "event.properties.channel_source", Op: workflow.Equals, Value: "email"}},
		}}}}
		publish(t, s, team, only)
		ticket := openTicket(t, s, team, question("Hello"))
		notes = nil
		decider := workflow.NewDecider(nil)
		first, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, decider.Decide)
		if err != nil || first == none {
			t.Fatalf("got %v, %v, want one processed", first, err)
		}

		saved, err := s.Ticket(t.Context(), team, 1)
		if err != nil || !slices.Equal(saved.Tags, []string{"seen"}) {
			t.Errorf("tags: got %v, %v, want seen", saved.Tags, err)
		}
		if len(notes) != 1 || notes[0].Events != 0 || !slices.Equal(notes[0].Fields, []desk.Field{desk.FieldTags}) {
			t.Errorf("notes: got %+v, want one of the tags without events", notes)
		}
		runs, err := s.Runs(t.Context(), team, store.RunQuery{TicketID: ticket.ID, Workflow: tag.PublicID, Limit: 9})
		if err != nil || len(runs) != 1 || runs[0].Outcome != workflow.Completed || runs[0].Event != desk.TicketCreated {
			t.Fatalf("runs: got %+v, %v, want one completed", runs, err)
		}
		detail, err := s.Run(t.Context(), team, runs[0].PublicID)
		if err != nil || len(detail.Steps) != 1 || detail.Event.Properties["channel_source"] != "widget" {
			t.Errorf("run: got %+v, %v, want its step and event", detail, err)
		}
		history, err := s.History(t.Context(), team, ticket.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		want := desk.Actor{Kind: desk.ByWorkflow, Name: "Tag", Step: desk.StepRef{Version: 1, RunID: runs[0].PublicID, StepID: "s1"}}
		if h := history[0]; h.Actor != want || h.WorkflowID != tag.PublicID || h.WorkflowName != "Tag" {
			t.Errorf("history: got %+v, want the run's step", h)
		}
		considered, err := s.Considered(t.Context(), team, ticket.ID, 9)
		if err != nil || len(considered) != 1 || len(considered[0].Skipped) != 1 ||
			considered[0].Skipped[0].Workflow != "Only email" || !strings.Contains(considered[0].Skipped[0].Why, "channel_source") {
			t.Errorf("considered: got %+v, %v, want the reason of Only email", considered, err)
		}
		if names := pendingEvents(t, s, ticket); len(names) != 0 { // received, which nobody listens to
			t.Errorf("asked about %v, want nothing", names)
		}
	}, func(c *store.Config) { c.Committed = func(n store.Note) { notes = append(notes, n) } })
}

func TestAFailedEventSavesNothingBacksOffAndIsParked(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		ticket := openTicket(t, s, team, question("Hello"))
		broken := errors.New("disk on fire")
		for attempt := range 5 {
			now := clock.read()
			event, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), now, func(context.Context, workflow.Claim, time.Time) ([]workflow.Run, error) {
				if attempt == 0 {
					panic("broken")
				}
				return nil, broken
			})
			if err == nil || attempt > 0 && !errors.Is(err, broken) {
				t.Fatalf("attempt %d: got %v, want its failure", attempt, err)
			}
			if err := s.Fail(t.Context(), event, now, broken); err != nil {
				t.Fatal(err)
			}
			if attempt == 4 {
				break
			}
			wait := time.Second << attempt
			pending, err := s.Pending(t.Context(), now.Add(wait-time.Microsecond), 9)
			wantEmpty(t, "pending before the retry", len(pending), err)
			id, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), now.Add(wait-time.Microsecond), decideNothing)
			if id != none || err != nil {
				t.Errorf("before the retry: got %v, %v, want none", id, err)
			}
			clock.add(wait)
		}
		var left []desk.EventName
		for _, e := range claimed(t, s, ticket) {
			left = append(left, e.Name)
		}
		if diff := cmp.Diff([]desk.EventName{desk.MessageReceived}, left); diff != "" {
			t.Errorf("events after parking (-want +got):\n%s", diff)
		}
	}, clock.use)
}

func TestTheEngineSeesWorkflowsChangedBesideIt(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s, beside := storetest.Open(t, c), storetest.Open(t, c)
		team := setUp(t, s).TeamID
		asked := func() []string {
			ticket := openTicket(t, s, team, question("Hello"))
			var names []string
			_, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, func(_ ctx, c workflow.Claim, _ time.Time) ([]workflow.Run, error) {
				for _, w := range c.Workflows {
					names = append(names, w.Definition.Name)
				}
				return nil, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return names
		}
		if got := asked(); len(got) != 0 {
			t.Errorf("no workflows: got %v", got)
		}
		one := publish(t, beside, team, listening("One"))
		publish(t, beside, team, listening("Two"))
		if got := asked(); !slices.Equal(got, []string{"One", "Two"}) {
			t.Errorf("after publishing: got %v, want both in order", got)
		}
		if err := beside.DisableWorkflow(t.Context(), desk.Agent(1, "Ann"), team, one.PublicID); err != nil {
			t.Fatal(err)
		}
		if got := asked(); !slices.Equal(got, []string{"Two"}) {
			t.Errorf("after disabling: got %v, want Two", got)
		}
	})
}

func TestACustomersTicketsOfAWeekAreCountedWhenAWorkflowAsks(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := listening("Often")
		d.Trigger.Events = []workflow.EventTrigger{{Event: desk.TicketCreated}}
		d.Steps = []workflow.Step{
			{ID: "s1", Type: workflow.GetTicket, Get: &workflow.GetTicketStep{}},
			{ID: "s2", Type: workflow.If, If: &workflow.IfStep{Branches: []workflow.Branch{{When: workflow.Group{All: []workflow.Clause{
				{Condition: workflow.Condition{Left: "variables.ticket.customer_ticket_count_7d", Op: workflow.Equals, Value: 2}},
			}}}}}},
		}
		publish(t, s, team, d)
		openTicket(t, s, team, question("too old"))
		clock.add(7 * 24 * time.Hour)
		openTicket(t, s, team, question("first"))
		ticket := openTicket(t, s, team, question("second"))
		var count int
		_, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), clock.read(), func(_ ctx, c workflow.Claim, _ time.Time) ([]workflow.Run, error) {
			count = *c.Ticket.CustomerCount
			return nil, nil
		})
		if err != nil || count != 2 {
			t.Errorf("got %d, %v, want 2", count, err)
		}
	}, clock.use)
}

func TestAPassedSnoozeEndsAndEmits(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, listening("all"))
		ticket := openTicket(t, s, team, question("Hello"))
		change(t, s, ticket, desk.Snooze{Until: clock.read().Add(time.Hour)})
		claimed(t, s, ticket)
		n, err := s.WakeSnoozed(t.Context(), clock.read().Add(time.Hour-time.Microsecond), 9)
		wantEmpty(t, "woken too early", n, err)
		clock.add(time.Hour)
		if n, err := s.WakeSnoozed(t.Context(), clock.read(), 9); n != 1 || err != nil {
			t.Fatalf("got %d, %v, want one woken", n, err)
		}
		events := claimed(t, s, ticket)
		if len(events) != 1 || events[0].Properties["new_status"] != "open" {
			t.Errorf("events: got %+v, want the status alone", events)
		}
	}, clock.use)
}
