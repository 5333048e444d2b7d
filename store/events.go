package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
	rows := make([][]any, len(events))
	for i := range events {
		properties, err := json.Marshal(events[i].Properties)
		if err != nil {
			return fmt.Errorf("encode properties of %s: %w", events[i].Name, err)
		}
		when := events[i].At
		rows[i] = []any{s.newID(), t.TeamID, t.ID, events[i].Name, string(properties), string(snapshot), when, when}
	}
	err = tx.insertRows(ctx, `
		INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert events of ticket %d: %w", t.ID, err)
	}
	return nil
}

// rowsPerInsert keeps a statement below SQLite's 32,766 parameters.
const rowsPerInsert = 500

// insertRows sends rows of equal length with as few statements as can be; insert ends in VALUES.
func (t *tx) insertRows(ctx context.Context, insert string, rows [][]any) error {
	for some := range slices.Chunk(rows, rowsPerInsert) {
		row := `(` + rowsOf(`?`, len(some[0])) + `)`
		if _, err := t.exec(ctx, insert+rowsOf(row, len(some)), slices.Concat(some...)...); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf repeats one row of placeholders n times.
func rowsOf(row string, n int) string {
	return strings.TrimSuffix(strings.Repeat(row+`, `, n), `, `)
}
