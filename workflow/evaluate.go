package workflow

import (
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// Evaluate decides what the workflow does about an event, or how a run that waited goes on. It is pure: the same
// facts give the same result, and the facts stay as they are. When a fact is missing, the result is only its Need:
// put it into the facts and call again.
func (p *Program) Evaluate(f Facts) Result {
	if f.Directory == nil {
		f.Directory = &Directory{}
	}
	e := evaluation{program: p, facts: f, tickets: map[desk.ID]*desk.Ticket{}, sent: map[desk.ID]int{}}
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
	sent     map[desk.ID]int          // replies on each ticket since this evaluation began
	executed int
	seek     string      // the step to go on at, until it is reached
	resumed  *Resumption // for that step to take
	into     []step      // the path that a step has chosen
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
	if e.facts.Resume != nil {
		if e.facts.Paused {
			e.trip("The workflow is paused.")
			return
		}
		e.resume(e.facts.Resume)
	} else if !e.begins() {
		return
	}
	e.result.Outcome = Completed
	e.steps(e.program.steps)
	if e.seek != "" {
		e.fail(fmt.Sprintf("The step %q, at which the run waited, is not in this version.", e.seek))
	}
}

// begins reports whether the event starts a run that the limits let begin.
func (e *evaluation) begins() bool {
	if !e.triggered() {
		e.result.Outcome = NotTriggered
		return false
	}
	return e.admit() == next
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

// steps runs a path until it ends, from the step on that the run waited at.
func (e *evaluation) steps(path []step) flow {
	for i := range path {
		if e.seek != "" && !path[i].holds(e.seek) {
			continue
		}
		if goOn := e.step(&path[i]); goOn != next {
			return goOn
		}
	}
	return next
}

func (e *evaluation) step(s *step) flow {
	if e.seek != "" && e.seek != s.source.ID {
		return e.reenter(s)
	}
	e.seek = ""
	if e.executed == maxSteps {
		e.fail(fmt.Sprintf("The run went over the limit of %d steps.", maxSteps))
		return ended
	}
	e.executed++
	t := StepTrace{StepID: s.source.ID, Type: s.source.Type, Name: s.source.Name, Outcome: StepDone}
	if e.facts.Resume != nil {
		t.At = e.facts.Now
	}
	e.result.Steps = append(e.result.Steps, t)
	started := e.clock()
	goOn := e.execute(s, &t)
	t.Micros = e.clock().Sub(started).Microseconds()
	if n := len(e.result.Steps); n > 0 { // a tripped run has none
		e.result.Steps[n-1] = t
	}
	path := e.into
	e.into = nil
	switch {
	case t.Outcome != StepFailed && goOn == next:
		return e.steps(path)
	case t.Outcome != StepFailed:
		return goOn
	case s.source.OnError == Continue:
		return next
	}
	e.fail(t.Detail)
	return ended
}

func (e *evaluation) execute(s *step, t *StepTrace) flow {
	if s.source.Disabled {
		t.Outcome, t.Detail = StepSkipped, "The step is switched off."
		return next
	}
	return s.run.run(e, t)
}

// enter makes the run go on along one of the paths of the step that is being traced.
func (e *evaluation) enter(t *StepTrace, exit int, path []step) flow {
	t.Exit = &exit
	e.into = path
	return next
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
