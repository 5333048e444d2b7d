package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Skipped is a workflow that an event named and that did not run, with the reason.
type Skipped struct {
	Workflow   string  `json:"workflow"`
	WorkflowID desk.ID `json:"workflow_id"`
	Why        string  `json:"why"`
}

// Consideration says which workflows an event named that did not run.
type Consideration struct {
	Event   desk.EventName
	At      time.Time
	Skipped []Skipped
}

func (s *Store) insertConsideration(ctx context.Context, tx *tx, claim *workflow.Claim, skipped []Skipped) error {
	if len(skipped) == 0 {
		return nil
	}
	text, err := json.Marshal(skipped)
	if err != nil {
		return fmt.Errorf("encode reasons: %w", err)
	}
	_, err = tx.exec(ctx, `
		INSERT INTO considerations (event_id, team_id, ticket_id, skipped, created_at)
		VALUES (?, ?, ?, ?, ?)`, claim.Event.ID, claim.Event.TeamID, orNull(claim.Event.TicketID), string(text), s.now())
	if err != nil {
		return fmt.Errorf("insert reasons of event %d: %w", claim.Event.ID, err)
	}
	return nil
}

// Considered returns, newest first, the latest events of a ticket that named workflows which did not run.
func (s *Store) Considered(ctx context.Context, team, ticketID int64, limit int) ([]Consideration, error) {
	var rows []struct {
		Event     desk.EventName `db:"name"`
		CreatedAt micros         `db:"created_at"`
		Skipped   string         `db:"skipped"`
	}
	err := list(ctx, s.quick, &rows, `
		SELECT e.name, e.created_at, k.skipped
		FROM considerations k
		JOIN events e ON e.id = k.event_id
		WHERE k.ticket_id = ? AND k.team_id = ?
		ORDER BY k.event_id DESC
		LIMIT ?`, ticketID, team, limit)
	if err != nil {
		return nil, fmt.Errorf("list reasons of ticket %d: %w", ticketID, err)
	}
	out := make([]Consideration, len(rows))
	for i, r := range rows {
		out[i] = Consideration{Event: r.Event, At: time.Time(r.CreatedAt)}
		if err := json.Unmarshal([]byte(r.Skipped), &out[i].Skipped); err != nil {
			return nil, fmt.Errorf("read reasons of ticket %d: %w", ticketID, err)
		}
	}
	return out, nil
}
