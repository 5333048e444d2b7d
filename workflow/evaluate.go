package workflow

import (
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// Evaluate decides what the workflow does about an event. It is pure: the same facts give the same result,
// and the facts stay as they are. When a ticket is missing from them, the result is only its Need: put it
// into Facts.Tickets and call again.
func (p *Program) Evaluate(f Facts) Result {
	if f.Directory == nil {
		f.Directory = &Directory{}
	}
	e := evaluation{program: p, facts: f, tickets: map[desk.ID]*desk.Ticket{}}
	e.scope = scope{event: &e.facts.Event, team: &f.Directory.Team, now: f.Now, variables: map[string]any{}}
	e.evaluate()
	if e.result.Need != nil {
		return Result{Need: e.result.Need}
	}
	e.result.Variables = e.scope.variables
	return e.result
}

// evaluation is one call of Evaluate.
type evaluation struct {
	program  *Program
	facts    Facts
	scope    scope
	tickets  map[desk.ID]*desk.Ticket // working copies of those that this run has changed
	executed int
	result   Result
}

// evaluate turns a panic, which is a bug of ours, into the failure of this run alone. What its steps did
// before stays, as with any step that fails.
func (e *evaluation) evaluate() {
	defer func() {
		if cause := recover(); cause != nil {
			e.fail(fmt.Sprintf("Internal error: %v. The run was ended.", cause))
			e.result.Need = nil
			if n := len(e.result.Steps); n > 0 {
				e.result.Steps[n-1].Outcome = StepFailed
				e.result.Steps[n-1].Detail = e.result.Why
			}
		}
	}()
	if !e.triggered() {
		e.result.Outcome = NotTriggered
		return
	}
	e.result.Outcome = Completed
	e.steps(e.program.steps)
}

func (e *evaluation) fail(why string) {
	e.result.Outcome = Failed
	e.result.Why = why
}

// triggered asks each trigger of the event's name in turn, and says why when none holds.
func (e *evaluation) triggered() bool {
	known := false
	for i := range e.program.triggers {
		t := &e.program.triggers[i]
		if t.event != e.facts.Event.Name {
			continue
		}
		known = true
		if t.where == nil {
			return true
		}
		var tried BranchTrace
		tried.Matched = t.where.match(&e.scope, &tried.Tested)
		e.result.Tested = append(e.result.Tested, tried)
		if tried.Matched {
			return true
		}
	}
	e.result.Why = whyNot(e.result.Tested)
	if !known {
		e.result.Why = fmt.Sprintf("The workflow does not start on %s.", e.facts.Event.Name)
	}
	return false
}

// whyNot names the conditions that did not hold, with what was compared.
func whyNot(tried []BranchTrace) string {
	var b strings.Builder
	for _, branch := range tried {
		for _, c := range branch.Tested {
			if c.Matched {
				continue
			}
			if b.Len() > 0 {
				b.WriteString(" ")
			}
			fmt.Fprintf(&b, "%s did not hold: the value was %s.", c.sentence(), shown(c.Actual))
			if c.Problem != "" {
				fmt.Fprintf(&b, " %s.", strings.TrimSuffix(c.Problem, "."))
			}
		}
	}
	if b.Len() == 0 {
		return "The trigger has an empty group of conditions, which never matches."
	}
	return b.String()
}

func (c *ConditionTrace) sentence() string {
	op := strings.ReplaceAll(string(c.Op), "_", " ")
	if c.Op == IsSet || c.Op == IsNotSet {
		return c.Left + " " + op
	}
	return fmt.Sprintf("%s %s %s", c.Left, op, shown(c.Value))
}

// shown is a value as people read it in a sentence.
func shown(v any) string {
	if v == nil {
		return "not set"
	}
	const longest = 120
	s := jsonText(v)
	if short := desk.Cut(s, longest); short != s {
		return short + " …"
	}
	return s
}

// steps runs a path until it ends.
func (e *evaluation) steps(path []step) flow {
	for i := range path {
		if goOn := e.step(&path[i]); goOn != next {
			return goOn
		}
	}
	return next
}

func (e *evaluation) step(s *step) flow {
	if e.executed == maxSteps {
		e.fail(fmt.Sprintf("The run went over the limit of %d steps.", maxSteps))
		return ended
	}
	e.executed++
	e.result.Steps = append(e.result.Steps, StepTrace{StepID: s.source.ID, Type: s.source.Type, Name: s.source.Name, Outcome: StepDone})
	index := len(e.result.Steps) - 1
	started := e.clock()
	t := e.result.Steps[index]
	goOn := s.run.run(e, &t)
	// An if step has written its own trace before those of its paths.
	if s.source.Type != If {
		t.Micros = e.clock().Sub(started).Microseconds()
		e.result.Steps[index] = t
	}
	if t.Outcome != StepFailed {
		return goOn
	}
	if s.source.OnError == Continue {
		return next
	}
	e.fail(t.Detail)
	return ended
}

// enter runs a path of the step that is being traced.
func (e *evaluation) enter(t *StepTrace, path []step) flow {
	e.result.Steps[len(e.result.Steps)-1] = *t
	return e.steps(path)
}

func (e *evaluation) clock() time.Time {
	if e.facts.Clock == nil {
		return time.Time{}
	}
	return e.facts.Clock()
}

// failStep is what a step answers when it could not do its work.
func failStep(t *StepTrace, err error) flow {
	t.Outcome = StepFailed
	t.Detail = err.Error()
	return next
}
