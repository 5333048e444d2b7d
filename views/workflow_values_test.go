package views

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
)

func TestListsSurviveTheirText(t *testing.T) {
	for text, entries := range map[string][]string{
		"":                      nil,
		"a":                     {"a"},
		"a, b c":                {"a", "b c"},
		`"Hello, world", b`:     {"Hello, world", "b"},
		`"say ""hi""", " edge"`: {`say "hi"`, " edge"},
	} {
		if got := ParseList(text); !cmp.Equal(got, entries) {
			t.Errorf("ParseList(%q) = %q, want %q", text, got, entries)
		}
		if got := ListText(entries); got != text {
			t.Errorf("ListText(%q) = %q, want %q", entries, got, text)
		}
	}
}

func TestListsAreReadAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string][]string{
		" a ,, b ,":   {"a", "b"},
		`"open, a`:    {"open, a"},
		`"a"x, b`:     {"a", "b"},
		`say "hi", b`: {`say "hi"`, "b"},
	} {
		if got := ParseList(text); !cmp.Equal(got, want) {
			t.Errorf("ParseList(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzParseList(f *testing.F) {
	f.Add(`a, "b, c", "d""e"`)
	f.Fuzz(func(t *testing.T, text string) {
		once := ParseList(text)
		if again := ParseList(ListText(once)); !cmp.Equal(once, again) {
			t.Errorf("%q reads as %q, which is written so that it reads as %q", text, once, again)
		}
	})
}

func TestConditionsAreSaidInWords(t *testing.T) {
	condition := func(left string, op workflow.Operator, value any) workflow.Clause {
		return workflow.Clause{Condition: workflow.Condition{Left: left, Op: op, Value: value}}
	}
	slack := condition("event.properties.channel_source", workflow.Equals, "slack")
	status := condition("event.properties.status", workflow.Equals, []any{"pending", "resolved"})
	unset := condition("variables.t.sla_due_at", workflow.IsNotSet, nil)
	custom := condition("variables.score", workflow.AtLeast, int64(3))
	blank := workflow.NewClause()
	for want, g := range map[string]workflow.Group{
		"channel is slack": {All: []workflow.Clause{slack}},
		"channel is slack and (status is any of pending, resolved or t SLA deadline has no value)": {
			All: []workflow.Clause{slack, {Group: &workflow.Group{Any: []workflow.Clause{status, unset}}}},
		},
		"variables.score is at least 3": {Any: []workflow.Clause{custom}},
		"…":                             {All: []workflow.Clause{blank}},
		"no condition yet":              {},
	} {
		if got := groupWords(g); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestAStepIsOfferedOnlyTicketsThatWereRead(t *testing.T) {
	get := func(id, into string) workflow.Step {
		return workflow.Step{ID: id, Type: workflow.GetTicket, Get: &workflow.GetTicketStep{Output: into}}
	}
	stop := func(id string) workflow.Step {
		return workflow.Step{ID: id, Type: workflow.Stop, Stop: &workflow.StopStep{}}
	}
	steps := []workflow.Step{
		stop("first"),
		get("g1", ""),
		{ID: "if", Type: workflow.If, If: &workflow.IfStep{
			Branches: []workflow.Branch{{Steps: []workflow.Step{get("g2", "inner"), stop("in")}}},
			Else:     []workflow.Step{stop("else")},
		}},
		stop("last"),
	}
	for id, want := range map[string][]string{
		"first": nil, "if": {"ticket"}, "in": {"ticket", "inner"}, "else": {"ticket"}, "last": {"ticket", "inner"},
	} {
		got, found := readBefore(steps, id, nil)
		if !found || !cmp.Equal(got, want) {
			t.Errorf("before %q: got %q (found %v), want %q", id, got, found, want)
		}
	}
}

func TestProblemsFindTheirFieldInTheForm(t *testing.T) {
	for place, want := range map[string]string{
		"trigger.events[1].event":        "e1.event",
		"trigger.events[0].where":        "e0",
		"trigger.events[0].where.all[2]": "e0.2",
		"branches[3].when":               "b3",
		"branches[0].when.any[1].all[0]": "b0.1.0",
		"tags[4]":                        "tags",
		"sla_amount":                     "sla_amount",
	} {
		if got := formField(place); got != want {
			t.Errorf("formField(%q) = %q, want %q", place, got, want)
		}
	}
}
