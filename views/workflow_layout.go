package views

import (
	"net/url"
	"strconv"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// flowCard is a box of the flow.
type flowCard struct {
	Step, Href, Kind, Icon, Title, Text string
	Place                               string // where it is
	Figure                              string
	Paths, Inside                       int // how many it has, and the steps on them
	Current, Disabled, Moving           bool
	Problems                            []workflow.Problem
	Findings                            []flowFinding
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
	RunsHref               string // of those that took the path
	Current                bool
	Figure                 string
	Findings               []flowFinding
	Inside                 int // steps on it
	Path                   flowPath
}

// ID names the path in the page.
func (b flowBranch) ID() string { return "path-" + b.Step + "-" + strconv.Itoa(b.Exit) }

// Order is what the path is called in orders; else and the exits of a wait stay where they are.
func (b flowBranch) Order() string {
	if b.When == "" {
		return ""
	}
	return BranchPath(b.Exit)
}

// flowPlace is where a step can be added or moved to.
type flowPlace struct {
	Href, ID, Text, To string
	Current            bool
	Moving             bool // a step is to be moved …
	Barred             bool // … but not to here
}

func (p WorkflowPage) triggerCard() flowCard {
	return flowCard{
		Step: TriggerStep, Href: StepPath(p.ID, TriggerStep), Kind: "Trigger", Icon: "zap", Title: triggerTitle(p.Draft.Trigger),
		Text: triggerConditions(p.Draft.Trigger), Figure: p.Figures.runs(), Findings: p.findingsAt(TriggerStep, workflow.NoBranch), Current: p.Panel.Step == TriggerStep, Problems: p.problemsOf(TriggerStep),
	}
}

// flow lays the draft out, counting steps in reading order.
func (p WorkflowPage) flow() flowPath {
	layout := flowLayout{page: &p}
	return layout.path(p.Draft.Steps, workflow.Place{}, "")
}

type flowLayout struct {
	page   *WorkflowPage
	count  int
	within bool // a step that is to be moved
}

// path lays out the steps from at on, on a path of that name.
func (l *flowLayout) path(steps []workflow.Step, at workflow.Place, name string) flowPath {
	var out flowPath
	for i := range steps {
		at.Index = i
		item := flowItem{Add: l.place(steps, at, name), Card: l.card(&steps[i])}
		item.Card.Place = at.String()
		if changesTickets(&steps[i]) {
			item.Card.Figure = l.page.Figures.changedBack(steps[i].ID, at)
		}
		item.Branches = l.branches(&steps[i])
		out.Items = append(out.Items, item)
	}
	at.Index = len(steps)
	out.Add = l.place(steps, at, name)
	return out
}

func (l *flowLayout) place(steps []workflow.Step, at workflow.Place, name string) flowPlace {
	p := flowPlace{
		Href: PlacePath(l.page.ID, at), ID: "add-" + at.String(), To: at.String(), Text: "Add a step " + placeWords(steps, at.Index, name),
		Current: l.page.Panel.At != nil && *l.page.Panel.At == at, Moving: l.page.Panel.Move != "",
	}
	if p.Moving {
		p.Text = "Move it " + placeWords(steps, at.Index, name)
		p.Barred = l.within || at.Index < len(steps) && steps[at.Index].ID == l.page.Panel.Move ||
			at.Index > 0 && steps[at.Index-1].ID == l.page.Panel.Move
	}
	return p
}

// PlaceWords says where a step of d is.
func PlaceWords(d workflow.Definition, id string) string {
	at, ok := workflow.PlaceOf(d, id)
	if !ok {
		return "gone"
	}
	if at.Parent == "" {
		return placeWords(d.Steps, at.Index, "")
	}
	parent, _ := workflow.Find(d, at.Parent)
	b := flowBranch{Exit: at.Branch}
	b.describe(&parent)
	return placeWords(parent.Path(at.Branch), at.Index, b.title())
}

// placeWords says what is before a place on a path of that name.
func placeWords(steps []workflow.Step, index int, path string) string {
	words := "after the trigger"
	switch {
	case index > 0:
		words = "after “" + excerpt(StepTitle(steps[index-1]), "") + "”"
		if path != "" {
			words += ", on the path “" + path + "”"
		}
	case path != "":
		words = "first on the path “" + path + "”"
	}
	return words
}

// StepTitle is the name of a step, or what it does.
func StepTitle(s workflow.Step) string {
	if s.Name != "" {
		return s.Name
	}
	return stepWord(s.Type)
}

func (l *flowLayout) card(s *workflow.Step) flowCard {
	l.count++
	return flowCard{
		Step: s.ID, Href: StepPath(l.page.ID, s.ID), Kind: "Step " + strconv.Itoa(l.count), Icon: stepIcon(s.Type), Title: StepTitle(*s),
		Text: stepWords(s, l.page.Directory), Current: l.page.Panel.Step == s.ID, Disabled: s.Disabled,
		Moving: l.page.Panel.Move == s.ID, Paths: len(s.Exits()), Inside: countSteps([]workflow.Step{*s}) - 1, Problems: l.page.problemsOf(s.ID), Findings: l.page.findingsAt(s.ID, workflow.NoBranch),
	}
}

func (l *flowLayout) branches(s *workflow.Step) []flowBranch {
	var out []flowBranch
	outer := l.within
	l.within = outer || l.page.Panel.Move == s.ID
	defer func() { l.within = outer }()
	for _, exit := range s.Exits() {
		b := flowBranch{Step: s.ID, Exit: exit, Href: StepPath(l.page.ID, s.ID), Current: l.page.Panel.Step == s.ID}
		b.describe(s)
		b.Inside, b.Figure = countSteps(s.Path(exit)), l.page.Figures.path(s, exit)
		b.Findings = l.page.findingsAt(s.ID, exit)
		b.RunsHref = WorkflowRunsPath(l.page.ID) + "?path=" + url.QueryEscape(PathValue(s.ID, exit))
		b.Path = l.path(s.Path(exit), workflow.Place{Parent: s.ID, Branch: exit}, b.title())
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

// title is the path in a few words.
func (b *flowBranch) title() string {
	const longest = 60 // characters
	words := b.Name
	if words == "" {
		words = b.When
	}
	if words == "" {
		return b.Lead
	}
	if short := desk.Cut(words, longest); short != words {
		words = short + "…"
	}
	return b.Lead + " " + words
}
