package views

import (
	"strings"
	"testing"

	"signalbox/workflow"
)

func TestFiguresArePartsOfWhatCameToThem(t *testing.T) {
	page := someWorkflow(t, WorkflowPanel{})
	page.Figures = &WorkflowFigures{
		Days: 30, Cap: 10_001, Runs: 10_001,
		Paths:     map[workflow.Place]int{{Parent: "who"}: 212, {Parent: "who", Branch: 1}: 96, {Parent: "who", Branch: workflow.Else}: 976},
		Overrides: map[string]int{"rest": 303, "big": 500},
	}
	doc := parsed(t, WorkflowBuilder(page))
	for css, want := range map[string]string{
		`[data-card="trigger"] .card-figure`:     "10,000+ runs / 30 days",
		`#path-who-0 > .cond-box .figure`:        "212 · 17%",
		`#path-who-1 > .cond-box .figure`:        "96 · 7%",
		`[id="path-who--1"] > .cond-box .figure`: "976 · 76%",
		`[data-card="rest"] .card-figure`:        "changed back 31%",
		`[data-card="big"] .card-figure`:         "changed back 100%",
		`[data-card="get"] .card-figure`:         "",
		`[data-card="stop"] .card-figure`:        "",
	} {
		if got := strings.Join(strings.Fields(doc.Find(css).Text()), " "); got != want {
			t.Errorf("%s says %q, want %q", css, got, want)
		}
	}
	page.Figures = nil
	if n := parsed(t, WorkflowBuilder(page)).Find(".figure, .card-figure").Length(); n != 0 {
		t.Errorf("%d figures of a workflow that was never counted", n)
	}
}

func TestNothingIsCalledNoneOrAllThatIsNot(t *testing.T) {
	for _, tt := range []struct {
		part, whole int
		want        string
	}{{0, 0, "0%"}, {0, 9, "0%"}, {1, 1000, "1%"}, {999, 1000, "99%"}, {1000, 1000, "100%"}, {1, 8, "13%"}} {
		if got := percent(tt.part, tt.whole); got != tt.want {
			t.Errorf("%d of %d is %s, want %s", tt.part, tt.whole, got, tt.want)
		}
	}
}

func TestFindingsStandAtTheirCardOrPathWithHowSureTheyAre(t *testing.T) {
	page := someWorkflow(t, WorkflowPanel{Step: "who"})
	page.Findings = []workflow.Finding{
		{Certainty: workflow.Proved, StepID: "who", Branch: 1, Text: "No ticket comes here."},
		{Certainty: workflow.Possible, StepID: "rest", Branch: workflow.NoBranch, Text: "Another one also sets the SLA."},
		{Certainty: workflow.Possible, Branch: workflow.NoBranch, Text: "It never starts."},
	}
	doc := parsed(t, WorkflowBuilder(page))
	for css, want := range map[string]string{
		`#path-who-1 > .cond-box .card-finding.proved`:  "Proved: No ticket comes here.",
		`[data-card="rest"] .card-finding:not(.proved)`: "Possible: Another one also sets the SLA.",
		`[data-card="trigger"] .card-finding`:           "Possible: It never starts.",
		`[data-card="who"] .card-finding`:               "",
	} {
		if got := strings.Join(strings.Fields(doc.Find(css).Text()), " "); got != want {
			t.Errorf("%s says %q, want %q", css, got, want)
		}
	}
	if !strings.Contains(doc.Find("#panel .alert").Text(), "No ticket comes here.") {
		t.Error("the panel of the step does not say what was found on its path")
	}
}

func TestTheBarSaysWhatIsLive(t *testing.T) {
	for want, page := range map[string]WorkflowPage{
		"Draft, never published":     {},
		"v1 runs muted":              {Muted: 1},
		"v4 runs muted · v3 is live": {Muted: 4, Version: 3, Enabled: true},
		"v3 is live":                 {Version: 3, Enabled: true},
		"Draft of v4 · v3 is live":   {Version: 3, Enabled: true, Differs: true},
		"v3 is switched off":         {Version: 3, Differs: true},
		"v3 is paused at a limit":    {Version: 3, Enabled: true, Tripped: Tripped{Since: noon()}},
	} {
		if got := page.state().Text; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
