package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAnyStatusMayFollowAny(t *testing.T) {
	for _, from := range Statuses() {
		for _, to := range Statuses() {
			tk := ticket()
			tk.Status = from
			out := apply(t, &tk, Agent(7, "Ada"), SetStatus{To: to})
			if tk.Status != to || (len(out.Events) == 1) != (from != to) {
				t.Errorf("%s to %s: got %s and %d events", from, to, tk.Status, len(out.Events))
			}
		}
	}
}

func TestSnooze(t *testing.T) {
	until := noon().Add(time.Hour)
	for _, c := range []struct {
		name    string
		from    Status
		snoozed time.Time
		change  Change
		status  Status
		until   time.Time
	}{
		{"puts on hold", New, time.Time{}, Snooze{Until: until}, OnHold, until},
		{"puts a resolved ticket on hold", Resolved, time.Time{}, Snooze{Until: until}, OnHold, until},
		{"a status given before wins", Open, time.Time{}, All{SetStatus{To: Pending}, Snooze{Until: until}}, Pending, until},
		{"a status given after wins", Open, time.Time{}, All{Snooze{Until: until}, SetStatus{To: Pending}}, Pending, until},
		{"a status given deeper wins", Open, time.Time{}, All{All{SetStatus{To: Pending}}, All{Snooze{Until: until}}}, Pending, until},
		{"the same status given wins", Open, time.Time{}, All{SetStatus{To: Open}, Snooze{Until: until}}, Open, until},
		{"resolved and snoozed on purpose", Open, time.Time{}, All{SetStatus{To: Resolved}, Snooze{Until: until}}, Resolved, until},
		{"resolving clears it", OnHold, until, SetStatus{To: Resolved}, Resolved, time.Time{}},
		{"other statuses leave it", OnHold, until, SetStatus{To: Pending}, Pending, until},
		{"clearing opens", OnHold, until, Snooze{}, Open, time.Time{}},
		{"clearing opens a pending one", Pending, until, Snooze{}, Open, time.Time{}},
		{"clearing leaves new", New, until, Snooze{}, New, time.Time{}},
		{"clearing takes the status given", OnHold, until, All{Snooze{}, SetStatus{To: Pending}}, Pending, time.Time{}},
		{"clearing nothing changes nothing", OnHold, time.Time{}, Snooze{}, OnHold, time.Time{}},
		{"passing opens", OnHold, noon(), EndSnooze{}, Open, time.Time{}},
		{"passing leaves open", Open, noon().Add(-time.Hour), EndSnooze{}, Open, time.Time{}},
		{"not yet passed", OnHold, noon().Add(time.Microsecond), EndSnooze{}, OnHold, noon().Add(time.Microsecond)},
	} {
		t.Run(c.name, func(t *testing.T) {
			tk := ticket()
			tk.Status, tk.SnoozedUntil = c.from, c.snoozed
			apply(t, &tk, Agent(7, "Ada"), c.change)
			if tk.Status != c.status || !tk.SnoozedUntil.Equal(c.until) {
				t.Errorf("got %s until %v, want %s until %v", tk.Status, tk.SnoozedUntil, c.status, c.until)
			}
		})
	}
}

func TestTheClockThatEndsASnoozeEmitsTheStatusAlone(t *testing.T) {
	tk := ticket()
	tk.Status, tk.SnoozedUntil = OnHold, noon()
	out := apply(t, &tk, System(), EndSnooze{})
	if diff := cmp.Diff([]EventName{StatusChanged}, names(out.Events)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestResolvingKeepsItsTime(t *testing.T) {
	tk := ticket()
	apply(t, &tk, Agent(7, "Ada"), SetStatus{To: Resolved})
	if !tk.LastResolvedAt.Equal(noon()) {
		t.Errorf("got %v, want %v", tk.LastResolvedAt, noon())
	}
	if _, err := Apply(&tk, Agent(7, "Ada"), noon().Add(time.Hour), SetStatus{To: Resolved}); err != nil {
		t.Fatal(err)
	}
	if !tk.LastResolvedAt.Equal(noon()) {
		t.Errorf("resolving again moved the time to %v", tk.LastResolvedAt)
	}
}

func TestSetTags(t *testing.T) {
	for _, c := range []struct {
		mode TagsMode
		tags []string
		want []string
	}{
		{"", []string{" VIP ", "enterprise", "vip", " "}, []string{"enterprise", "vip"}},
		{ReplaceTags, nil, []string{}},
		{AddTags, []string{"B", "Ä"}, []string{"a", "b", "ä"}},
		{RemoveTags, []string{" A ", "z"}, []string{"b"}},
		{RemoveTags, []string{"a", "b"}, []string{}},
	} {
		tk := ticket()
		before := tk.Tags
		apply(t, &tk, Agent(7, "Ada"), SetTags{Mode: c.mode, Tags: c.tags})
		if diff := cmp.Diff(c.want, tk.Tags); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", c.mode, c.tags, diff)
		}
		if diff := cmp.Diff(ticket().Tags, before); diff != "" {
			t.Errorf("%s %q wrote into the old tags (-want +got):\n%s", c.mode, c.tags, diff)
		}
	}
}

func TestEditedTagsLeaveWhatOthersDid(t *testing.T) {
	for name, c := range map[string]struct{ had, tags, want []string }{
		"added and taken out": {[]string{"a"}, []string{"C"}, []string{"b", "c"}},
		"nothing":             {[]string{"a"}, []string{" A "}, []string{"a", "b"}},
		"all that were there": {[]string{"a", "b"}, nil, []string{}},
		"gone meanwhile":      {[]string{"b", "z"}, []string{"b"}, []string{"a", "b"}},
		"there meanwhile":     {nil, []string{"b"}, []string{"a", "b"}},
	} {
		tk := ticket()
		out := apply(t, &tk, Agent(7, "Ada"), EditTags{Had: c.had, Tags: c.tags})
		if diff := cmp.Diff(c.want, tk.Tags); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if changed := !cmp.Equal(c.want, ticket().Tags); (len(out.Changes) == 1) != changed || (len(out.Events) == 1) != changed {
			t.Errorf("%s: got %d records and %d events", name, len(out.Changes), len(out.Events))
		}
	}
}

func TestEditedTagsHoldTheLimits(t *testing.T) {
	many := make([]string, MaxTags)
	for i := range many {
		many[i] = fmt.Sprintf("t%03d", i)
	}
	tk := ticket()
	_, err := Apply(&tk, Agent(7, "Ada"), noon(), EditTags{Tags: many})
	wantRefusal(t, err, "tags", "A ticket can have 100 tags; this would make 102. Remove some first.")
	apply(t, &tk, Agent(7, "Ada"), EditTags{Had: []string{"a", "b"}, Tags: many})
	if len(tk.Tags) != MaxTags {
		t.Errorf("got %d tags, want %d: those that go make room", len(tk.Tags), MaxTags)
	}
}

func TestATicketHasAHundredTagsAtMost(t *testing.T) {
	tags := make([]string, MaxTags-1)
	for i := range tags {
		tags[i] = fmt.Sprintf("t%03d", i)
	}
	tk := ticket()
	tk.Tags = []string{"a"}
	apply(t, &tk, Agent(7, "Ada"), SetTags{Mode: AddTags, Tags: tags})
	_, err := Apply(&tk, Agent(7, "Ada"), noon(), SetTags{Mode: AddTags, Tags: []string{"one more"}})
	wantRefusal(t, err, "tags", "A ticket can have 100 tags; this would make 101. Remove some first.")
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		change      Change
		field, text string
	}{
		{SetStatus{To: "done"}, "status", `"done" is not a status. Use new, open, pending, on_hold or resolved.`},
		{SetPriority{To: "urgent"}, "priority", `"urgent" is not a priority. Use low, medium, high or none.`},
		{SetAssignee{To: Assignee{Kind: ToRole}}, "assignee", "The assignee is not known. Choose a user or a role."},
		{SetSubject{To: strings.Repeat("ä", 501)}, "subject", "The subject has 501 characters; the limit is 500. Shorten it."},
		{AddMessage{Body: "\n"}, "message", "The message is empty. Write something."},
		{SetTags{Tags: []string{"\xff"}}, "tags", "The tag is not valid UTF-8 text. Send it again in that encoding."},
		{Snooze{Until: noon()}, "snooze", "The time to snooze until has passed. Choose a later one."},
		{SetSLA{Amount: "abc"}, "sla_amount", `Invalid SLA amount: abc. Must be a positive number or "clear".`},
		{SetStatus{To: Status(strings.Repeat("é", 99))}, "status", `"` + strings.Repeat("é", 40) + `" is not a status. Use new, open, pending, on_hold or resolved.`},
	} {
		tk := ticket()
		_, err := Apply(&tk, Agent(7, "Ada"), noon(), c.change)
		wantRefusal(t, err, c.field, c.text)
	}
}
