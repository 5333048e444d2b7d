package workflow

import (
	"context"
	"time"

	"signalbox/workflow/desk"
)

// Memory is where the engine's work is kept; store implements it.
type Memory interface {
	// PendingTickets returns up to limit tickets that have unprocessed events which are due, longest waiting first.
	PendingTickets(ctx context.Context, now time.Time, limit int) ([]int64, error)
	// ProcessNext claims the ticket and, in one transaction, hands its oldest pending event to
	// decide, saves what it returns and marks the event processed. decide may be called more than
	// once. It returns the event's id, with the error too, or 0 when nothing was pending or another process holds
	// the ticket.
	ProcessNext(ctx context.Context, ticketID int64, now time.Time, decide Decide) (eventID int64, err error)
	// FailEvent records that processing a pending event failed; after attempts enough it is parked.
	FailEvent(ctx context.Context, eventID int64, now time.Time, cause error) error
	// WakeSnoozed ends up to limit snoozes that have passed and returns how many it ended.
	WakeSnoozed(ctx context.Context, now time.Time, limit int) (int, error)
	// Wakes receives a value soon after events were committed, by this process or another.
	Wakes() <-chan struct{}
}

// Claim is an event with all that deciding about it takes.
type Claim struct {
	Event     Event
	Ticket    TicketFacts
	Directory *Directory
	URL       string
	Workflows []Workflow // those that the event's name can start, in the admin's order
	// Load returns a ticket of the claim's team, locked, or nil when the team has none.
	Load func(ctx context.Context, id desk.ID) (*TicketFacts, error)
	// NewID makes ids for runs.
	NewID func() desk.ID
}

// Decide answers a claim with what to save: one Run for each workflow that was considered, in order.
type Decide func(ctx context.Context, c Claim, now time.Time) ([]Run, error)
