package workflow

import (
	"time"

	"signalbox/workflow/desk"
)

// Outcome is how a run, or a consideration, of a workflow ended.
type Outcome string

// The outcomes. All are set by Evaluate.
const (
	Completed    Outcome = "completed"     // every step on the path ran, or a Stop was reached
	Failed       Outcome = "failed"        // a step failed and its on_error is abort, or the run went over a limit
	Waiting      Outcome = "waiting"       // the run goes on later
	NotTriggered Outcome = "not_triggered" // the trigger's conditions did not hold: no run
)

// StepOutcome is how one step ended.
type StepOutcome string

// The outcomes of a step.
const (
	StepDone    StepOutcome = "done"
	StepFailed  StepOutcome = "failed"
	StepSkipped StepOutcome = "skipped" // there was nothing to do: no input was given
)

// StepTrace says what one executed step saw and did.
type StepTrace struct {
	StepID   string        `json:"step"`
	Type     StepType      `json:"type"`
	Name     string        `json:"name,omitempty"`
	Outcome  StepOutcome   `json:"outcome"`
	Detail   string        `json:"detail,omitempty"` // one sentence: the branch taken, the fields changed, the error
	Branches []BranchTrace `json:"branches,omitempty"`
	Inputs   []Named       `json:"inputs,omitempty"`  // after templating
	Outputs  []Named       `json:"outputs,omitempty"` // fields changed as before → after, variables set
	Micros   int64         `json:"micros"`            // how long the step took, in microseconds; 0 where no clock was given
}

// Named is a name and a value, in the order they were given.
type Named struct {
	Name   string `json:"name"`
	Before any    `json:"before,omitempty"`
	Value  any    `json:"value"`
}

// BranchTrace is one branch that was tried.
type BranchTrace struct {
	Name    string           `json:"name,omitempty"`
	Matched bool             `json:"matched"`
	Tested  []ConditionTrace `json:"tested"`
}

// ConditionTrace is one comparison that was made.
type ConditionTrace struct {
	Left    string   `json:"left"`
	Op      Operator `json:"op"`
	Value   any      `json:"value,omitempty"`
	Actual  any      `json:"actual"`
	Matched bool     `json:"matched"`
	Problem string   `json:"problem,omitempty"` // why it could not be evaluated
}

// Effect is a change of a ticket that desk.Apply has accepted, to be saved as it is.
type Effect struct {
	StepID  string
	Ticket  desk.Ticket // after the change
	Outcome desk.Outcome
}

// Result is what an evaluation yields. When Need is set the rest is empty: load it and evaluate again.
type Result struct {
	Outcome   Outcome
	Why       string // for people: which condition did not hold, or what failed
	Tested    []BranchTrace
	Steps     []StepTrace
	Effects   []Effect
	Variables map[string]any
	Need      *Need
}

// Need is a fact that an evaluation lacks.
type Need struct {
	Ticket desk.ID // to be put into Facts.Tickets, nil when the team has none
}

// Run is a Result on its way into the log.
type Run struct {
	ID       desk.ID
	Workflow *Workflow
	Result   Result
	Started  time.Time
	Took     time.Duration
}
