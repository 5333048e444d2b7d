package workflow

import (
	"strings"
	"testing"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

const reply = `{"type":"send_reply","body":"Hello {event.properties.customer_email}"}`

// knowing adds the counts that steps ask for.
func knowing(sent int) Facts {
	f := testFacts()
	f.Sent = map[desk.ID]int{ticketID: sent}
	return f
}

func TestARepliesAndNotesAreMessagesOfTheWorkflow(t *testing.T) {
	r := compile(t, file(reply+`,{"type":"add_note","body":"{variables.none}"},{"type":"add_note","body":"Told them"}`)).Evaluate(knowing(0))
	if r.Outcome != Completed || len(r.Effects) != 2 {
		t.Fatalf("got %s, %q with %d effects, want a reply and a note", r.Outcome, r.Why, len(r.Effects))
	}
	sent, note := r.Effects[0].Outcome.Messages[0], r.Effects[1].Outcome.Messages[0]
	if sent.Body != "Hello joe@bigcorp.com" || sent.Private || sent.Author != desk.ByWorkflow || sent.PublicID.IsZero() {
		t.Errorf("reply: got %+v", sent)
	}
	if !note.Private || note.Body != "Told them" || note.PublicID == sent.PublicID {
		t.Errorf("note: got %+v", note)
	}
	if len(r.Effects[0].Outcome.Events) != 0 {
		t.Errorf("a workflow's reply emits %v, want nothing", r.Effects[0].Outcome.Events)
	}
	if got, want := stepsOf(r), "s1:done s2:skipped s3:done"; got != want {
		t.Errorf("steps: got %s, want %s", got, want)
	}
	again := compile(t, file(reply)).Evaluate(knowing(0))
	if got := again.Effects[0].Outcome.Messages[0].PublicID; got != sent.PublicID {
		t.Errorf("decided anew, the message has another id: %s, then %s", sent.PublicID, got)
	}
}

func TestAWorkflowTripsInsteadOfFloodingACustomer(t *testing.T) {
	p := compile(t, file(open+`,`+reply+`,`+reply))
	if r := p.Evaluate(testFacts()); r.Need == nil || r.Need.Sent != ticketID {
		t.Fatalf("without a count: need %+v, want that of the ticket's messages", r.Need)
	}
	if r := p.Evaluate(knowing(defaultMessages - 2)); r.Outcome != Completed {
		t.Errorf("up to the limit: got %s, %q, want both replies", r.Outcome, r.Why)
	}
	r := p.Evaluate(knowing(defaultMessages - 1))
	if r.Outcome != Tripped || !strings.Contains(r.Why, "10 messages on ticket #12") || len(r.Effects)+len(r.Steps)+len(r.Jobs) != 0 {
		t.Errorf("over the limit: got %s, %q with %d effects, want nothing done at all", r.Outcome, r.Why, len(r.Effects))
	}
	own := compile(t, `{"name":"W","trigger":{"events":["$conversation_ticket_created"]},"limits":{"messages_per_ticket_hour":1},"steps":[`+reply+`]}`)
	if r := own.Evaluate(knowing(1)); r.Outcome != Tripped {
		t.Errorf("over its own limit: got %s, want tripped", r.Outcome)
	}
}

func TestTheTriggersLimitLetsOnlySoManyRunsBegin(t *testing.T) {
	p := compile(t, `{"name":"W","trigger":{"events":["$conversation_ticket_created"],"limit":{"times":2,"within":"1h"}},"steps":[`+open+`]}`)
	f := testFacts()
	r := p.Evaluate(f)
	if r.Need == nil || r.Need.Limit == "" || r.Need.Within.Hours() != 1 {
		t.Fatalf("need %+v, want the runs of the last hour", r.Need)
	}
	key := r.Need.Limit
	f.Uses = map[string]int{key: 1}
	if r := p.Evaluate(f); r.Outcome != Completed || r.LimitKey != key {
		t.Errorf("second run: got %s under %q, want it to run under %q", r.Outcome, r.LimitKey, key)
	}
	f.Uses[key] = 2
	if r := p.Evaluate(f); r.Outcome != NotTriggered || !strings.Contains(r.Why, "limit of the trigger was reached") {
		t.Errorf("third run: got %s, %q, want the limit", r.Outcome, r.Why)
	}
}

func TestRunsPerMinuteTripTheWorkflow(t *testing.T) {
	p := compile(t, `{"name":"W","trigger":{"events":["$conversation_ticket_created"]},"limits":{"runs_per_minute":5},"steps":[`+open+`]}`)
	f := testFacts()
	f.Started = nil
	if r := p.Evaluate(f); r.Need == nil || r.Need.Started != 5 {
		t.Fatalf("need %+v, want the newest five runs", r.Need)
	}
	f.Started = new(4)
	if r := p.Evaluate(f); r.Outcome != Completed {
		t.Errorf("fifth run: got %s", r.Outcome)
	}
	f.Started = new(5)
	if r := p.Evaluate(f); r.Outcome != Tripped {
		t.Errorf("sixth run: got %s, want tripped", r.Outcome)
	}
}

func TestAPausedWorkflowKeepsOnlyWhatWouldStartIt(t *testing.T) {
	f := testFacts()
	f.Paused = true
	if r := compile(t, file(open)).Evaluate(f); r.Outcome != Tripped {
		t.Errorf("an event that starts it: got %s, want it kept", r.Outcome)
	}
	f.Event.Name = desk.MessageSent
	if r := compile(t, file(open)).Evaluate(f); r.Outcome != NotTriggered {
		t.Errorf("another event: got %s, want it left alone", r.Outcome)
	}
}

func TestNoticesGoToMembersAddressesAndChannels(t *testing.T) {
	p := compile(t, file(`{"type":"notify","to":{"role":"Support"},"text":"Look at #{event.properties.ticket_number}"},
		{"type":"notify","address":"team@example.com","text":"Hello"},{"type":"notify","url":"https://chat.example.com/hook","text":"Hello"}`))
	r := p.Evaluate(testFacts())
	if r.Outcome != Completed {
		t.Fatalf("got %s, %q", r.Outcome, r.Why)
	}
	if len(r.Notices) != 1 || r.Notices[0].Text != "Look at #12" || r.Notices[0].TicketID != 12 {
		t.Errorf("notices: got %+v", r.Notices)
	}
	var kinds []job.Kind
	keys := map[desk.ID]bool{}
	for _, j := range r.Jobs {
		kinds, keys[j.Key] = append(kinds, j.Kind), true
	}
	if members := len(r.Notices[0].UserIDs); len(r.Jobs) != members+2 || len(keys) != len(r.Jobs) {
		t.Errorf("jobs: got %v, want a mail for each of %d members, one more and a channel, each with its own key", kinds, members)
	}
	if text := jsonText(r.Steps); strings.Contains(text, "chat.example.com/hook") {
		t.Error("the trace holds the channel's secret address")
	}
}
