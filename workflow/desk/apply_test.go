package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// noon is the now of most tests.
func noon() time.Time { return time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC) }

func actors() []Actor {
	return []Actor{
		Agent(7, "Ada"),
		{Kind: ByCustomer, ID: 3, Name: "Carl"},
		{Kind: ByWorkflow, Step: StepRef{WorkflowID: 1, Version: 2, StepID: "raise"}},
		{Kind: ByAPI, ID: 4, Name: "importer"},
		System(),
	}
}

func actor(kind ActorKind) Actor {
	return actors()[slices.IndexFunc(actors(), func(a Actor) bool { return a.Kind == kind })]
}

// ticket returns an open ticket with every field set that a change could touch.
func ticket() Ticket {
	hourAgo := noon().Add(-time.Hour)
	return Ticket{
		ID: 1, PublicID: ID{1}, TeamID: 2, Number: 42, Subject: "Broken", Channel: Email, Status: Open, Priority: Low,
		Assignee: Assignee{Kind: ToUser, ID: 7}, Tags: []string{"a", "b"},
		Customer: Customer{ID: 3, Name: "Carl", Email: "carl@example.com"},
		SLADueAt: noon().Add(2 * time.Hour), MessageCount: 1, LastMessageAt: hourAgo, LastMessageText: "Help",
		UnreadTeam: 1, UnreadCustomer: 1, CreatedAt: hourAgo, UpdatedAt: hourAgo, ThreadAt: hourAgo,
	}
}

func apply(t *testing.T, on *Ticket, by Actor, c Change) Outcome {
	t.Helper()
	out, err := Apply(on, by, noon(), c)
	if err != nil {
		t.Fatalf("%#v: %v", c, err)
	}
	return out
}

// everyField changes every field that has a record.
func everyField() All {
	return All{
		SetSubject{To: "Fixed"},
		SetPriority{To: High},
		SetAssignee{To: Assignee{Kind: ToRole, ID: 9}},
		SetTags{Mode: AddTags, Tags: []string{"C"}},
		SetSLADue{At: noon().Add(time.Hour)},
		Snooze{Until: noon().Add(24 * time.Hour)},
		SetStatus{To: Pending},
		AddMessage{ID: ID{5}, Body: "On it"},
	}
}

func TestEveryChangeLeavesARecordWhoeverActs(t *testing.T) {
	want := []Record{
		{Field: FieldMessage, MessageID: ID{5}},
		{Field: FieldSubject, Before: "Broken", After: "Fixed"},
		{Field: FieldStatus, Before: Open, After: Pending},
		{Field: FieldPriority, Before: "low", After: "high"},
		{Field: FieldAssignee, Before: Assignee{Kind: ToUser, ID: 7}, After: Assignee{Kind: ToRole, ID: 9}},
		{Field: FieldTags, Before: []string{"a", "b"}, After: []string{"a", "b", "c"}},
		{Field: FieldSLA, Before: noon().Add(2 * time.Hour), After: noon().Add(time.Hour)},
		{Field: FieldSnooze, After: noon().Add(24 * time.Hour)},
	}
	for _, by := range actors() {
		t.Run(string(by.Kind), func(t *testing.T) {
			tk := ticket()
			out := apply(t, &tk, by, everyField())
			if diff := cmp.Diff(want, out.Changes); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if !tk.UpdatedAt.Equal(noon()) {
				t.Errorf("updated at %v, want %v", tk.UpdatedAt, noon())
			}
		})
	}
}

func TestEachActorEmitsWhatTheSpecSays(t *testing.T) {
	changes := map[string]Change{
		"status":   SetStatus{To: Resolved},
		"priority": SetPriority{To: High},
		"clear":    SetPriority{},
		"assign":   SetAssignee{To: Assignee{Kind: ToRole, ID: 9}},
		"unassign": SetAssignee{},
		"tags":     SetTags{Tags: []string{"z"}},
		"subject":  SetSubject{To: "Fixed"},
		"sla":      SetSLA{Amount: "1"},
		"clear sla": SetSLA{
			Amount: "clear",
		},
		"snooze":  Snooze{Until: noon().Add(time.Hour)},
		"message": AddMessage{Body: "Hi"},
		"read":    MarkRead{},
	}
	emitted := map[ActorKind]map[string]EventName{
		ByAgent: {
			"status": StatusChanged, "priority": PriorityChanged, "clear": PriorityChanged, "assign": TicketAssigned,
			"unassign": TicketAssigned, "tags": TagsChanged, "snooze": StatusChanged, "message": MessageSent,
		},
		ByCustomer: {"message": MessageReceived},
		ByWorkflow: {},
		ByAPI:      {},
		BySystem:   {"status": StatusChanged, "snooze": StatusChanged},
	}
	for _, by := range actors() {
		for name, change := range changes {
			t.Run(string(by.Kind)+"/"+name, func(t *testing.T) {
				tk := ticket()
				var want []EventName
				if event := emitted[by.Kind][name]; event != "" {
					want = []EventName{event}
				}
				if diff := cmp.Diff(want, names(apply(t, &tk, by, change).Events)); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func names(events []Event) []EventName {
	var out []EventName
	for _, e := range events {
		out = append(out, e.Name)
	}
	return out
}

func TestTheSameValueAgainIsNothing(t *testing.T) {
	same := ticket()
	same.SnoozedUntil = noon().Add(time.Hour)
	same.Status = OnHold
	for _, c := range []Change{
		SetStatus{To: OnHold},
		SetPriority{To: Low},
		SetAssignee{To: Assignee{Kind: ToUser, ID: 7}},
		SetSubject{To: "Broken"},
		SetTags{Tags: []string{" B", "a", "A", ""}},
		SetTags{Mode: AddTags, Tags: []string{"a"}},
		SetTags{Mode: RemoveTags, Tags: []string{"z"}},
		SetSLADue{At: noon().Add(2 * time.Hour)},
		SetSLA{Amount: "2"},
		Snooze{Until: noon().Add(time.Hour)},
		EndSnooze{},
		All{},
		All{SetStatus{To: Open}, SetStatus{To: OnHold}},
	} {
		t.Run(fmt.Sprintf("%T", c), func(t *testing.T) {
			tk := same.clone()
			out := apply(t, &tk, Agent(7, "Ada"), c)
			if diff := cmp.Diff(Outcome{}, out); diff != "" {
				t.Errorf("outcome of %#v (-want +got):\n%s", c, diff)
			}
			if diff := cmp.Diff(same, tk); diff != "" {
				t.Errorf("ticket after %#v (-before +after):\n%s", c, diff)
			}
		})
	}
}

// refused lists changes that Apply must refuse.
func refused() []Change {
	return []Change{
		SetStatus{To: "done"},
		SetStatus{},
		SetPriority{To: "urgent"},
		SetAssignee{To: Assignee{Kind: ToUser}},
		SetAssignee{To: Assignee{Kind: "team", ID: 1}},
		SetTags{Mode: "swap"},
		SetTags{Tags: []string{strings.Repeat("x", MaxTag+1)}},
		SetTags{Tags: []string{"\xff"}},
		SetTags{Tags: []string{"a\x00b"}},
		SetSubject{},
		SetSubject{To: strings.Repeat("s", MaxSubject+1)},
		SetSLA{Amount: "-1"},
		SetSLA{Amount: "1", Mode: "sooner"},
		SetSLADue{At: noon().AddDate(5, 0, 1)},
		Snooze{Until: noon()},
		Snooze{Until: noon().Add(-time.Hour)},
		AddMessage{},
		AddMessage{Body: " \n"},
		AddMessage{Body: "\xff"},
		AddMessage{Body: "a\x00"},
		AddMessage{Body: strings.Repeat("ä", MaxMessage+1)},
	}
}

func TestARefusedChangeLeavesTheTicketAsItWas(t *testing.T) {
	for _, bad := range refused() {
		tk := ticket()
		out, err := Apply(&tk, Agent(7, "Ada"), noon(), append(everyField(), bad))
		if err == nil {
			t.Errorf("%T %.80v: no refusal", bad, bad)
		}
		if diff := cmp.Diff(ticket(), tk); diff != "" {
			t.Errorf("ticket after %T (-before +after):\n%s", bad, diff)
		}
		if diff := cmp.Diff(Outcome{}, out); diff != "" {
			t.Errorf("outcome of %T (-want +got):\n%s", bad, diff)
		}
	}
}

func drawChange(t *rapid.T) Change {
	times := rapid.SampledFrom([]time.Time{{}, noon().Add(-time.Hour), noon().Add(time.Hour), noon().AddDate(9, 0, 0)})
	text := rapid.SampledFrom([]string{"", "x", "Ünïcode", "\xff", strings.Repeat("é", 501)})
	changes := rapid.Custom(func(t *rapid.T) Change {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return SetStatus{To: rapid.SampledFrom(append(Statuses(), "bad")).Draw(t, "status")}
		case 1:
			return SetPriority{To: rapid.SampledFrom(append(Priorities(), NoPriority, "bad")).Draw(t, "priority")}
		case 2:
			kind := rapid.SampledFrom([]AssigneeKind{Nobody, ToUser, ToRole, "bad"}).Draw(t, "assignee")
			return SetAssignee{To: Assignee{Kind: kind, ID: rapid.Int64Range(0, 9).Draw(t, "id")}}
		case 3:
			mode := rapid.SampledFrom([]TagsMode{"", ReplaceTags, AddTags, RemoveTags, "bad"}).Draw(t, "mode")
			return SetTags{Mode: mode, Tags: rapid.SliceOfN(text, 0, 3).Draw(t, "tags")}
		case 4:
			return SetSubject{To: text.Draw(t, "subject")}
		case 5:
			return Snooze{Until: times.Draw(t, "until")}
		case 6:
			return SetSLADue{At: times.Draw(t, "due")}
		case 7:
			amount := rapid.SampledFrom([]string{"1", "0.5", "clear", "0", "1e9"}).Draw(t, "amount")
			return SetSLA{Amount: amount, Mode: rapid.SampledFrom([]SLAMode{"", SLAEarlier, SLALater, "bad"}).Draw(t, "mode")}
		case 8:
			return MarkRead{}
		}
		return AddMessage{ID: ID{9}, Body: text.Draw(t, "body"), Private: rapid.Bool().Draw(t, "private")}
	})
	return All(rapid.SliceOfN(changes, 0, 6).Draw(t, "changes"))
}

func drawTicket(t *rapid.T) Ticket {
	tk := ticket()
	tk.Status = rapid.SampledFrom(Statuses()).Draw(t, "now in")
	tk.PausesSLA = rapid.Bool().Draw(t, "pauses")
	if rapid.Bool().Draw(t, "snoozed") {
		tk.SnoozedUntil = noon().Add(30 * time.Minute)
	}
	return tk
}

func TestApplyHoldsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tk := drawTicket(t)
		before := tk.clone()
		by := rapid.SampledFrom(actors()).Draw(t, "by")
		out, err := Apply(&tk, by, noon(), drawChange(t))
		if err != nil {
			if diff := cmp.Diff(before, tk) + cmp.Diff(Outcome{}, out); diff != "" {
				t.Fatalf("a refused change left (-before +after):\n%s", diff)
			}
			return
		}
		if (by.Kind == ByWorkflow || by.Kind == ByAPI) && len(out.Events) > 0 {
			t.Fatalf("%s emitted %v", by.Kind, names(out.Events))
		}
		if len(out.Events) > len(out.Changes) {
			t.Fatalf("%d events for %d records", len(out.Events), len(out.Changes))
		}
		for _, e := range out.Events {
			if e.Properties["status"] != string(tk.Status) || e.Properties["priority"] != tk.Priority.orNil() {
				t.Fatalf("%s carries %v, want the state after the whole change, %s %s", e.Name, e.Properties, tk.Status, tk.Priority)
			}
		}
		if waits := tk.Status == Pending || tk.Status == OnHold; tk.SLAPaused && (!waits || !tk.SLADueAt.IsZero()) {
			t.Fatalf("a paused clock in %s, due %v", tk.Status, tk.SLADueAt)
		}
		if !slices.IsSorted(tk.Tags) {
			t.Fatalf("tags %q are not sorted", tk.Tags)
		}
	})
}

func TestTimesAreCutToMicrosecondsAndUTC(t *testing.T) {
	tk := ticket()
	now := noon().Add(1234567 * time.Nanosecond).In(time.FixedZone("", 3600))
	out, err := Apply(&tk, Agent(7, "Ada"), now, All{
		Snooze{Until: now.Add(time.Hour)},
		SetSLADue{At: now.Add(time.Hour)},
		AddMessage{Body: "Hi", SentAt: now},
		SetStatus{To: Resolved},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]time.Time{
		"updated": tk.UpdatedAt, "snoozed": tk.SnoozedUntil.Add(-time.Hour), "due": tk.SLADueAt.Add(-time.Hour), "resolved": tk.LastResolvedAt,
		"message": out.Messages[0].CreatedAt, "sent": out.Messages[0].SentAt, "event": out.Events[0].At,
	} {
		if want := noon().Add(1234 * time.Microsecond); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
