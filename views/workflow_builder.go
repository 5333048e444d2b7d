package views

import (
	"strconv"
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// TriggerStep stands for the trigger where a step is named.
const TriggerStep = "trigger"

// WorkflowPage is the builder of one workflow.
type WorkflowPage struct {
	Shell     AppShell
	ID        desk.ID
	Draft     workflow.Definition
	Rev       int // of the draft
	Version   int // that is published, 0 before the first
	Enabled   bool
	Differs   bool // the draft is not what is published
	Directory *workflow.Directory
	Problems  []workflow.Problem
	Notices   []ui.Alert
	Panel     WorkflowPanel
}

// WorkflowPanel is the form beside the flow. The zero value is that of the workflow itself.
type WorkflowPanel struct {
	Step  string          // the selected step, or TriggerStep
	At    *workflow.Place // where a new step is to be chosen for
	Typed *Typed          // what somebody typed, where it is not what the draft says
	Form  int             // names the form's inputs: a new number is a new form, whose old input is not kept
	Focus string          // the field to type into next
}

// Typed is the content of a form that was not saved; the one that its panel shows is set.
type Typed struct {
	Step    *workflow.Step
	Trigger *workflow.Trigger
	Details *WorkflowDetails
}

// WorkflowDetails are a workflow's name and description.
type WorkflowDetails struct{ Name, Description string }

// state says what is live and what is not.
func (p WorkflowPage) state() ui.Badge {
	version := "v" + strconv.Itoa(p.Version)
	switch {
	case p.Version == 0:
		return ui.Badge{Text: "Draft, never published", Icon: "pencil"}
	case !p.Enabled:
		return ui.Badge{Text: version + " is switched off", Icon: "pause"}
	case p.Differs:
		return ui.Badge{Text: "Draft · " + version + " is live", Icon: "pencil", Tone: ui.Accent}
	}
	return ui.Badge{Text: version + " is live", Icon: "circle-check", Tone: ui.Good}
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
	return WorkflowDetails{Name: p.Draft.Name, Description: p.Draft.Description}
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
	if strings.HasPrefix(field, "tags[") {
		return "tags"
	}
	return strings.NewReplacer(
		"trigger.events[", "e", "branches[", "b", ".when", "", ".where", "", ".all[", ".", ".any[", ".", "]", "",
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

// flowCard is a box of the flow.
type flowCard struct {
	Step, Href, Kind, Icon, Title, Text string
	Current                             bool
	Problems                            []workflow.Problem
}

// flowPath is a path of the flow: cards with places to add more between them.
type flowPath struct {
	Items []flowItem
	Add   flowPlace // at its end
}

type flowItem struct {
	Add      flowPlace // before it
	Card     flowCard
	Branches []flowBranch // of an if-step
}

type flowBranch struct {
	Href, Lead, Name, When string
	Current                bool
	Path                   flowPath
}

// flowPlace is where a step can be added.
type flowPlace struct {
	Href, ID, Text string
	Current        bool
}

func (p WorkflowPage) triggerCard() flowCard {
	return flowCard{
		Step: TriggerStep, Href: StepPath(p.ID, TriggerStep), Kind: "Trigger", Icon: "zap", Title: triggerTitle(p.Draft.Trigger),
		Text: triggerConditions(p.Draft.Trigger), Current: p.Panel.Step == TriggerStep, Problems: p.problemsOf(TriggerStep),
	}
}

func triggerTitle(t workflow.Trigger) string {
	var names []string
	for _, e := range t.Events {
		names = append(names, eventWord(e.Event))
	}
	if len(names) == 0 {
		return "Choose what starts it"
	}
	return strings.Join(names, " or ")
}

func triggerConditions(t workflow.Trigger) string {
	var parts []string
	for _, e := range t.Events {
		if e.Where == nil {
			continue
		}
		text := "where " + groupWords(*e.Where)
		if len(t.Events) > 1 {
			text = eventWord(e.Event) + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// flow lays the draft out, counting steps in reading order.
func (p WorkflowPage) flow() flowPath {
	layout := flowLayout{page: &p}
	return layout.path(p.Draft.Steps, workflow.Place{})
}

type flowLayout struct {
	page  *WorkflowPage
	count int
}

func (l *flowLayout) path(steps []workflow.Step, at workflow.Place) flowPath {
	var out flowPath
	for i := range steps {
		at.Index = i
		item := flowItem{Add: l.place(at), Card: l.card(&steps[i])}
		if steps[i].If != nil {
			item.Branches = l.branches(&steps[i])
		}
		out.Items = append(out.Items, item)
	}
	at.Index = len(steps)
	out.Add = l.place(at)
	return out
}

func (l *flowLayout) place(at workflow.Place) flowPlace {
	current := l.page.Panel.At != nil && *l.page.Panel.At == at
	return flowPlace{Href: PlacePath(l.page.ID, at), ID: "add-" + at.String(), Text: "Add a step here", Current: current}
}

func (l *flowLayout) card(s *workflow.Step) flowCard {
	l.count++
	title := s.Name
	if title == "" {
		title = stepWord(s.Type)
	}
	return flowCard{
		Step: s.ID, Href: StepPath(l.page.ID, s.ID), Kind: "Step " + strconv.Itoa(l.count), Icon: stepIcon(s.Type), Title: title,
		Text: stepWords(s, l.page.Directory), Current: l.page.Panel.Step == s.ID, Problems: l.page.problemsOf(s.ID),
	}
}

func (l *flowLayout) branches(s *workflow.Step) []flowBranch {
	href, current := StepPath(l.page.ID, s.ID), l.page.Panel.Step == s.ID
	var out []flowBranch
	for i, b := range s.If.Branches {
		lead := "Else if"
		if i == 0 {
			lead = "If"
		}
		path := l.path(b.Steps, workflow.Place{Parent: s.ID, Branch: i})
		out = append(out, flowBranch{Href: href, Current: current, Lead: lead, Name: b.Name, When: groupWords(b.When), Path: path})
	}
	path := l.path(s.If.Else, workflow.Place{Parent: s.ID, Branch: workflow.Else})
	return append(out, flowBranch{Href: href, Current: current, Lead: "Else", Path: path})
}
