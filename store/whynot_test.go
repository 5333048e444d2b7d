package store_test

import (
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func whyNot(t *testing.T, s *store.Store, ticket desk.Ticket) []store.Answers {
	t.Helper()
	answers, err := s.WhyNot(t.Context(), ticket.TeamID, ticket.ID, 10)
	check(t, err)
	return answers
}

// answerOf looks for the answer of a workflow at the first event of its name.
func answerOf(t *testing.T, answers []store.Answers, event desk.EventName, name, why string) store.Answer {
	t.Helper()
	for _, e := range answers {
		for _, a := range e.Answers {
			if e.Event.Name != event || a.Workflow != name {
				continue
			}
			if !strings.Contains(a.Why, why) {
				t.Errorf("%s on %s: got %q, want %q", name, event, a.Why, why)
			}
			return a
		}
	}
	t.Fatalf("%s has no answer on %s: %+v", name, event, answers)
	return store.Answer{}
}

func TestEveryWorkflowAnswersForEveryEvent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ran := publish(t, s, team, definition(t, "Ran", `{"type":"stop","reason":"all done"}`))
		only := definition(t, "Only slack", `{"type":"stop"}`)
		only.Trigger.Events[0].Where = &workflow.Group{All: []workflow.Clause{{Condition: workflow.Condition{
			Left: "event.properties.channel_source", Op: workflow.Equals, Value: "slack",
		}}}}
		publish(t, s, team, only)
		muted := definition(t, "Muted", `{"type":"stop"}`)
		mute(t, s, team, create(t, s, team, muted), muted)
		limited := definition(t, "Limited", `{"type":"stop"}`)
		limited.Limits.RunsPerMinute = 1
		publish(t, s, team, limited)
		create(t, s, team, definition(t, "A draft", `{"type":"stop"}`))
		ticket := openTicket(t, s, team, question("Hello"))
		process(t, s, ticket, time.Now())
		publish(t, s, team, definition(t, "Later", `{"type":"stop"}`))
		later := openTicket(t, s, team, question("Hello"))

		answers := whyNot(t, s, ticket)
		if len(answers) != 2 || len(answers[0].Answers) != 5 || answers[1].Event.Name != desk.TicketCreated {
			t.Fatalf("got %+v, want 2 events, the latest first, with an answer of the 5 that are on", answers)
		}
		if a := answerOf(t, answers, desk.TicketCreated, "Ran", "all done"); a.Run.IsZero() || a.Outcome != workflow.Completed || a.WorkflowID != ran.PublicID {
			t.Errorf("got %+v, want the run", a)
		}
		answerOf(t, answers, desk.MessageReceived, "Ran", "It does not start on this event.")
		answerOf(t, answers, desk.TicketCreated, "Only slack", `the value was "widget"`)
		if a := answerOf(t, answers, desk.TicketCreated, "Muted", "runs muted"); !a.Muted {
			t.Error("a muted version is not told from a live one")
		}
		answerOf(t, answers, desk.TicketCreated, "Later", "published later")
		answerOf(t, whyNot(t, s, later), desk.TicketCreated, "Ran", "not been processed yet")

		process(t, s, later, time.Now())
		answerOf(t, whyNot(t, s, later), desk.TicketCreated, "Limited", "The event is kept for it")
	})
}

func TestARunThatWasStartedAgainIsTheAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := publish(t, s, team, definition(t, "Fails", `{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"{event.properties.nothing | default: \"bad\"}"}`))
		ticket := openTicket(t, s, team, question("Hello"))
		process(t, s, ticket, time.Now())
		first := answerOf(t, whyNot(t, s, ticket), desk.TicketCreated, "Fails", "not a status")
		_, err := s.SaveDraft(t.Context(), desk.Agent(1, "Ann"), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, definition(t, "Fails", `{"type":"stop"}`))
		check(t, err)
		_, err = s.Publish(t.Context(), desk.Agent(1, "Ann"), team, store.Revision{ID: w.PublicID, Rev: w.DraftRev + 1})
		check(t, err)
		check(t, s.RetryRun(t.Context(), team, first.Run))
		wantKind(t, "start it again twice", s.RetryRun(t.Context(), team, first.Run), desk.Conflict)
		process(t, s, ticket, farFuture)
		answers := whyNot(t, s, ticket)
		if a := answerOf(t, answers, desk.TicketCreated, "Fails", ""); len(answers) != 2 || a.Outcome != workflow.Completed || a.Run == first.Run {
			t.Errorf("got %d events and %+v, want the second run at the same event", len(answers), a)
		} else {
			wantKind(t, "start a completed run again", s.RetryRun(t.Context(), team, a.Run), desk.Conflict)
		}
		wantKind(t, "start no run again", s.RetryRun(t.Context(), team, s.NewID()), desk.NotFound)
	})
}

func TestOtherTeamsGetNoAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, question("Hello"))
		other, err := s.AddTeam(t.Context(), "Other")
		check(t, err)
		answers, err := s.WhyNot(t.Context(), other.ID, ticket.ID, 10)
		wantEmpty(t, "answers", len(answers), err)
	})
}
