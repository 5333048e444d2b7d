package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// mute makes d the draft of w and lets it run in the shadow.
func mute(t *testing.T, s *store.Store, team int64, w store.WorkflowRow, d workflow.Definition) store.WorkflowRow {
	t.Helper()
	by := desk.Agent(1, "Ann")
	w, err := s.SaveDraft(t.Context(), by, team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, d)
	check(t, err)
	w, err = s.PublishShadow(t.Context(), by, team, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
	check(t, err)
	return w
}

func shadows(t *testing.T, s *store.Store, team int64, w store.WorkflowRow, q store.ShadowQuery) []store.ShadowRun {
	t.Helper()
	q.Limit = 50
	runs, err := s.ShadowRuns(t.Context(), team, w.PublicID, q)
	check(t, err)
	return runs
}

func TestAMutedVersionTouchesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := supported(t, s).TeamID
		d := definition(t, "Muted", busySteps)
		w := mute(t, s, team, create(t, s, team, d), d)
		ticket := openTicket(t, s, team, question("Hello"))
		before := everything(t, s)
		process(t, s, ticket, farFuture)
		after := everything(t, s)
		delete(before, "events") // they are processed now, and their number is below
		delete(after, "events")
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("it wrote (-before +after):\n%s", diff)
		}
		events, err := s.Events(t.Context(), team, ticket.ID, 99)
		if err != nil || len(events) != 2 {
			t.Errorf("events: got %d, %v, want the 2 of the opening", len(events), err)
		}

		runs := shadows(t, s, team, w, store.ShadowQuery{})
		if len(runs) != 1 || runs[0].Outcome != workflow.Completed || !runs[0].Differs || runs[0].Ticket != ticket.Number {
			t.Fatalf("shadow runs: got %+v, want one that ran to its end", runs)
		}
		var fields []desk.Field
		for _, c := range runs[0].Muted {
			fields = append(fields, c.Field)
		}
		want := []desk.Field{
			"status", "priority", "tags", "sla_due_at", "assignee", "status",
			"reply", "note", "notice", "email", "email", "call", "reply",
		}
		if diff := cmp.Diff(want, fields); diff != "" {
			t.Errorf("would have done (-want +got):\n%s", diff)
		}
	})
}

func TestAMutedVersionSeesTheFactsOfTheLiveOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		const change = `{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}",`
		publish(t, s, team, definition(t, "Before", change+`"priority":"high"}`))
		live := publish(t, s, team, definition(t, "Both", `{"type":"get_ticket"},`+change+`"tags":["{variables.ticket.priority}"]}`))
		publish(t, s, team, definition(t, "After", change+`"priority":"low"}`))
		muted := mute(t, s, team, live, definition(t, "Both", `{"type":"get_ticket","output":"x"},`+change+`"tags":["{variables.x.priority}"]}`))
		process(t, s, openTicket(t, s, team, question("Hello")), farFuture)
		runs := shadows(t, s, team, muted, store.ShadowQuery{})
		if len(runs) != 1 || runs[0].Differs || len(runs[0].Live) != 1 || runs[0].LiveOutcome != workflow.Completed {
			t.Fatalf("got %+v, want the same of both", runs)
		}
		if diff := cmp.Diff(runs[0].Live, runs[0].Muted); diff != "" {
			t.Errorf("changes (-live +muted):\n%s", diff)
		}

		other := mute(t, s, team, muted, definition(t, "Both", change+`"tags":["other"]}`))
		process(t, s, openTicket(t, s, team, question("Hello")), farFuture)
		process(t, s, openTicket(t, s, team, question("Hello")), farFuture)
		runs = shadows(t, s, team, other, store.ShadowQuery{Different: true})
		if len(runs) != 2 || !runs[0].Differs {
			t.Fatalf("got %+v, want the two of the other version", runs)
		}
		if got := fmt.Sprint(runs[0].Live[0].Before, runs[0].Live[0].After, runs[0].Muted[0].After); got != "[] [high] [other]" {
			t.Errorf("tags before and after, and muted: got %s, want the live one untouched by the other", got)
		}
		if older := shadows(t, s, team, other, store.ShadowQuery{Before: runs[0].ID}); len(older) != 1 || older[0].ID != runs[1].ID {
			t.Errorf("second page: got %+v", older)
		}
		figures, err := s.ShadowFigures(t.Context(), team, other.PublicID)
		if want := (store.ShadowFigures{Runs: 2, Different: 2}); err != nil || figures != want {
			t.Errorf("figures: got %+v, %v, want %+v", figures, err, want)
		}
	})
}

func TestALiveRunThatWaitsIsComparedWhenItHasEnded(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		const steps = `{"type":"wait","for":"1h"},{"type":"send_reply","body":"Hello"},
			{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","sla_amount":"4","status":"pending"},`
		live := publish(t, s, team, definition(t, "Both", steps+`{"type":"stop"}`))
		muted := mute(t, s, team, live, definition(t, "Both", steps+`{"type":"stop","reason":"differently"}`))
		ticket := openTicket(t, s, team, question("Hello"))
		process(t, s, ticket, clock.read())
		figures, err := s.ShadowFigures(t.Context(), team, muted.PublicID)
		if want := (store.ShadowFigures{Runs: 1, Waiting: 1}); err != nil || figures != want {
			t.Errorf("while it waits: got %+v, %v, want %+v", figures, err, want)
		}
		clock.add(time.Hour + 300*time.Millisecond)
		process(t, s, ticket, clock.read())
		runs := shadows(t, s, team, muted, store.ShadowQuery{})
		if len(runs) != 1 || runs[0].Differs || runs[0].LiveOutcome != workflow.Completed || len(runs[0].Live) != 3 {
			t.Errorf("got %+v, want both the same", runs)
		}
	}, clock.use)
}
