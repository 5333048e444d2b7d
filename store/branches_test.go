package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// settle lets the workflows work on a ticket until nothing of it is due.
func settle(t *testing.T, s *store.Store, ticket desk.Ticket, now time.Time) {
	t.Helper()
	decider := workflow.NewDecider(nil)
	for {
		work, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), now, decider.Decide)
		if err != nil {
			t.Fatalf("process: %v", err)
		}
		if work == (workflow.Work{}) {
			return
		}
	}
}

// forking asks for the ticket's channel, waits an hour when it is the widget, and asks again; all others are tagged.
func forking(name string) workflow.Definition {
	d := withUpdate(name, workflow.UpdateTicketStep{})
	fork := func(id string, then []workflow.Step) workflow.Step {
		is := workflow.Condition{Left: "event.properties.channel_source", Op: workflow.Equals, Value: "widget"}
		return workflow.Step{ID: id, Type: workflow.If, If: &workflow.IfStep{
			Branches: []workflow.Branch{{When: workflow.Group{All: []workflow.Clause{{Condition: is}}}, Steps: then}},
		}}
	}
	pause := workflow.Step{ID: "pause", Type: workflow.Wait, Wait: &workflow.WaitStep{For: "1h"}}
	d.Steps = []workflow.Step{fork("first", []workflow.Step{pause, fork("again", nil)})}
	d.Steps[0].If.Else = tagging("").Steps
	return d
}

func TestEachPathThatARunTookIsCountedOnce(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		c := counting{t, s, team, publish(t, s, team, forking("Fork")).PublicID}
		publish(t, s, team, forking("Other"))
		began := clock.read()
		for _, channel := range []desk.Channel{desk.Widget, desk.Widget, desk.Email} {
			n := question("Hello")
			n.Channel = channel
			settle(t, s, openTicket(t, s, team, n), clock.read())
		}
		first, other, again := store.Branch{StepID: "first"}, store.Branch{StepID: "first", Exit: workflow.Else}, store.Branch{StepID: "again"}
		c.want(began, store.PathCounts{Runs: 3, Hits: map[store.Branch]int{first: 2, other: 1}})

		clock.add(time.Hour)
		for number := range int64(2) {
			ticket, err := s.Ticket(t.Context(), team, number+1)
			if err != nil {
				t.Fatal(err)
			}
			settle(t, s, ticket, clock.read())
		}
		c.want(began, store.PathCounts{Runs: 3, Hits: map[store.Branch]int{first: 2, other: 1, again: 2}})
		c.want(time.Time{}, store.PathCounts{Runs: 3, Hits: map[store.Branch]int{first: 2, other: 1, again: 2}})
		c.want(began.Add(time.Microsecond), store.PathCounts{Hits: map[store.Branch]int{first: 0, other: 0, again: 0}})
	}, clock.use)
}

// counting asks for the counts of one workflow.
type counting struct {
	*testing.T
	store *store.Store
	team  int64
	id    desk.ID
}

func (c *counting) want(since time.Time, want store.PathCounts) {
	c.Helper()
	got, err := c.store.PathCounts(c.Context(), c.team, c.id, since)
	if err != nil {
		c.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		c.Errorf("since %s (-want +got):\n%s", since, diff)
	}
}

func TestPathsOfAnotherTeamsWorkflowAreNotCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := publish(t, s, team, forking("Fork"))
		_, err := s.PathCounts(t.Context(), team+1, w.PublicID, time.Time{})
		wantKind(t, "workflow of another team", err, desk.NotFound)
	})
}

func TestAnAgentWhoChangesWhatAWorkflowSetOverridesItOnce(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := withUpdate("Set", workflow.UpdateTicketStep{TicketID: "{event.properties.ticket_id}", Tags: []string{"seen"}, Priority: "high"})
		d.Steps = append(d.Steps, workflow.Step{ID: "s2", Type: workflow.UpdateTicket, Update: &workflow.UpdateTicketStep{
			TicketID: "{event.properties.ticket_id}", SLAAmount: "1",
		}})
		c := counting{t, s, team, publish(t, s, team, d).PublicID}
		ticket := openTicket(t, s, team, question("Hello"))
		settle(t, s, ticket, clock.read())
		began := clock.read()
		none := store.PathCounts{Runs: 1}

		change(t, s, ticket, desk.All{desk.SetStatus{To: desk.Open}, desk.AddMessage{Body: "Hi"}, desk.SetPriority{To: desk.High}})
		c.want(began, none)
		api := desk.Actor{Kind: desk.ByAPI, ID: 1, Name: "sync"}
		if _, err := s.ChangeTicket(t.Context(), api, team, ticket.ID, desk.SetPriority{To: desk.Low}); err != nil {
			t.Fatal(err)
		}
		change(t, s, ticket, desk.SetPriority{To: desk.Medium}) // the program's, not the workflow's
		c.want(began, none)

		for _, tags := range [][]string{{"other"}, {"third"}} {
			change(t, s, ticket, desk.All{desk.SetTags{Tags: tags}, desk.SetSLA{Amount: "2"}})
			clock.add(time.Hour)
		}
		overridden := none
		overridden.Overrides = map[string]int{"s1": 1, "s2": 1}
		c.want(began, overridden)
		c.want(began.Add(time.Microsecond), store.PathCounts{Overrides: map[string]int{"s1": 0, "s2": 0}})
	}, clock.use)
}

func TestAStatusIsOverriddenOnlyByTheWayBack(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := withUpdate("Hold", workflow.UpdateTicketStep{TicketID: "{event.properties.ticket_id}", Status: "on_hold"})
		c := counting{t, s, team, publish(t, s, team, d).PublicID}
		for i, to := range []desk.Status{desk.Resolved, desk.New} {
			ticket := openTicket(t, s, team, question("Hello"))
			settle(t, s, ticket, clock.read())
			change(t, s, ticket, desk.SetStatus{To: to})
			want := store.PathCounts{Runs: i + 1}
			if to == desk.New {
				want.Overrides = map[string]int{"s1": 1}
			}
			c.want(clock.read(), want)
		}
	}, clock.use)
}
