package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// Certainty says how sure a finding is.
type Certainty string

// The certainties.
const (
	Proved   Certainty = "proved"   // it holds for every event that spec/1 allows, or the example shows it
	Possible Certainty = "possible" // the analyser cannot rule it out: a person should look
)

// FindingKind says what a finding is about.
type FindingKind string

// The kinds of findings.
const (
	Unreachable  FindingKind = "unreachable"   // a trigger, branch or step that no run can come to
	AlwaysTrue   FindingKind = "always"        // a condition that always holds where it stands
	NeverTrue    FindingKind = "never"         // a condition that never holds where it stands
	NoEffect     FindingKind = "no_effect"     // a step, or one field of it, that changes nothing
	Overwritten  FindingKind = "overwritten"   // a later step writes the field again before anybody reads it
	NeverSet     FindingKind = "never_set"     // a variable or property that is missing where it is used
	Conflict     FindingKind = "conflict"      // another workflow writes something else for the same event
	TagsReplaced FindingKind = "tags_replaced" // a later step or workflow replaces the tags
	Gap          FindingKind = "gap"           // tickets that the workflow leaves without a field it sets for others
)

// NoBranch is the Branch of a finding that is not about one path.
const NoBranch = -2

// Finding is something about a workflow that its admin should know, at the card where it can be mended.
type Finding struct {
	Certainty Certainty
	Kind      FindingKind
	StepID    string // "" for the trigger
	Branch    int    // an exit of the step as in Place.Branch, else NoBranch
	Field     string // as in Problem, "" for the step or the path as a whole
	Other     string // the name of the other workflow of a Conflict or TagsReplaced, "" for findings about this one alone
	Text      string // one sentence for people: what it is and what to do
	Event     desk.EventName
	Example   map[string]any // properties of Event that show it; nil where no single event does
}

func (f Finding) String() string {
	at := "trigger"
	if f.StepID != "" {
		at = "step " + f.StepID
	}
	return fmt.Sprintf("%s: %s: %s", at, f.Certainty, f.Text)
}

// Analyse returns what is dead, contradictory or left out in the workflow, top-down. others are the team's other
// enabled workflows; w itself among them is passed over, by its ID. Position says who of them wins: 0 is a workflow that
// has no place yet and will run last. dir may be nil: then users and roles are taken as they are named.
//
// What is Proved holds under the facts of spec/1 about events, whatever the ticket has become since the event. The work
// is bounded: a definition with more cases than can be told apart yields fewer findings, and no wrong ones.
func Analyse(w Workflow, others []Workflow, dir *Directory) []Finding {
	others = slices.DeleteFunc(slices.Clone(others), func(o Workflow) bool {
		return o.ID == w.ID && o.ID != 0 || o.Broken != "" || o.Muted // one in the shadow changes nothing
	})
	if levels(w.Definition.Steps) > maxNesting {
		return nil // Validate says so
	}
	a := newAnalysis(w, others, dir)
	main := a.walkThrough(w)
	a.findOverwritten(w.Definition.Steps)
	a.findUnread(w.Definition)
	a.findGaps(main, others)
	a.work = 0
	a.findConflicts(main, others)
	return a.sorted(w.Definition)
}

// analysis is one call of Analyse.
type analysis struct {
	workflow  Workflow
	dir       *Directory
	mentioned map[string][]any // what the properties and fields of a name are compared with, in any workflow
	outputs   []string         // of Get ticket

	domains []*domain
	named   map[string]*domain
	terms   []term
	termIDs map[termKey]int
	atoms   []*atom
	atomIDs map[string]int
	answers map[question]answers
	version int // of variables and of the ticket, counted up with every step that changes one
	epoch   int // counted up where time passes

	player
	work     int // what has been tried; see maxWork
	silent   bool
	findings []Finding
}

func newAnalysis(w Workflow, others []Workflow, dir *Directory) *analysis {
	a := &analysis{
		workflow: w, dir: dir, outputs: outputFields(), mentioned: map[string][]any{}, named: map[string]*domain{},
		termIDs: map[termKey]int{}, atomIDs: map[string]int{}, answers: map[question]answers{},
		player: player{programs: map[*Workflow]*Program{}},
	}
	all := slices.Concat([]Workflow{w}, others)
	if dir == nil {
		a.dir = standIns(all)
	}
	for _, d := range all {
		a.collectMentioned(d.Definition)
	}
	return a
}

// report keeps a finding, unless it is another workflow that is being looked through.
func (a *analysis) report(f Finding) {
	if a.silent {
		return
	}
	f.Text = strings.TrimSpace(f.Text)
	a.findings = append(a.findings, f)
}

// sorted puts the findings into the order of the cards.
func (a *analysis) sorted(d Definition) []Finding {
	order := map[string]int{}
	eachStep(d.Steps, func(s *Step) { order[s.ID] = len(order) + 1 })
	slices.SortStableFunc(a.findings, func(x, y Finding) int { return cmp.Compare(order[x.StepID], order[y.StepID]) })
	return a.findings
}
