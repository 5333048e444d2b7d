package workflow

import (
	"fmt"

	"signalbox/workflow/desk"
)

// Program is a workflow made ready to run: it holds no facts and may be used by several goroutines.
type Program struct {
	workflow      Workflow
	triggers      []trigger
	limit         *keyLimit // nil: none
	runsPerMinute int       // 0: no limit
	steps         []step
}

type trigger struct {
	event desk.EventName
	where *group // nil: none
}

// step is a compiled Step.
type step struct {
	source *Step
	run    runner
}

// runner is what a type of step does. It fills in the trace of its step.
type runner interface {
	run(e *evaluation, t *StepTrace) flow
}

// flow says how a run goes on after a step.
type flow int

const (
	next   flow = iota // with the next step
	ended              // not: a Stop was reached, or the run has failed
	lacked             // not now: a fact is missing, see Result.Need
)

// Compile makes a version of a workflow ready. Broken conditions and templates are no error: they speak up
// in the run, at their step. A step of an unknown type is one.
func Compile(w Workflow) (*Program, error) {
	p := &Program{
		workflow: w, limit: compileKeyLimit(w.Definition.Trigger.Limit), runsPerMinute: runsPerMinute(w.Definition),
	}
	for _, e := range w.Definition.Trigger.Events {
		t := trigger{event: e.Event}
		if e.Where != nil {
			t.where = compileGroup(*e.Where)
		}
		p.triggers = append(p.triggers, t)
	}
	for _, name := range w.Definition.Trigger.inner() {
		p.triggers = append(p.triggers, trigger{event: name})
	}
	var err error
	p.steps, err = compileSteps(w.Definition.Steps)
	if err != nil {
		return nil, fmt.Errorf("compile workflow %q version %d: %w", w.Definition.Name, w.Version, err)
	}
	return p, nil
}

func compileSteps(steps []Step) ([]step, error) {
	out := make([]step, 0, len(steps))
	for i := range steps {
		r, err := compileStep(&steps[i])
		if err != nil {
			return nil, err
		}
		out = append(out, step{source: &steps[i], run: r})
	}
	return out, nil
}

func compileStep(s *Step) (runner, error) {
	switch {
	case s.Type == GetTicket && s.Get != nil:
		return compileGet(s.Get), nil
	case s.Type == UpdateTicket && s.Update != nil:
		return compileUpdate(s.Update), nil
	case s.Type == If && s.If != nil:
		return compileIf(s.If)
	case s.Type == Wait && s.Wait != nil:
		return compileWait(s.Wait)
	case (s.Type == SendReply || s.Type == AddNote) && s.Message != nil:
		return compileMessage(s.Type, s.Message), nil
	case s.Type == Notify && s.Notify != nil:
		return compileNotify(s.Notify), nil
	case s.Type == Webhook && s.Webhook != nil:
		return compileCall(s.Webhook), nil
	case s.Type == AssignInTurn && s.Assign != nil && s.Assign.Role == nil:
		return nil, desk.Errorf(desk.Invalid, "Step %q names no role whose members take turns. Give it one.", s.ID)
	case s.Type == AssignInTurn && s.Assign != nil:
		ticket := compileTicketRef(orDefault(s.Assign.TicketID, EventTicket))
		return assignStep{ticket: ticket, role: s.Assign.Role, mode: s.Assign.Mode}, nil
	case s.Type == SetVariable && s.Variable != nil:
		return variableStep{name: s.Variable.Variable, value: compileValue(s.Variable.Value)}, nil
	case s.Type == Stop && s.Stop != nil:
		return stopStep{reason: s.Stop.Reason}, nil
	}
	return nil, desk.Errorf(desk.Invalid, "Step %q is of the type %.40q, which cannot be run.", s.ID, string(s.Type))
}

// stopStep ends the run.
type stopStep struct{ reason string }

func (s stopStep) run(e *evaluation, t *StepTrace) flow {
	t.Detail = "The workflow ends here."
	if s.reason != "" {
		t.Detail = s.reason
	}
	e.result.Why = s.reason
	return ended
}
