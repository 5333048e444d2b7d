package desk

import (
	"slices"
	"time"
)

// Status is where a ticket stands. Any status may follow any.
type Status string

// The statuses of spec/1.
const (
	New      Status = "new"      // just created; set once, by the opening
	Open     Status = "open"     // being worked on; set by agents and workflows, and when a snooze ends
	Pending  Status = "pending"  // waiting for the customer; set by agents and workflows
	OnHold   Status = "on_hold"  // paused; set by agents, workflows and a snooze
	Resolved Status = "resolved" // done; set by agents and workflows
)

// Statuses lists every Status in the order that people read them.
func Statuses() []Status { return []Status{New, Open, Pending, OnHold, Resolved} }

// Priority is how urgent a ticket is; the empty Priority stands for none.
type Priority string

// The priorities of spec/1. All of them are set by agents, workflows, programs and some doors at creation.
const (
	NoPriority Priority = ""
	Low        Priority = "low"
	Medium     Priority = "medium"
	High       Priority = "high"
)

// Priorities lists every Priority but none, lowest first.
func Priorities() []Priority { return []Priority{Low, Medium, High} }

// Channel is the door a ticket came through: an open list, and never changed after the opening.
type Channel string

// The channels that the program itself opens.
const (
	Widget   Channel = "widget"
	Email    Channel = "email"
	Slack    Channel = "slack"
	APIDoor  Channel = "api"
	maxDoors         = 40 // characters of a channel's name
)

// AssigneeKind tells users and roles apart; the empty kind is nobody.
type AssigneeKind string

// What a ticket can be assigned to.
const (
	Nobody AssigneeKind = ""
	ToUser AssigneeKind = "user"
	ToRole AssigneeKind = "role"
)

// Assignee is a user, a role or, as its zero value, nobody.
type Assignee struct {
	Kind AssigneeKind `json:"type"`
	ID   int64        `json:"id"`
}

// Limits of spec/1, in characters (Unicode code points) and counts.
const (
	MaxSubject    = 500
	MaxMessage    = 50_000
	MaxTag        = 200
	MaxTags       = 100
	MaxDistinctID = 400
	previewLength = 500
	excerptLength = 1_000
)

// Customer is the person a ticket belongs to.
type Customer struct {
	ID         int64  `json:"id"`
	PublicID   ID     `json:"public_id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	DistinctID string `json:"distinct_id"` // links a person across visits; it never grants access
}

// Ticket is one conversation with a customer. Zero times stand for none; all times are UTC.
type Ticket struct {
	ID       int64    `json:"-"`
	PublicID ID       `json:"id"`
	TeamID   int64    `json:"team_id"`
	Number   int64    `json:"number"`
	Subject  string   `json:"subject"`
	Channel  Channel  `json:"channel"`
	Mailbox  string   `json:"mailbox,omitempty"` // the address that was written to, "" for other doors
	Status   Status   `json:"status"`
	Priority Priority `json:"priority"`
	Assignee Assignee `json:"assignee"`
	Tags     []string `json:"tags"` // lower-case, unique, sorted
	Customer Customer `json:"customer"`

	SLADueAt     time.Time     `json:"sla_due_at,omitzero"`
	SLALeft      time.Duration `json:"sla_left,omitempty"` // time left of a paused clock; meaningful while SLAPaused
	SLAPaused    bool          `json:"sla_paused,omitempty"`
	SLAStage     SLAStage      `json:"sla_stage,omitempty"`
	PausesSLA    bool          `json:"pauses_sla,omitempty"` // the team's setting, not the ticket's
	SnoozedUntil time.Time     `json:"snoozed_until,omitzero"`

	SnoozedUntilReply bool `json:"snoozed_until_reply,omitempty"` // until the customer writes; SnoozedUntil is zero then

	MergedInto int64 `json:"merged_into,omitempty"` // the id of the ticket that took its messages over, 0: none

	MessageCount    int       `json:"message_count"` // public ones; notes never count
	LastMessageAt   time.Time `json:"last_message_at,omitzero"`
	LastMessageText string    `json:"last_message_text"`
	UnreadTeam      int       `json:"unread_team_count"`
	UnreadCustomer  int       `json:"unread_customer_count"`

	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
	ThreadAt        time.Time `json:"thread_at,omitzero"` // creation of the newest message, notes included
	FirstResponseAt time.Time `json:"first_response_at,omitzero"`
	LastResolvedAt  time.Time `json:"last_resolved_at,omitzero"`
}

// clone returns a copy that shares no memory with t.
func (t *Ticket) clone() Ticket {
	c := *t
	c.Tags = slices.Clone(t.Tags)
	return c
}

// Snoozed reports whether the ticket is put away.
func (t *Ticket) Snoozed() bool { return t.SnoozedUntilReply || !t.SnoozedUntil.IsZero() }

// SnoozedByReply is what a Record has in the place of a time for a snooze until the customer writes.
const SnoozedByReply = "reply"

// snooze is the value of a Record.
func (t *Ticket) snooze() any {
	if t.SnoozedUntilReply {
		return SnoozedByReply
	}
	return timeOrNil(t.SnoozedUntil)
}

func (s Status) valid() bool { return slices.Contains(Statuses(), s) }

func (p Priority) valid() bool { return p == NoPriority || slices.Contains(Priorities(), p) }
