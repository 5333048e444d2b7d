package views

import (
	"strconv"

	"signalbox/workflow"
)

// flowCard is a box of the flow.
type flowCard struct {
	Step, Href, Kind, Icon, Title, Text string
	Current, Disabled                   bool
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
	Branches []flowBranch // of a step with paths
}

type flowBranch struct {
	Step                   string
	Exit                   int
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
		item.Branches = l.branches(&steps[i])
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
		Text: stepWords(s, l.page.Directory), Current: l.page.Panel.Step == s.ID, Disabled: s.Disabled,
		Problems: l.page.problemsOf(s.ID),
	}
}

func (l *flowLayout) branches(s *workflow.Step) []flowBranch {
	var out []flowBranch
	for _, exit := range s.Exits() {
		b := flowBranch{Step: s.ID, Exit: exit, Href: StepPath(l.page.ID, s.ID), Current: l.page.Panel.Step == s.ID}
		b.describe(s)
		b.Path = l.path(s.Path(exit), workflow.Place{Parent: s.ID, Branch: exit})
		out = append(out, b)
	}
	return out
}

// describe says when the path is taken.
func (b *flowBranch) describe(s *workflow.Step) {
	switch {
	case s.If == nil:
		b.Lead = exitWords(b.Exit)
		return
	case b.Exit == workflow.Else:
		b.Lead = "Else"
		return
	case b.Exit == 0:
		b.Lead = "If"
	default:
		b.Lead = "Else if"
	}
	branch := s.If.Branches[b.Exit]
	b.Name, b.When = branch.Name, groupWords(branch.When)
}
