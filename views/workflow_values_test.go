package views

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
	"signalbox/workflow/desk"
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

func TestFieldsAreGroupedByTheirSourceWithExamples(t *testing.T) {
	page := someWorkflow(t, WorkflowPanel{Step: "big"})
	page.Fields = workflow.Exemplify(workflow.FieldsAt(page.Draft, "big"), workflow.Facts{
		Directory: page.Directory, Event: workflow.Event{Event: desk.Event{Properties: map[string]any{"customer_email": "lee@example.com"}}},
	}, nil)
	var labels []string
	example := ""
	for _, g := range page.fields() {
		labels = append(labels, g.Label)
		for _, f := range g.Fields {
			if f.Path == "event.properties.customer_email" {
				example = f.Text + " " + f.Example
			}
			if f.Text == "" {
				t.Errorf("%s has no words", f.Path)
			}
		}
	}
	if want := []string{"From the event", "From “Get ticket”", "Always there"}; !cmp.Equal(labels, want) {
		t.Errorf("the sources are %q, want %q", labels, want)
	}
	if example != "Customer email lee@example.com" {
		t.Errorf("got %q, want the words with the example", example)
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
		"when.all[1]":                    "w0.1",
		"method":                         "verb",
		"trigger.schedule":               "cron",
		"trigger.limit.times":            "limit.times",
		"sla_amount":                     "sla_amount",
	} {
		if got := formField(place); got != want {
			t.Errorf("formField(%q) = %q, want %q", place, got, want)
		}
	}
}
