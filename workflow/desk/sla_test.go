package desk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSLAStatesAtTheirBorders(t *testing.T) {
	const us = time.Microsecond
	for _, c := range []struct {
		left time.Duration
		want SLAState
	}{
		{time.Hour + us, SLAOnTrack},
		{time.Hour, SLAAtRisk},
		{us, SLAAtRisk},
		{0, SLAAtRisk},
		{-us, SLABreached},
		{-100 * time.Hour, SLABreached},
	} {
		tk := Ticket{SLADueAt: noon().Add(c.left)}
		if state, left := tk.SLA(noon()); state != c.want || left != c.left {
			t.Errorf("%v left: got %s, %v, want %s", c.left, state, left, c.want)
		}
	}
}

func TestSLAWithoutDeadlineAndPaused(t *testing.T) {
	if state, left := (&Ticket{}).SLA(noon()); state != SLANone || left != 0 {
		t.Errorf("got %s, %v, want none", state, left)
	}
	tk := Ticket{SLAPaused: true, SLALeft: time.Minute}
	if state, left := tk.SLA(noon()); state != SLAPaused || left != time.Minute {
		t.Errorf("got %s, %v, want paused with a minute left", state, left)
	}
}

func TestAResolvedTicketKeepsTheStateOfItsDeadline(t *testing.T) {
	tk := ticket()
	tk.SLADueAt = noon().Add(-time.Hour)
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Resolved})
	if state, _ := tk.SLA(noon()); state != SLABreached {
		t.Errorf("got %s, want %s", state, SLABreached)
	}
}

func TestSetSLAModes(t *testing.T) {
	due := noon().Add(2 * time.Hour)
	for _, c := range []struct {
		mode   SLAMode
		had    time.Time
		amount string
		want   time.Time
	}{
		{"", due, "3", noon().Add(3 * time.Hour)},
		{SLASet, due, "1", noon().Add(time.Hour)},
		{SLASet, due, "clear", time.Time{}},
		{SLAEarlier, due, "1", noon().Add(time.Hour)},
		{SLAEarlier, due, "3", due},
		{SLAEarlier, time.Time{}, "3", noon().Add(3 * time.Hour)},
		{SLALater, due, "1", due},
		{SLALater, due, "3", noon().Add(3 * time.Hour)},
		{SLALater, time.Time{}, "1", noon().Add(time.Hour)},
	} {
		tk := ticket()
		tk.SLADueAt = c.had
		apply(t, &tk, actor(ByWorkflow), SetSLA{Amount: c.amount, Mode: c.mode})
		if !tk.SLADueAt.Equal(c.want) {
			t.Errorf("%q %s from %v: got %v, want %v", c.mode, c.amount, c.had, tk.SLADueAt, c.want)
		}
	}
}

func TestSetSLACountsInTheTeamsZoneByDefault(t *testing.T) {
	tk := ticket()
	apply(t, &tk, actor(ByWorkflow), SetSLA{Amount: "1", Hours: workdays(), Zone: "Asia/Tokyo"})
	if want := time.Date(2026, 1, 6, 1, 0, 0, 0, time.UTC); !tk.SLADueAt.Equal(want) { // Tue 10:00 in Tokyo
		t.Errorf("got %v, want %v", tk.SLADueAt, want)
	}
}

func TestTheClockPausesOnlyForTeamsThatChoseSo(t *testing.T) {
	for _, status := range Statuses() {
		for _, pauses := range []bool{true, false} {
			tk := ticket()
			tk.Status, tk.PausesSLA = New, pauses
			apply(t, &tk, Agent(7, "Ada"), SetStatus{To: status})
			want := pauses && (status == Pending || status == OnHold)
			if tk.SLAPaused != want || tk.SLADueAt.IsZero() != want {
				t.Errorf("%s, pauses %t: got paused %t, due %v", status, pauses, tk.SLAPaused, tk.SLADueAt)
			}
		}
	}
}

func TestAPausedClockKeepsTheRemainingTime(t *testing.T) {
	tk := ticket()
	tk.PausesSLA = true
	out := apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Pending})
	if diff := cmp.Diff([]Record{{Field: FieldStatus, Before: Open, After: Pending}}, out.Changes); diff != "" {
		t.Errorf("records of pausing (-want +got):\n%s", diff)
	}
	if !tk.SLAPaused || tk.SLALeft != 2*time.Hour {
		t.Fatalf("got paused %t with %v left, want 2h", tk.SLAPaused, tk.SLALeft)
	}

	nextDay := noon().Add(24 * time.Hour)
	if _, err := Apply(&tk, Agent(7, "Ada"), nextDay, SetStatus{To: OnHold}); err != nil {
		t.Fatal(err)
	}
	out, err := Apply(&tk, Agent(7, "Ada"), nextDay, SetStatus{To: Open})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Record{{Field: FieldStatus, Before: OnHold, After: Open}}, out.Changes); diff != "" {
		t.Errorf("records of going on (-want +got):\n%s", diff)
	}
	if want := nextDay.Add(2 * time.Hour); !tk.SLADueAt.Equal(want) || tk.SLAPaused || tk.SLALeft != 0 {
		t.Errorf("got due %v, paused %t, left %v, want due %v", tk.SLADueAt, tk.SLAPaused, tk.SLALeft, want)
	}
}

func TestADeadlineSetWhilePausedStartsPaused(t *testing.T) {
	tk := ticket()
	tk.PausesSLA = true
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Pending})
	apply(t, &tk, actor(ByWorkflow), SetSLA{Amount: "1", Mode: SLALater})
	if tk.SLALeft != 2*time.Hour {
		t.Errorf("an hour is not later than a paused 2h: got %v left", tk.SLALeft)
	}
	out := apply(t, &tk, actor(ByWorkflow), SetSLA{Amount: "30", Unit: "minute", Mode: SLAEarlier})
	want := []Record{{Field: FieldSLA, Before: noon().Add(2 * time.Hour), After: noon().Add(30 * time.Minute)}}
	if diff := cmp.Diff(want, out.Changes); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if !tk.SLAPaused || tk.SLALeft != 30*time.Minute || !tk.SLADueAt.IsZero() {
		t.Errorf("got paused %t, %v left, due %v", tk.SLAPaused, tk.SLALeft, tk.SLADueAt)
	}

	apply(t, &tk, actor(ByWorkflow), SetSLA{Amount: "clear"})
	if state, _ := tk.SLA(noon()); state != SLANone {
		t.Errorf("after clearing: got %s, want %s", state, SLANone)
	}
}
