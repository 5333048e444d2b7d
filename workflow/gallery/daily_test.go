package gallery

import (
	"context"
	"strings"
	"testing"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// simulate runs a template to its end, with nothing else happening, on a desk where nothing was counted yet.
func simulate(t *testing.T, slug string, f workflow.Facts) workflow.Result {
	t.Helper()
	template, err := Find(slug)
	if err != nil {
		t.Fatal(err)
	}
	p, err := workflow.Compile(workflow.Workflow{Definition: template.Definition})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Simulate(t.Context(), f, func(_ context.Context, _ *workflow.Workflow, n workflow.Need, f *workflow.Facts) error {
		switch {
		case n.Limit != "":
			f.Uses[n.Limit] = 0
		case !n.Sent.IsZero():
			f.Sent[n.Sent] = 0
		default:
			f.Started = new(0)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// written are the replies of a run.
func written(r workflow.Result) string {
	var out []string
	for _, e := range r.Effects {
		for _, m := range e.Outcome.Messages {
			out = append(out, m.Body)
		}
	}
	return strings.Join(out, " | ")
}

func TestAnEmailIsAcknowledgedWithThePromisedTime(t *testing.T) {
	f := situation{event: desk.TicketCreated, channel: desk.Email, email: "joe@x.example", status: desk.New}.facts()
	r := simulate(t, "acknowledge-email", f)
	if text := written(r); !strings.Contains(text, "number 1") || !strings.Contains(text, "Tuesday, 6 January 10:00 UTC") {
		t.Errorf("the answer is %q, %s; want the number and the deadline", text, r.Why)
	}
	f = situation{event: desk.TicketCreated, channel: desk.Widget, status: desk.New}.facts()
	if r := simulate(t, "acknowledge-email", f); r.Outcome != workflow.NotTriggered {
		t.Errorf("a widget ticket: %s, want it left alone", r.Outcome)
	}
}

func TestTheNextResponseIsOnlyEverDueEarlier(t *testing.T) {
	for hours, want := range map[int]string{0: "sla 4h0m0s", 6: "sla 4h0m0s", 1: "completed"} {
		due := time.Duration(hours) * time.Hour
		f := situation{event: desk.MessageReceived, channel: desk.Widget, status: desk.Open}.facts()
		if due != 0 {
			f.Tickets[desk.ID{1}].Ticket.SLADueAt = now.Add(due)
		}
		if got := done(simulate(t, "next-response-sla", f)); got != want {
			t.Errorf("due in %s: %q, want %q", due, got, want)
		}
	}
}

func TestAPendingTicketIsRemindedOfAndResolved(t *testing.T) {
	f := situation{event: desk.StatusChanged, channel: desk.Widget, status: desk.Pending, extra: map[string]any{"new_status": "pending"}}.facts()
	r := simulate(t, "remind-and-resolve", f)
	if len(r.Effects) != 2 || !strings.Contains(written(r), "have not heard from you") || r.Effects[1].Ticket.Status != desk.Resolved {
		t.Fatalf("got %d effects, %q; want a reminder, then resolved", len(r.Effects), r.Why)
	}
	reminded, resolved := r.Effects[0].Ticket.UpdatedAt.Sub(now), r.Effects[1].Ticket.UpdatedAt.Sub(now)
	if reminded != 5*24*time.Hour || resolved != 7*24*time.Hour {
		t.Errorf("reminded after %s and resolved after %s, want 5 and 7 days", reminded, resolved)
	}
	f.Tickets[desk.ID{1}].Ticket.Status = desk.Open // the customer answered meanwhile
	if r := simulate(t, "remind-and-resolve", f); len(r.Effects) != 0 || r.Why != "The ticket is pending no longer." {
		t.Errorf("an answered ticket: %d effects, %q; want it left alone", len(r.Effects), r.Why)
	}
}

func TestTheTeamIsTold(t *testing.T) {
	assigned := situation{event: desk.TicketAssigned, channel: desk.Widget, status: desk.Open, extra: map[string]any{"assignee_type": "role", "assignee_id": int64(1)}}
	api := situation{event: desk.TicketCreated, channel: desk.APIDoor, status: desk.New}
	slack := situation{event: desk.TicketCreated, channel: desk.Slack, status: desk.New}
	for _, test := range []struct {
		slug string
		when situation
		want string
	}{
		{"announce-assignment", assigned, "Ticket #1 is now with"},
		{"alert-unmatched", api, "no rule matched"},
		{"alert-unmatched", slack, ""},
	} {
		r := simulate(t, test.slug, test.when.facts())
		var text strings.Builder
		for _, n := range r.Notices {
			text.WriteString(n.Text)
		}
		if !strings.Contains(text.String(), test.want) || (test.want == "") != (text.String() == "") {
			t.Errorf("%s: told %q, %s; want %q", test.slug, text.String(), r.Why, test.want)
		}
	}
}

func TestMailToTheSecurityMailboxIsTakenCareOf(t *testing.T) {
	f := situation{event: desk.TicketCreated, channel: desk.Email, status: desk.New}.facts()
	if r := simulate(t, "security-mailbox", f); len(r.Effects)+len(r.Notices) != 0 {
		t.Errorf("another mailbox: %d effects, want none", len(r.Effects))
	}
	f.Tickets[desk.ID{1}].Ticket.Mailbox = "Security@example.com"
	r := simulate(t, "security-mailbox", f)
	if got := done(r); !strings.Contains(got, "priority high, role Security, tags old security") || len(r.Notices) != 1 || written(r) == "" {
		t.Errorf("got %q, %d notices and the answer %q", got, len(r.Notices), written(r))
	}
}

func TestTheThirdTicketInAWeekIsTagged(t *testing.T) {
	for count, want := range map[int]string{2: "completed", 3: "tags old repeat"} {
		f := situation{event: desk.TicketCreated, channel: desk.Email, status: desk.New}.facts()
		f.Tickets[desk.ID{1}].CustomerCount = &count
		if got := done(simulate(t, "repeat-customers", f)); got != want {
			t.Errorf("ticket number %d: %q, want %q", count, got, want)
		}
	}
}

func TestSearchFindsEveryWord(t *testing.T) {
	found, err := Search("sla CHANNEL")
	if err != nil || len(found) < 2 {
		t.Fatalf("got %d, %v", len(found), err)
	}
	for _, f := range found {
		if text := strings.ToLower(f.Definition.Name + f.Summary); !strings.Contains(text, "sla") || !strings.Contains(text, "channel") {
			t.Errorf("%q has not both words", f.Definition.Name)
		}
	}
	if none, err := Search("zebra"); err != nil || len(none) != 0 {
		t.Errorf("zebra: got %d, %v, want none", len(none), err)
	}
}
