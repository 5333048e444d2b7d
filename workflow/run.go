package workflow

import (
	"time"

	"signalbox/workflow/desk"
)

// Outcome is how a run, or a consideration, of a workflow ended.
type Outcome string

// The outcomes. All but Cancelled are set by Evaluate.
const (
	Completed    Outcome = "completed"     // every step on the path ran, or a Stop was reached
	Failed       Outcome = "failed"        // a step failed and its on_error is abort, or the run went over a limit
	Waiting      Outcome = "waiting"       // the run goes on later
	NotTriggered Outcome = "not_triggered" // the trigger's conditions or its limit kept the run from beginning
	Tripped      Outcome = "tripped"       // the workflow went over a limit: nothing was done, and the event is kept
	Cancelled    Outcome = "cancelled"     // a waiting run was ended: its ticket is gone or merged, or an admin said so
)

// StepOutcome is how one step ended.
type StepOutcome string

// The outcomes of a step.
const (
	StepDone    StepOutcome = "done"
	StepFailed  StepOutcome = "failed"
	StepSkipped StepOutcome = "skipped" // there was nothing to do: no input was given, or the step is switched off
	StepWaiting StepOutcome = "waiting" // the run goes on here later
)

// StepTrace says what one executed step saw and did.
type StepTrace struct {
	StepID   string        `json:"step"`
	Type     StepType      `json:"type"`
	Name     string        `json:"name,omitempty"`
	Outcome  StepOutcome   `json:"outcome"`
	Detail   string        `json:"detail,omitempty"` // one sentence: the branch taken, the fields changed, the error
	Branches []BranchTrace `json:"branches,omitempty"`
	Exit     *int          `json:"exit,omitempty"`    // the path taken, as in Place.Branch; nil for a step without paths
	Inputs   []Named       `json:"inputs,omitempty"`  // after templating
	Outputs  []Named       `json:"outputs,omitempty"` // fields changed as before → after, variables set
	Micros   int64         `json:"micros"`            // how long the step took, in microseconds; 0 where no clock was given
	At       time.Time     `json:"at,omitzero"`       // when it ended, of the steps after a wait
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
	Change  desk.All    // as it was asked for
	Ticket  desk.Ticket // after the change
	Outcome desk.Outcome
}

// Result is what an evaluation yields. When Need is set the rest is empty: load it and evaluate again.
type Result struct {
	Outcome   Outcome
	Why       string // for people: which condition did not hold, what failed, or until when it waits
	Tested    []BranchTrace
	Steps     []StepTrace // of a run that waited, those before the wait too
	Effects   []Effect
	Jobs      []Job
	Notices   []Notice
	Turns     []Turn
	Variables map[string]any
	Wait      *Position // where it goes on; set when Outcome is Waiting
	LimitKey  string    // what the trigger's limit counts this run under
	Need      *Need
}

// Need is a fact that an evaluation lacks; exactly one of its first five fields is set.
type Need struct {
	Ticket  desk.ID // for Facts.Tickets, nil when the team has none
	Role    int64   // for Facts.Roles, with counts of open tickets where Open is set
	Limit   string  // for Facts.Uses: how many runs began under this key within the time
	Sent    desk.ID // for Facts.Sent: how many messages this workflow sent on this ticket within an hour
	Started int     // for Facts.Started: how many runs of this workflow began within a minute, counted up to this many

	Open   bool
	Within time.Duration
}

// Run is a Result on its way into the log.
type Run struct {
	ID       desk.ID
	Workflow *Workflow
	Result   Result
	Started  time.Time
	Took     time.Duration // of this evaluation
}
