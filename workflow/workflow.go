// Package workflow decides: it parses, validates and evaluates workflows and runs the engine that does so live.
// It refuses to know SQL, HTTP or the clock: facts come in, effects go out.
package workflow

import (
	"time"

	"signalbox/workflow/desk"
)

// Definition is what an admin builds: a trigger and a tree of steps. Its JSON form is the native file format.
type Definition struct {
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Trigger     Trigger `json:"trigger"`
	Steps       []Step  `json:"steps"`
}

// Trigger starts a run for any of its events.
type Trigger struct {
	Events []EventTrigger `json:"events"`
}

// EventTrigger is an event and the property conditions that must hold as well (nil: none).
type EventTrigger struct {
	Event desk.EventName `json:"event"`
	Where *Group         `json:"where,omitempty"`
}

// StepType says what a step does.
type StepType string

// The types of steps.
const (
	GetTicket    StepType = "get_ticket"
	UpdateTicket StepType = "update_ticket"
	If           StepType = "if"
	Stop         StepType = "stop"
)

// OnError says what a failed step does to its run.
type OnError string

// The two answers to a failed step; the empty value is Abort.
const (
	Abort    OnError = "abort"
	Continue OnError = "continue"
)

// Step is one card of a workflow. Exactly the field group of its Type is set.
type Step struct {
	ID      string   `json:"id"` // unique within the workflow, stable over edits
	Type    StepType `json:"type"`
	Name    string   `json:"name,omitempty"`
	OnError OnError  `json:"on_error,omitempty"`

	Get    *GetTicketStep    `json:"-"`
	Update *UpdateTicketStep `json:"-"`
	If     *IfStep           `json:"-"`
	Stop   *StopStep         `json:"-"`
}

// GetTicketStep reads a ticket into a variable.
type GetTicketStep struct {
	TicketID string `json:"ticket_id,omitempty"` // template; default {event.properties.ticket_id}
	Output   string `json:"output,omitempty"`    // variable; default ticket
}

// UpdateTicketStep changes the fields that are given; all values are templates.
type UpdateTicketStep struct {
	TicketID      string       `json:"ticket_id"`
	Status        string       `json:"status,omitempty"`
	Priority      string       `json:"priority,omitempty"`
	SLAAmount     any          `json:"sla_amount,omitempty"` // number, text or template
	SLAUnit       string       `json:"sla_unit,omitempty"`
	BusinessHours *desk.Hours  `json:"sla_business_hours,omitempty"`
	SLAMode       desk.SLAMode `json:"sla_mode,omitempty"`
	// Assignee is nil when not given; the zero Target unassigns.
	Assignee *Target       `json:"assignee,omitempty"`
	Tags     []string      `json:"tags,omitempty"`
	TagsMode desk.TagsMode `json:"tags_mode,omitempty"`
}

// Target names who a ticket is assigned to. Files carry Name (a role's name, a user's email), stored
// definitions carry ID as well.
type Target struct {
	Kind desk.AssigneeKind
	ID   int64
	Name string
}

// IfStep tries its branches in order and takes the first that matches, else Else (which may be empty).
type IfStep struct {
	Branches []Branch `json:"branches"`
	Else     []Step   `json:"else,omitempty"`
}

// Branch is one path of an IfStep.
type Branch struct {
	Name  string `json:"name,omitempty"`
	When  Group  `json:"when"`
	Steps []Step `json:"steps,omitempty"`
}

// StopStep ends the run.
type StopStep struct {
	Reason string `json:"reason,omitempty"`
}

// Group joins conditions: exactly one of All and Any is not empty.
type Group struct {
	All []Clause `json:"all,omitempty"`
	Any []Clause `json:"any,omitempty"`
}

// Clause is a condition or a nested group.
type Clause struct {
	Condition
	Group *Group `json:"-"`
}

// Condition compares a left side with a value.
type Condition struct {
	Left  string   `json:"left"` // event.properties.X, variables.X …
	Op    Operator `json:"op"`
	Value any      `json:"value,omitempty"`
}

// Workflow is a published version with its place in the team.
type Workflow struct {
	ID         int64
	PublicID   desk.ID
	TeamID     int64
	Version    int
	Position   int // the order that the admin set, lowest first
	Definition Definition
	Sum        [32]byte // of the stored definition: a version that is rolled back leaves its number to another text
	Broken     string   // why the stored definition cannot be read, for people: each run fails with it
}

// Event is a recorded event on its way through the engine.
type Event struct {
	ID       int64
	PublicID desk.ID
	TeamID   int64
	TicketID int64
	desk.Event
	DistinctID string // of the ticket's customer
}

// Directory is the part of a team that workflows refer to.
type Directory struct {
	Team  desk.Team
	Users map[int64]desk.User // members who are not disabled
	Roles map[int64]desk.Role
}

// Facts are all that an evaluation knows. Evaluate only reads them.
type Facts struct {
	Event     Event
	Now       time.Time
	URL       string // of the desk, without a slash at the end
	Directory *Directory
	Tickets   map[desk.ID]*TicketFacts // nil value: looked for, and not in this team

	RunID desk.ID          // names the run in the history of what it changes
	Clock func() time.Time // measures how long steps take; nil leaves that out
}

// TicketFacts are a ticket and what is derived from other rows.
type TicketFacts struct {
	Ticket        desk.Ticket
	CustomerCount *int // tickets that its customer opened within 7 days before now; nil: not counted
}
