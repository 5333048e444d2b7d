package views

import (
	"strconv"

	"signalbox/workflow"
)

// WorkflowFigures say what became of a workflow lately.
type WorkflowFigures struct {
	Days      int
	Cap       int // where counting stopped
	Runs      int
	Paths     map[workflow.Place]int // how often the path that begins there was taken
	Overrides map[string]int         // by step: how often agents changed its result
}

// count says a number, or that it is more than was counted.
func (f *WorkflowFigures) count(n int) string {
	if f.Cap > 0 && n >= f.Cap {
		return thousands(f.Cap-1) + "+"
	}
	return thousands(n)
}

// runs says how often it ran at all, "" where that is not known.
func (f *WorkflowFigures) runs() string {
	if f == nil {
		return ""
	}
	return f.count(f.Runs) + " runs / " + strconv.Itoa(f.Days) + " days"
}

// path says how often an exit of a step was taken, and which part that is of all that came there.
func (f *WorkflowFigures) path(s *workflow.Step, exit int) string {
	if f == nil {
		return ""
	}
	sum := 0
	for _, other := range s.Exits() {
		sum += f.Paths[workflow.Place{Parent: s.ID, Branch: other}]
	}
	n := f.Paths[workflow.Place{Parent: s.ID, Branch: exit}]
	return f.count(n) + " · " + percent(n, sum)
}

// changedBack says which part of what a step on a path did agents have changed, "" where none came there.
func (f *WorkflowFigures) changedBack(step string, path workflow.Place) string {
	if f == nil {
		return ""
	}
	reached := f.Runs
	if path.Parent != "" {
		reached = f.Paths[workflow.Place{Parent: path.Parent, Branch: path.Branch}]
	}
	if reached == 0 {
		return ""
	}
	return "changed back " + percent(min(f.Overrides[step], reached), reached)
}

// percent rounds, but calls nothing 0% or 100% that is not.
func percent(part, whole int) string {
	switch {
	case whole == 0 || part == 0:
		return "0%"
	case part >= whole:
		return "100%"
	}
	n := (200*part + whole) / (2 * whole)
	return strconv.Itoa(min(max(n, 1), 99)) + "%"
}

// changesTickets reports whether agents can change back what the step does.
func changesTickets(s *workflow.Step) bool {
	return s.Type == workflow.UpdateTicket || s.Type == workflow.AssignInTurn
}
