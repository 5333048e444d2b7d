package views

import (
	"net/url"
	"slices"
	"strconv"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// RunFilter is what a list of runs is narrowed to, in the words of its address.
type RunFilter struct {
	Outcome string
	Ticket  string // its number
	Path    string // see PathValue
	Version string
	From    string // a day of the team's zone …
	To      string // … and the last one
}

// PathValue names a path of a workflow in a form.
func PathValue(step string, exit int) string { return strconv.Itoa(exit) + ":" + step }

// RunsPath lists the runs of a workflow that the filter lets through, from the newest on.
func RunsPath(id desk.ID, f RunFilter) string { return OlderRunsPath(id, f, 0) }

// OlderRunsPath goes on with that list behind one of the runs.
func OlderRunsPath(id desk.ID, f RunFilter, before int64) string {
	query := url.Values{}
	for _, p := range []struct{ name, value string }{
		{"outcome", f.Outcome}, {"ticket", f.Ticket}, {"path", f.Path}, {"version", f.Version}, {"from", f.From}, {"to", f.To},
	} {
		if p.value != "" {
			query.Set(p.name, p.value)
		}
	}
	if before != 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	if len(query) == 0 {
		return WorkflowRunsPath(id)
	}
	return WorkflowRunsPath(id) + "?" + query.Encode()
}

// RunOutcomes are the outcomes that a run in the log can have.
func RunOutcomes() []workflow.Outcome {
	return []workflow.Outcome{workflow.Completed, workflow.Failed, workflow.Waiting, workflow.Cancelled}
}

func runOutcomes() []ui.Group {
	options := []ui.Option{{Text: "Any"}}
	for _, o := range RunOutcomes() {
		options = append(options, ui.Option{Value: string(o), Text: outcomeBadge(o).Text})
	}
	return []ui.Group{{Options: options}}
}

// pathChoices offers the paths of the definitions, those of the first one in their order before what only others have.
func (p WorkflowRuns) pathChoices() []ui.Group {
	groups := []ui.Group{{Options: []ui.Option{{Text: "Any"}}}}
	var known []string
	for i := range p.Definitions {
		for _, s := range stepsWithPaths(p.Definitions[i].Steps) {
			if slices.Contains(known, s.ID) {
				continue
			}
			known = append(known, s.ID)
			groups = append(groups, ui.Group{Label: StepTitle(s), Options: exitOptions(s)})
		}
	}
	if !offered(groups, p.Filter.Path) {
		groups[0].Options = append(groups[0].Options, ui.Option{Value: p.Filter.Path, Text: "A path that is gone"})
	}
	return groups
}

func exitOptions(s workflow.Step) []ui.Option {
	var options []ui.Option
	for _, exit := range s.Exits() {
		b := flowBranch{Step: s.ID, Exit: exit}
		b.describe(&s)
		options = append(options, ui.Option{Value: PathValue(s.ID, exit), Text: b.title()})
	}
	return options
}

// stepsWithPaths returns the steps that part the flow, in the order that people read them.
func stepsWithPaths(steps []workflow.Step) []workflow.Step {
	var out []workflow.Step
	for _, s := range steps {
		if len(s.Exits()) > 0 {
			out = append(out, s)
		}
		for _, exit := range s.Exits() {
			out = append(out, stepsWithPaths(s.Path(exit))...)
		}
	}
	return out
}
