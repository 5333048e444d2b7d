package views

import (
	"signalbox/views/ui"
	"signalbox/workflow"
)

// flowFinding is what the analyser says of a card or a path.
type flowFinding struct {
	Word, Text, Icon string
	Proved           bool
}

// shownFindings is how many a card has room for; its panel has them all.
const shownFindings = 2

func findingOf(f workflow.Finding) flowFinding {
	switch f.Certainty {
	case workflow.Proved:
		return flowFinding{Word: "Proved", Text: f.Text, Icon: "triangle-alert", Proved: true}
	case workflow.Possible:
	}
	return flowFinding{Word: "Possible", Text: f.Text, Icon: "info"}
}

// findingsAt returns those about a step, or about one of its paths; those of the trigger name no step.
func (p WorkflowPage) findingsAt(step string, exit int) []flowFinding {
	if step == TriggerStep {
		step = ""
	}
	var out []flowFinding
	for _, f := range p.Findings {
		if f.StepID == step && f.Branch == exit {
			out = append(out, findingOf(f))
		}
	}
	return out
}

// panelFindings are all those about the step in the panel and its paths.
func (f panelForm) findings() []ui.Alert {
	if f.page.Panel.Step == "" || f.page.Panel.Step == DetailsStep {
		return nil
	}
	exits := []int{workflow.NoBranch}
	if s, ok := workflow.Find(f.page.Draft, f.page.Panel.Step); ok {
		exits = append(exits, s.Exits()...)
	}
	var out []ui.Alert
	for _, exit := range exits {
		for _, found := range f.page.findingsAt(f.page.Panel.Step, exit) {
			alert := ui.Alert{Tone: ui.Plain, Title: found.Word, Text: found.Text}
			if found.Proved {
				alert.Tone = ui.Warn
			}
			out = append(out, alert)
		}
	}
	return out
}
