package workflow

import (
	"maps"
	"time"

	"signalbox/workflow/desk"
)

// Position is where a waiting run goes on, and what wakes it.
type Position struct {
	StepID   string    `json:"step"`
	Since    time.Time `json:"since"`           // when the wait began
	Until    time.Time `json:"until,omitzero"`  // when it is over at the latest; zero: no time ends it
	Look     time.Time `json:"look,omitzero"`   // when a condition that time alone may fulfil is looked at next
	Watch    bool      `json:"watch,omitempty"` // every change of the ticket wakes the run
	Other    bool      `json:"other,omitempty"` // it looks for what others do to another ticket, which does not wake it
	Await    bool      `json:"await,omitempty"` // the answer to a call wakes it
	Executed int       `json:"executed"`        // steps so far, that of the wait included
}

// WakeAt is when the run is to be looked at again whatever happens; zero: never.
func (p *Position) WakeAt() time.Time {
	if !p.Look.IsZero() && (p.Until.IsZero() || p.Look.Before(p.Until)) {
		return p.Look
	}
	return p.Until
}

// Resumption is a waiting run, about to go on.
type Resumption struct {
	RunID desk.ID
	Position
	Variables map[string]any
	Steps     []StepTrace // so far; the last one is that of the wait
	Answer    any         // to the call that the run awaits; nil: there is none yet
}

// inputs are what the step that waits was given.
func (r *Resumption) inputs() []Named {
	if n := len(r.Steps); n > 0 && r.Steps[n-1].StepID == r.StepID {
		return r.Steps[n-1].Inputs
	}
	return nil
}

// resume puts the evaluation back to where the run waits.
func (e *evaluation) resume(r *Resumption) {
	e.seek = r.StepID
	e.resumed = r
	e.executed = r.Executed - 1 // the step that waits is executed again
	if r.Variables != nil {
		e.scope.variables = maps.Clone(r.Variables)
	}
	e.result.Steps = append(e.result.Steps, r.Steps...)
	if n := len(e.result.Steps); n > 0 && e.result.Steps[n-1].StepID == r.StepID {
		e.result.Steps = e.result.Steps[:n-1]
	}
}

// holds reports whether the step is the one with this id or has it on one of its paths.
func (s *step) holds(id string) bool {
	if s.source.ID == id {
		return true
	}
	for _, path := range s.paths() {
		for i := range path {
			if path[i].holds(id) {
				return true
			}
		}
	}
	return false
}

func (s *step) paths() [][]step {
	if r, ok := s.run.(interface{ paths() [][]step }); ok {
		return r.paths()
	}
	return nil
}

// reenter goes down to the step that waits, past everything before it.
func (e *evaluation) reenter(s *step) flow {
	for _, path := range s.paths() {
		for i := range path {
			if path[i].holds(e.seek) {
				return e.steps(path)
			}
		}
	}
	return next
}

// pause makes the run wait at the step that is being traced.
func (e *evaluation) pause(t *StepTrace, p Position) flow {
	p.StepID, p.Executed = t.StepID, e.executed
	t.Outcome = StepWaiting
	e.result.Outcome, e.result.Why, e.result.Wait = Waiting, t.Detail, &p
	return ended
}
