package desk_test

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestASnoozeUntilAReplyPassesWithTheCustomersMessageAndTheClockWakesTheTicket(t *testing.T) {
	now := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	agent, customer := desk.Agent(1, "Ann"), desk.Actor{Kind: desk.ByCustomer, ID: 7}
	ticket := desk.Ticket{Status: desk.Open, Tags: []string{}}
	apply := func(by desk.Actor, c desk.Change) desk.Outcome {
		t.Helper()
		now = now.Add(time.Minute)
		out, err := desk.Apply(&ticket, by, now, c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}

	out := apply(agent, desk.Snooze{UntilReply: true})
	if ticket.Status != desk.OnHold || !ticket.Snoozed() || out.Changes[1].Before != nil || out.Changes[1].After != desk.SnoozedByReply {
		t.Fatalf("snoozed: got %s, %+v", ticket.Status, out.Changes)
	}
	apply(agent, desk.AddMessage{Body: "Did it help?"})
	apply(desk.System(), desk.EndSnooze{})
	if ticket.Status != desk.OnHold || !ticket.SnoozedUntilReply {
		t.Fatalf("neither a colleague nor the clock ends it: got %s", ticket.Status)
	}

	out = apply(customer, desk.AddMessage{Body: "No"})
	if ticket.Status != desk.OnHold || ticket.SnoozedUntilReply || !ticket.SnoozedUntil.Equal(now) {
		t.Errorf("after the reply: got %s, until %s, want on hold, and a snooze that has passed", ticket.Status, ticket.SnoozedUntil)
	}
	if len(out.Events) != 1 || out.Events[0].Name != desk.MessageReceived {
		t.Errorf("events of the reply: got %+v, want it alone", out.Events)
	}
	out = apply(desk.System(), desk.EndSnooze{})
	if ticket.Status != desk.Open || ticket.Snoozed() || len(out.Events) != 1 || out.Events[0].Name != desk.StatusChanged {
		t.Errorf("woken: got %s, %+v, want it open, and told", ticket.Status, out.Events)
	}
}

func TestASnoozeUntilAReplyGivesWayToOtherWishes(t *testing.T) {
	now := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change desk.Change
		status desk.Status
		until  time.Time
	}{
		"woken":         {desk.Snooze{}, desk.Open, time.Time{}},
		"a time":        {desk.Snooze{Until: now.Add(time.Hour)}, desk.OnHold, now.Add(time.Hour)},
		"resolved":      {desk.SetStatus{To: desk.Resolved}, desk.Resolved, time.Time{}},
		"with a status": {desk.All{desk.SetStatus{To: desk.Pending}, desk.Snooze{}}, desk.Pending, time.Time{}},
	} {
		ticket := desk.Ticket{Status: desk.OnHold, SnoozedUntilReply: true, Tags: []string{}}
		if _, err := desk.Apply(&ticket, desk.Agent(1, "Ann"), now, c.change); err != nil {
			t.Fatal(err)
		}
		if ticket.Status != c.status || ticket.SnoozedUntilReply || !ticket.SnoozedUntil.Equal(c.until) {
			t.Errorf("%s: got %s, until %s, by reply %v", name, ticket.Status, ticket.SnoozedUntil, ticket.SnoozedUntilReply)
		}
	}
	ticket := desk.Ticket{Status: desk.Open, Tags: []string{}}
	_, err := desk.Apply(&ticket, desk.Agent(1, "Ann"), now, desk.Snooze{Until: now.Add(time.Hour), UntilReply: true})
	if !desk.IsKind(err, desk.Invalid) || ticket.Snoozed() {
		t.Errorf("both at once: got %v", err)
	}
}
