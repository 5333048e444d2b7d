package store

import (
	"context"
	"fmt"
	"slices"

	"signalbox/workflow"
)

// Events returns the latest events of a ticket, up to limit of them, in the order in which they happened.
func (s *Store) Events(ctx context.Context, team, ticketID int64, limit int) ([]workflow.Event, error) {
	var rows []eventRow
	err := list(ctx, s.db, &rows, `
		SELECT id, public_id, team_id, ticket_id, name, properties, due_at, created_at
		FROM events
		WHERE ticket_id = ? AND team_id = ?
		ORDER BY id DESC
		LIMIT ?`, ticketID, team, limit)
	if err != nil {
		return nil, fmt.Errorf("list events of ticket %d: %w", ticketID, err)
	}
	events := make([]workflow.Event, len(rows))
	for i := range rows {
		e, err := rows[i].event()
		if err != nil {
			return nil, err
		}
		events[i] = *e
	}
	slices.Reverse(events)
	return events, nil
}
