// Package workflow decides: it parses, validates and evaluates workflows and runs the engine that does so live.
// It refuses to know SQL, HTTP or the clock: facts come in, effects go out.
package workflow

import (
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// Definition is what an admin builds: a trigger and a tree of steps. Its JSON form is the native file format.
type Definition struct {
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Trigger     Trigger `json:"trigger"`
	Limits      Limits  `json:"limits,omitzero"`
	Steps       []Step  `json:"steps"`
}

// Trigger starts a run for any of its events, when somebody says so, at times, or on a call from outside.
type Trigger struct {
	Events   []EventTrigger `json:"events"`
	Manual   bool           `json:"manual,omitempty"`   // agents can run it on tickets
	Schedule *Schedule      `json:"schedule,omitempty"` // runs at these times, without a ticket
	Webhook  bool           `json:"webhook,omitempty"`  // runs when its secret address is called
	Limit    *KeyLimit      `json:"limit,omitempty"`
}

// Schedule is when a workflow runs by itself.
type Schedule struct {
	Cron string `json:"cron"`           // five fields, as in "0 9 * * 1-5"
	Zone string `json:"zone,omitempty"` // IANA; default the team's, then UTC
}

// KeyLimit lets no more than Times runs begin within a duration for one value of a key.
type KeyLimit struct {
	Times  int    `json:"times"`
	Within string `json:"within"`        // a duration: 1h
	Key    string `json:"key,omitempty"` // template; default {event.properties.ticket_id}
}

// Limits are what trips a workflow: it is paused, and its events are kept, when it goes over one. Zero is the default.
type Limits struct {
	MessagesPerTicketHour int `json:"messages_per_ticket_hour,omitempty"`
	RunsPerMinute         int `json:"runs_per_minute,omitempty"`
}

// The events of triggers that no ticket emits. Each names the one workflow that it starts.
const (
	ManualRun    desk.EventName = "$workflow_manual"    // somebody ran it on a ticket; carries the ticket's properties and run_by
	ScheduledRun desk.EventName = "$workflow_scheduled" // its schedule was due; carries scheduled_at
	HookCalled   desk.EventName = "$workflow_webhook"   // its secret address was called; carries the call's JSON object
)

// Names are the events that can start the workflow.
func (t Trigger) Names() []desk.EventName {
	var names []desk.EventName
	for _, e := range t.Events {
		if !slices.Contains(names, e.Event) {
			names = append(names, e.Event)
		}
	}
	return append(names, t.inner()...)
}

func (t Trigger) inner() []desk.EventName {
	var names []desk.EventName
	if t.Manual {
		names = append(names, ManualRun)
	}
	if t.Schedule != nil {
		names = append(names, ScheduledRun)
	}
	if t.Webhook {
		names = append(names, HookCalled)
	}
	return names
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
	Wait         StepType = "wait"
	SendReply    StepType = "send_reply"
	AddNote      StepType = "add_note"
	Notify       StepType = "notify"
	Webhook      StepType = "webhook"
	AssignInTurn StepType = "assign_in_turn"
	SetVariable  StepType = "set_variable"
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
	ID          string   `json:"id"` // unique within the workflow, stable over edits
	Type        StepType `json:"type"`
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"` // for people
	OnError     OnError  `json:"on_error,omitempty"`
	Disabled    bool     `json:"disabled,omitempty"` // runs pass it by, and the paths within it

	Get      *GetTicketStep    `json:"-"`
	Update   *UpdateTicketStep `json:"-"`
	If       *IfStep           `json:"-"`
	Wait     *WaitStep         `json:"-"`
	Message  *MessageStep      `json:"-"` // of SendReply and AddNote
	Notify   *NotifyStep       `json:"-"`
	Webhook  *WebhookStep      `json:"-"`
	Assign   *AssignStep       `json:"-"`
	Variable *VariableStep     `json:"-"`
	Stop     *StopStep         `json:"-"`
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

// WaitStep holds the run up: exactly one of For, Until, Window and When is set.
type WaitStep struct {
	For     string      // a duration such as 90m or 2d, or a template of one
	Until   string      // an instant, or a template of one
	Window  *desk.Hours // until these hours are next open
	When    *Group      // until it holds, looked at again with every change of the ticket …
	Timeout string      // … or until this duration has passed

	// TicketID and Output are those of a GetTicketStep: the ticket is read anew before When is looked at.
	TicketID string
	Output   string
	Held     []Step // the exit when When holds
	TimedOut []Step // the exit after Timeout
}

// MessageStep writes into the thread of a ticket.
type MessageStep struct {
	TicketID string // template; default {event.properties.ticket_id}
	Body     string // template
}

// NotifyStep tells somebody of the team: To, Address or URL, of which exactly one is set.
type NotifyStep struct {
	To       *Target  // a user, or the members of a role
	Address  string   // an email address
	URL      string   // a channel's incoming webhook, which gets {"text": …}
	Via      []string // of To: app, email; none is both
	TicketID string   // template; what the notice links to; default {event.properties.ticket_id}
	Text     string   // template
}

// The ways to notify a user.
const (
	ViaApp   = "app"
	ViaEmail = "email"
)

// WebhookStep calls an address outside.
type WebhookStep struct {
	Method  string   // default POST
	URL     string   // template behind the host
	Headers []Header // their values are secrets: never logged, never exported
	Body    string   // JSON text; only its text values are templates. Empty: no body
	Output  string   // variable for the answer {status, body}; with one, the run waits for it
}

// Header is a header of a WebhookStep. An empty Value is one that is still to be set on this desk.
type Header struct{ Name, Value string }

// TurnMode says whose turn it is.
type TurnMode string

// The ways to assign in turn; the empty one is RoundRobin.
const (
	RoundRobin TurnMode = "round_robin" // whose last turn is longest ago
	LeastOpen  TurnMode = "least_open"  // who has the fewest open tickets
)

// AssignStep assigns a ticket to one of a role's available members.
type AssignStep struct {
	TicketID string // template; default {event.properties.ticket_id}
	Role     *Target
	Mode     TurnMode
}

// VariableStep sets a variable.
type VariableStep struct {
	Variable string
	Value    any // template or literal
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
	Tripped    bool     // paused for going over a limit: the events that would start it are kept
	Muted      bool     // runs in the shadow: what it would do is recorded and not done
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

	Roles   map[int64]RoleFacts
	Uses    map[string]int  // of the keys of the trigger's limit
	Sent    map[desk.ID]int // messages of this workflow on a ticket within the last hour
	Started *int            // runs of this workflow that began within the last minute
	Paused  bool            // the workflow is tripped

	RunID  desk.ID          // names the run in the history of what it changes
	Resume *Resumption      // the run goes on from here; nil: it begins
	Clock  func() time.Time // measures how long steps take; nil leaves that out
}

// TicketFacts are a ticket and what is derived from other rows.
type TicketFacts struct {
	Ticket        desk.Ticket
	CustomerCount *int // tickets that its customer opened within 7 days before now; nil: not counted
}
