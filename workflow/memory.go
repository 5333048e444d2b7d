package workflow

import (
	"context"
	"time"

	"signalbox/workflow/desk"
)

// Memory is where the engine's work is kept; store implements it.
type Memory interface {
	// Pending returns up to limit lanes that have work which is due: unprocessed events and waiting runs, longest
	// waiting first.
	Pending(ctx context.Context, now time.Time, limit int) ([]Lane, error)
	// ProcessNext claims the lane and, in one transaction, hands its oldest due work to decide, saves what it
	// returns and marks the work done. decide may be called more than once. It returns what was worked on, with the
	// error too, or the zero Work when nothing was due or another process holds the lane.
	ProcessNext(ctx context.Context, lane Lane, now time.Time, decide Decide) (Work, error)
	// Fail records that work failed; after attempts enough an event is parked, and a waiting run failed.
	Fail(ctx context.Context, w Work, now time.Time, cause error) error
	// WakeSnoozed ends up to limit snoozes that have passed and returns how many it ended.
	WakeSnoozed(ctx context.Context, now time.Time, limit int) (int, error)
	// RaiseSLA raises up to limit alerts of deadlines that are due and returns how many it raised.
	RaiseSLA(ctx context.Context, now time.Time, limit int) (int, error)
	// StartScheduled makes the events of up to limit schedules that are due and returns how many it made.
	StartScheduled(ctx context.Context, now time.Time, limit int) (int, error)
	// ReleaseReplies sends up to limit held replies whose time has come and returns how many are settled.
	ReleaseReplies(ctx context.Context, now time.Time, limit int) (int, error)
	// Wakes receives a value soon after this process committed events.
	Wakes() <-chan struct{}
	// Fresh returns the lanes of these events, since it was last asked; known is false when it cannot tell them all.
	Fresh() (lanes []Lane, known bool)
}

// Lane is what is worked on one at a time, in order: a ticket by its id, or an event without a ticket by minus its id.
type Lane int64

// Work is one piece of a lane's work: an event, or the run that goes on.
type Work struct {
	Event int64
	Run   int64 // 0: the event is new
}

// Claim is an event, or a waiting run, with all that deciding about it takes.
type Claim struct {
	Event     Event
	Ticket    *TicketFacts // nil: the event has no ticket, or it is gone
	Directory *Directory
	URL       string
	Workflows []Workflow  // those that the event's name can start, in the admin's order
	Resume    *Resumption // the run that goes on; Workflows holds its version alone. nil: the event is new
	Load      Load
	NewID     func() desk.ID // makes ids for runs
}

// Load puts the fact that a workflow needs into its facts: tickets of the claim's team alone, and locked.
type Load func(ctx context.Context, w *Workflow, n Need, f *Facts) error

// Decide answers a claim with what to save: one Run for each workflow that was considered, in order.
type Decide func(ctx context.Context, c Claim, now time.Time) ([]Run, error)
