package views

import (
	"strconv"
	"strings"
	"time"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// What stands for the trigger, and for the workflow as a whole, where a step is named.
const (
	TriggerStep = "trigger"
	DetailsStep = "details"
)

// WorkflowPage is the builder of one workflow.
type WorkflowPage struct {
	Shell     AppShell
	ID        desk.ID
	Draft     workflow.Definition
	Rev       int // of the draft
	Version   int // that is published, 0 before the first
	Muted     int // the version that runs in the shadow, 0: none
	Enabled   bool
	Differs   bool // the draft is not what is published
	Directory *workflow.Directory
	Problems  []workflow.Problem
	Notices   []ui.Alert
	Hook      string               // the address of the inbound webhook, "" without one
	Next      []time.Time          // when the schedule comes round, in its zone
	Fields    []workflow.FieldHint // that exist at the panel's step, with examples; nil: without
	Figures   *WorkflowFigures     // nil: it was never published
	Backtest  *BacktestShown       // the latest, when it is done; nil: none
	Findings  []workflow.Finding   // of the analyser
	Tripped   Tripped
	CanUndo   bool
	CanRedo   bool
	Panel     WorkflowPanel
	Card      string // that scripts go on with
	Said      string // what was done, for those who do not see it
}

// WorkflowPanel is the form beside the flow. The zero value is that of the workflow itself.
type WorkflowPanel struct {
	Step  string          // the selected step, or TriggerStep
	At    *workflow.Place // where a new step is to be chosen for
	Move  string          // the step that a place is to be chosen for
	Typed *Typed          // what somebody typed, where it is not what the draft says
	Form  int             // names the form's inputs: a new number is a new form, whose old input is not kept
	Focus string          // the field to type into next
}

// open reports whether somebody asked for the panel, which a narrow page does not show otherwise.
func (p WorkflowPanel) open() bool { return p.Step != "" || p.At != nil || p.Move != "" }

// Typed is the content of a form that was not saved; the one that its panel shows is set.
type Typed struct {
	Step    *workflow.Step
	Trigger *workflow.Trigger
	Details *WorkflowDetails
}

// WorkflowDetails are what concerns a workflow as a whole.
type WorkflowDetails struct {
	Name, Description string
	Limits            workflow.Limits
}

// state says what is live and what is not.
func (p WorkflowPage) state() ui.Badge {
	version := "v" + strconv.Itoa(p.Version)
	switch {
	case !p.Tripped.Since.IsZero():
		return ui.Badge{Text: version + " is paused at a limit", Icon: "octagon-alert", Tone: ui.Bad}
	case p.Muted > 0 && p.Version > 0:
		return ui.Badge{Text: "v" + strconv.Itoa(p.Muted) + " runs muted · " + version + " is live", Icon: "eye-off", Tone: ui.Note}
	case p.Muted > 0:
		return ui.Badge{Text: "v" + strconv.Itoa(p.Muted) + " runs muted", Icon: "eye-off", Tone: ui.Note}
	case p.Version == 0:
		return ui.Badge{Text: "Draft, never published", Icon: "pencil"}
	case !p.Enabled:
		return ui.Badge{Text: version + " is switched off", Icon: "pause"}
	case p.Differs:
		return ui.Badge{Text: "Draft of v" + strconv.Itoa(p.Version+1) + " · " + version + " is live", Icon: "pencil", Tone: ui.Accent}
	}
	return ui.Badge{Text: version + " is live", Icon: "circle-check", Tone: ui.Good}
}

// barLink leads from the builder to another page of the workflow.
type barLink struct {
	Text, Href string
	Quiet      bool
}

func (p WorkflowPage) links() []barLink {
	return []barLink{
		{Text: "Runs", Href: WorkflowRunsPath(p.ID), Quiet: true},
		{Text: "Versions", Href: VersionsPath(p.ID), Quiet: true},
		{Text: "Test", Href: TestPath(p.ID)},
		{Text: "Backtest 30 days", Href: BacktestPath(p.ID)},
	}
}

// selected is the step that the panel edits.
func (p WorkflowPage) selected() (workflow.Step, bool) {
	if p.Panel.Typed != nil && p.Panel.Typed.Step != nil {
		return *p.Panel.Typed.Step, true
	}
	return workflow.Find(p.Draft, p.Panel.Step)
}

func (p WorkflowPage) trigger() workflow.Trigger {
	if p.Panel.Typed != nil && p.Panel.Typed.Trigger != nil {
		return *p.Panel.Typed.Trigger
	}
	return p.Draft.Trigger
}

func (p WorkflowPage) details() WorkflowDetails {
	if p.Panel.Typed != nil && p.Panel.Typed.Details != nil {
		return *p.Panel.Typed.Details
	}
	return WorkflowDetails{Name: p.Draft.Name, Description: p.Draft.Description, Limits: p.Draft.Limits}
}

// problemsOf returns what is wrong with a step; those of the trigger name no step.
func (p WorkflowPage) problemsOf(step string) []workflow.Problem {
	var out []workflow.Problem
	for _, problem := range p.Problems {
		if step != "" && problem.StepID == step || step == TriggerStep && isOfTrigger(problem) {
			problem.Field = formField(problem.Field)
			out = append(out, problem)
		}
	}
	return out
}

func isOfTrigger(problem workflow.Problem) bool {
	return problem.StepID == "" && strings.HasPrefix(problem.Field, TriggerStep)
}

// formField turns a place in the native format into the name of the form's field.
func formField(field string) string {
	switch {
	case strings.HasPrefix(field, "tags["):
		return "tags"
	case field == "method":
		return "verb" // a control called method would hide the form's own
	case strings.HasPrefix(field, "when"):
		field = WaitGroup + strings.TrimPrefix(field, "when")
	}
	return strings.NewReplacer(
		"trigger.events[", "e", "trigger.schedule", "cron", "trigger.", "", "headers[", "h", "branches[", "b",
		".when", "", ".where", "", ".all[", ".", ".any[", ".", "]", "",
	).Replace(field)
}

// general returns the problems of the workflow as a whole.
func (p WorkflowPage) general() []workflow.Problem {
	var out []workflow.Problem
	for _, problem := range p.Problems {
		if problem.StepID == "" && !isOfTrigger(problem) {
			out = append(out, problem)
		}
	}
	return out
}
