package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// saveOverrides notes each field in which an agent changes what a workflow had set last. It runs before the agent's
// own records are written: the newest record of a field is then the one that the agent found. A status moves on as work
// does: there, only the way back to what it was before the workflow counts.
func (s *Store) saveOverrides(ctx context.Context, tx *tx, c *saved) error {
	fields := c.overriding()
	if len(fields) == 0 {
		return nil
	}
	args := []any{s.now(), `"` + string(c.after.Status) + `"`} // as JSON
	for _, field := range fields {
		args = append(args, c.after.ID, field)
	}
	_, err := tx.exec(ctx, `
		INSERT INTO overrides (team_id, workflow_id, version, step_id, run_id, ticket_id, field, created_at)
		SELECT team_id, workflow_id, workflow_version, step_id, run_id, ticket_id, field, CAST(? AS BIGINT)
		FROM changes
		WHERE actor = 'workflow' AND (field <> 'status' OR before = ?) AND id IN (`+rowsOf(newestOfField, len(fields))+`)`, args...)
	if err != nil {
		return fmt.Errorf("note overrides of ticket %d: %w", c.after.ID, err)
	}
	return nil
}

// newestOfField walks changes_ticket from its end.
const newestOfField = `(
	SELECT id
	FROM changes
	WHERE ticket_id = ? AND field = ?
	ORDER BY id DESC
	LIMIT 1)`

// overriding are the changed fields whose value an agent may take from a workflow.
func (c *saved) overriding() []desk.Field {
	if c.by.Kind != desk.ByAgent || c.before == nil {
		return nil
	}
	var fields []desk.Field
	for _, r := range c.outcome.Changes {
		switch r.Field {
		case desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags, desk.FieldSLA:
			fields = append(fields, r.Field)
		case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead:
		}
	}
	return fields
}
