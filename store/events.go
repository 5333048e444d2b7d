package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// insertEvents writes events as pending work, each with the ticket as of the change.
func (s *Store) insertEvents(ctx context.Context, tx *tx, t *desk.Ticket, events []desk.Event) error {
	if len(events) == 0 {
		return nil
	}
	snapshot, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode snapshot of ticket %d: %w", t.ID, err)
	}
	var args []any
	for i := range events {
		properties, err := json.Marshal(events[i].Properties)
		if err != nil {
			return fmt.Errorf("encode properties of %s: %w", events[i].Name, err)
		}
		when := events[i].At
		args = append(args, s.newID(), t.TeamID, t.ID, events[i].Name, string(properties), string(snapshot), when, when)
	}
	_, err = tx.exec(ctx, `
		INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at)
		VALUES `+rowsOf(`(?, ?, ?, ?, ?, ?, ?, ?)`, len(events)), args...)
	if err != nil {
		return fmt.Errorf("insert events of ticket %d: %w", t.ID, err)
	}
	return nil
}

// rowsOf repeats one row of placeholders n times.
func rowsOf(row string, n int) string {
	return strings.TrimSuffix(strings.Repeat(row+`, `, n), `, `)
}
