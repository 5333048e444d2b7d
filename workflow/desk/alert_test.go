package desk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// raise lets the clock look at the ticket so long after noon.
func raise(t *testing.T, on *Ticket, after time.Duration) []EventName {
	t.Helper()
	out, err := Apply(on, System(), noon().Add(after), RaiseSLA{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Changes) > 0 {
		t.Errorf("an alert left records: %v", out.Changes)
	}
	return names(out.Events)
}

// look is how long after noon the clock looks, and what it is to raise then.
type look struct {
	after time.Duration
	want  []EventName
}

func TestEachDeadlineRaisesItsAlertsOnce(t *testing.T) {
	const us = time.Microsecond
	risk, breach := []EventName{TicketAtRisk}, []EventName{TicketBreached}
	for _, c := range []struct {
		name  string
		looks []look // at a deadline two hours after noon
	}{
		{"both", []look{{time.Hour - us, nil}, {time.Hour, risk}, {time.Hour + us, nil}, {2 * time.Hour, nil}, {2*time.Hour + us, breach}, {3 * time.Hour, nil}}},
		{"passed unseen", []look{{0, nil}, {5 * time.Hour, breach}, {6 * time.Hour, nil}}},
		{"seen at the deadline itself", []look{{2 * time.Hour, risk}, {2*time.Hour + us, breach}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tk := ticket()
			for _, l := range c.looks {
				if diff := cmp.Diff(l.want, raise(t, &tk, l.after)); diff != "" {
					t.Errorf("%v after noon (-want +got):\n%s", l.after, diff)
				}
			}
		})
	}
}

func TestAnAlertCarriesTheDeadline(t *testing.T) {
	tk := ticket()
	updated := tk.UpdatedAt
	at := tk.SLADueAt.Add(time.Second)
	out, err := Apply(&tk, System(), at, RaiseSLA{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Event{{Name: TicketBreached, At: at, Properties: map[string]any{
		"ticket_id": tk.PublicID.String(), "ticket_number": int64(42), "channel_source": "email", "status": "open", "priority": "low",
		"sla_due_at": "2026-01-05T14:00:00Z",
	}}}
	if diff := cmp.Diff(want, out.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if !tk.UpdatedAt.Equal(updated) {
		t.Errorf("an alert counts as an update: %v, want %v", tk.UpdatedAt, updated)
	}
}

func TestWhatRearmsTheAlerts(t *testing.T) {
	reset := SetSLADue{At: noon().Add(30 * time.Minute)}
	for _, c := range []struct {
		name   string
		by     Actor
		change Change
		want   []EventName
	}{
		{"a moved deadline", Agent(7, "Ada"), reset, []EventName{TicketAtRisk}},
		{"one moved by a workflow", actor(ByWorkflow), reset, []EventName{TicketAtRisk}},
		{"not the same deadline again", Agent(7, "Ada"), SetSLADue{At: ticket().SLADueAt}, nil},
		{"not another field", Agent(7, "Ada"), SetStatus{To: Pending}, nil},
		{"not a deadline set because of an alert", alerted(), reset, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			tk := ticket()
			tk.SLAStage = RaisedBreached
			apply(t, &tk, c.by, c.change)
			if diff := cmp.Diff(c.want, raise(t, &tk, 0)); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
		})
	}
}

// alerted is a run that an alert started.
func alerted() Actor {
	by := actor(ByWorkflow)
	by.Step.Alert = true
	return by
}

func TestADeadlineSetBecauseOfAnAlertRaisesNoneUntilSomebodyElseMovesIt(t *testing.T) {
	tk := ticket()
	apply(t, &tk, alerted(), SetSLA{Amount: "1"})
	if got := raise(t, &tk, 5*time.Hour); got != nil {
		t.Errorf("the run's own deadline raised %v", got)
	}
	apply(t, &tk, alerted(), SetStatus{To: Pending})
	apply(t, &tk, Agent(7, "Ada"), SetSLA{Amount: "2"})
	if diff := cmp.Diff([]EventName{TicketBreached}, raise(t, &tk, 5*time.Hour)); diff != "" {
		t.Errorf("after an agent moved it (-want +got):\n%s", diff)
	}
}

func TestResolvedTicketsRaiseTheirAlertsWhenTheyAreReopened(t *testing.T) {
	tk := ticket()
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Resolved})
	if got := raise(t, &tk, 5*time.Hour); got != nil || tk.SLAStage != NotRaised {
		t.Fatalf("resolved: got %v, stage %q", got, tk.SLAStage)
	}
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Open})
	if diff := cmp.Diff([]EventName{TicketBreached}, raise(t, &tk, 5*time.Hour)); diff != "" {
		t.Errorf("reopened (-want +got):\n%s", diff)
	}
}

func TestAStoppedClockRaisesNothingAndKeepsWhatWasRaised(t *testing.T) {
	tk := ticket()
	tk.PausesSLA = true
	tk.SLADueAt = noon().Add(30 * time.Minute)
	raise(t, &tk, 0)
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Pending})
	if got := raise(t, &tk, 5*time.Hour); got != nil {
		t.Errorf("a stopped clock raised %v", got)
	}
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Open})
	if got := raise(t, &tk, 0); got != nil {
		t.Errorf("the clock that goes on raised %v again", got)
	}
	if diff := cmp.Diff([]EventName{TicketBreached}, raise(t, &tk, time.Hour)); diff != "" {
		t.Errorf("past the deadline (-want +got):\n%s", diff)
	}
}

func TestOnlyWhoEmitsRaisesAlerts(t *testing.T) {
	for _, by := range actors() {
		tk := ticket()
		tk.SLADueAt = noon().Add(-time.Hour)
		out := apply(t, &tk, by, RaiseSLA{})
		if want := by.emits(); len(out.Events) > 0 != want || tk.SLAStage != NotRaised != want {
			t.Errorf("%s: got %v and stage %q, want an alert: %t", by.Kind, names(out.Events), tk.SLAStage, want)
		}
	}
}
