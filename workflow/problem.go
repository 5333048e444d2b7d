package workflow

import (
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// Problem is a reason why a definition cannot be published, at the place where a person can mend it.
type Problem struct {
	StepID string // "" for the workflow itself and its trigger
	Field  string // as in the native format, within the step: status, branches[0].when.all[1] …
	Text   string // one sentence for people
}

func (p Problem) String() string {
	switch {
	case p.StepID == "":
		return p.Field + ": " + p.Text
	case p.Field == "":
		return fmt.Sprintf("step %s: %s", p.StepID, p.Text)
	}
	return fmt.Sprintf("step %s, %s: %s", p.StepID, p.Field, p.Text)
}

// Problems are all that is wrong with a definition; as an error they are one line.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, " ")
}

// Kind is that of a desk.Error.
func (p Problems) Kind() string { return string(desk.Invalid) }

// Err returns p as an error, nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Of returns the problems of one step, "" for those of the workflow and its trigger.
func (p Problems) Of(stepID string) Problems {
	var out Problems
	for _, problem := range p {
		if problem.StepID == stepID {
			out = append(out, problem)
		}
	}
	return out
}
