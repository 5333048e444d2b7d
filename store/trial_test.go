package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// definition reads a workflow on ticket creation with these steps, in the native format.
func definition(t *testing.T, name, steps string) workflow.Definition {
	t.Helper()
	d, err := workflow.Parse([]byte(`{"name":"` + name + `","trigger":{"events":["$conversation_ticket_created"]},"steps":[` + steps + `]}`))
	check(t, err)
	return d
}

// busySteps do everything that leaves something behind, with waits between.
const busySteps = `{"type":"get_ticket"},
	{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"open","priority":"high","sla_amount":"4","tags":["busy"]},
	{"type":"assign_in_turn","role":{"role":"Support"}},
	{"type":"send_reply","body":"Dear {event.properties.customer_name}"},{"type":"add_note","body":"noted"},
	{"type":"notify","to":{"role":"Support"},"text":"look"},{"type":"notify","address":"all@example.com","text":"look"},
	{"type":"webhook","url":"https://example.com/x?key=secret","body":"{}","output":"answer"},
	{"type":"wait","for":"2d"},{"type":"send_reply","body":"Still there?"},
	{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"{variables.answer.body | default: \"pending\"}"}`

// everything says what is in the tables that a run writes to.
func everything(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	for table, columns := range map[string]string{
		"tickets":  "id || status || priority || assignee_kind || assignee_id || tags || COALESCE(sla_due_at, 0) || message_count || updated_at",
		"messages": "id || body", "changes": "id || field || after", "jobs": "id || payload || state", "notifications": "id || body",
		"turns": "user_id || ' ' || last_at", "ticket_counts": "name || delta", "runs": "id || outcome || steps || COALESCE(wake_at, 0)",
		"considerations": "event_id || skipped", "events": "id || state || name",
	} {
		var rows string
		check(t, s.Read(t.Context(), &rows, `
			SELECT COALESCE(STRING_AGG(line, '; ' ORDER BY line), '')
			FROM (SELECT CAST(`+columns+` AS TEXT) AS line FROM `+table+`) AS lines`))
		out[table] = rows
	}
	return out
}

func process(t *testing.T, s *store.Store, ticket desk.Ticket, now time.Time) {
	t.Helper()
	decider := workflow.NewDecider(nil)
	for {
		work, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), now, decider.Decide)
		check(t, err)
		if work == none {
			return
		}
	}
}

// supported is a desk with a role Support that Ann is in.
func supported(t *testing.T, s *store.Store) store.SetUp {
	t.Helper()
	made := setUp(t, s)
	role, err := s.AddRole(t.Context(), made.TeamID, "Support")
	check(t, err)
	check(t, s.AddRoleMember(t.Context(), made.TeamID, role, made.UserID))
	return made
}

func firstEvent(t *testing.T, s *store.Store, ticket desk.Ticket) workflow.Event {
	t.Helper()
	events, err := s.Events(t.Context(), ticket.TeamID, ticket.ID, 99)
	check(t, err)
	return events[0]
}

func outwardKinds(run *workflow.Run) []workflow.OutwardKind {
	var kinds []workflow.OutwardKind
	for _, o := range run.Result.Outward(nil) {
		kinds = append(kinds, o.Kind)
	}
	return kinds
}

func TestADraftIsTriedToItsEndOnThePastAndNothingIsWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := supported(t, s).TeamID
		draft := create(t, s, team, definition(t, "Draft", busySteps))
		ticket := openTicket(t, s, team, question("Hello"))
		process(t, s, ticket, farFuture)
		change(t, s, ticket, desk.SetStatus{To: desk.Resolved})
		event, before := firstEvent(t, s, ticket), everything(t, s)

		trial, err := s.TryDraft(t.Context(), team, store.TrialQuery{Workflow: draft.PublicID, Event: event.PublicID})
		check(t, err)
		if diff := cmp.Diff(before, everything(t, s)); diff != "" {
			t.Errorf("the trial wrote (-before +after):\n%s", diff)
		}
		r := trial.Draft.Result
		if r.Outcome != workflow.Completed || trial.Ticket.Ticket.Status != desk.New || trial.Live != nil {
			t.Fatalf("got %s (%s) from %s, want it completed from the ticket as it was", r.Outcome, r.Why, trial.Ticket.Ticket.Status)
		}
		want := []workflow.OutwardKind{
			workflow.OutReply, workflow.OutNote, workflow.OutNotice, workflow.OutEmail, workflow.OutEmail, workflow.OutCall, workflow.OutReply,
		}
		if diff := cmp.Diff(want, outwardKinds(&trial.Draft)); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
		last := r.Steps[len(r.Steps)-1]
		if got := last.At.Sub(event.At); got != 48*time.Hour+time.Second {
			t.Errorf("the last step ran %s after the event, want 2 days and the call", got)
		}
		directory, err := s.Directory(t.Context(), team)
		check(t, err)
		changes := r.Changes(&trial.Ticket.Ticket, directory)
		if changes["status"] != "pending" || changes["priority"] != "high" || len(changes) != 5 {
			t.Errorf("changes: got %v", changes)
		}
	})
}

func TestATrialShowsTheLiveVersionAndWhatRunsBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		publish(t, s, team, definition(t, "First", `{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"low"}`))
		const byPriority = `{"type":"get_ticket"},{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","tags":["{variables.ticket.priority | default: \"none\"}"]}`
		live := publish(t, s, team, definition(t, "Second", byPriority))
		d := definition(t, "Second", byPriority+`,{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"open"}`)
		_, err := s.SaveDraft(t.Context(), desk.Agent(1, "Ann"), team, store.Revision{ID: live.PublicID, Rev: live.DraftRev}, d)
		check(t, err)
		publish(t, s, team, definition(t, "Third", `{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"high"}`))
		ticket := openTicket(t, s, team, question("Hello"))
		query := store.TrialQuery{Workflow: live.PublicID, Event: firstEvent(t, s, ticket).PublicID}

		for _, others := range []bool{false, true} {
			query.Others = others
			trial, err := s.TryDraft(t.Context(), team, query)
			check(t, err)
			wantTags, wantOthers := []string{"none"}, 0
			if others {
				wantTags, wantOthers = []string{"low"}, 1
			}
			draft, live := trial.Draft.Result.Effects, trial.Live.Result.Effects
			if len(trial.Others) != wantOthers || len(draft) != 2 || len(live) != 1 {
				t.Fatalf("with others %v: got %d before, %d and %d effects", others, len(trial.Others), len(draft), len(live))
			}
			if diff := cmp.Diff(wantTags, draft[0].Ticket.Tags) + cmp.Diff(wantTags, live[0].Ticket.Tags); diff != "" {
				t.Errorf("with others %v: tags (-want +got):\n%s", others, diff)
			}
		}
	})
}

func TestATrialOfAMadeUpEventTakesTheTicketAsItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := definition(t, "Draft", `{"type":"add_note","body":"{event.properties.new_status} {event.properties.status}"}`)
		d.Trigger.Events[0].Event = desk.StatusChanged
		draft := create(t, s, team, d)
		ticket := openTicket(t, s, team, question("Hello"))
		change(t, s, ticket, desk.SetStatus{To: desk.Pending})
		trial, err := s.TryDraft(t.Context(), team, store.TrialQuery{
			Workflow: draft.PublicID, Name: desk.StatusChanged, Ticket: ticket.Number, Properties: map[string]any{"new_status": "resolved"},
		})
		check(t, err)
		if out := trial.Draft.Result.Outward(nil); len(out) != 1 || out[0].Text != "resolved pending" {
			t.Errorf("got %+v, want one note", out)
		}
		_, err = s.TryDraft(t.Context(), team, store.TrialQuery{Workflow: draft.PublicID, Name: desk.StatusChanged, Ticket: 99})
		wantKind(t, "no ticket", err, desk.NotFound)
		_, err = s.TryDraft(t.Context(), team, store.TrialQuery{Workflow: draft.PublicID, Event: s.NewID()})
		wantKind(t, "no event", err, desk.NotFound)
		_, err = s.TryDraft(t.Context(), team+1, store.TrialQuery{Workflow: draft.PublicID, Event: firstEvent(t, s, ticket).PublicID})
		wantKind(t, "another team", err, desk.NotFound)
	})
}

func TestATrialCountsRunsAndMessagesAsOfThen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := definition(t, "Once", `{"type":"send_reply","body":"Hello"}`)
		d.Trigger.Events[0].Event = desk.MessageReceived
		d.Trigger.Limit = &workflow.KeyLimit{Times: 1, Within: "1h"}
		d.Limits.MessagesPerTicketHour = 1
		w := publish(t, s, team, d)
		ticket := openTicket(t, s, team, question("Hello"))
		process(t, s, ticket, time.Now())
		_, err := s.ChangeTicket(t.Context(), desk.Actor{Kind: desk.ByCustomer}, team, ticket.ID, desk.AddMessage{Body: "Hello?"})
		check(t, err)
		process(t, s, ticket, time.Now())
		events, err := s.Events(t.Context(), team, ticket.ID, 99)
		check(t, err)
		var got []workflow.Outcome
		for _, e := range events[1:] {
			trial, err := s.TryDraft(t.Context(), team, store.TrialQuery{Workflow: w.PublicID, Event: e.PublicID})
			check(t, err)
			got = append(got, trial.Draft.Result.Outcome)
		}
		if diff := cmp.Diff([]workflow.Outcome{workflow.Completed, workflow.NotTriggered}, got); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	})
}

func TestRecentEventsAreThoseThatCanStartTheDraft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		draft := create(t, s, team, definition(t, "Draft", `{"type":"stop"}`))
		for _, text := range []string{"one", "two", "three"} {
			openTicket(t, s, team, question(text))
		}
		events, err := s.RecentEvents(t.Context(), draft, team, 2)
		check(t, err)
		if len(events) != 2 || events[0].Ticket.Number != 3 || events[1].Ticket.Subject != "two" || events[0].Name != desk.TicketCreated {
			t.Errorf("got %+v, want the last two openings", events)
		}
	})
}
