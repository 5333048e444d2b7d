package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// saveOverrides notes each field in which an agent takes back what a workflow had set last. It runs before the agent's
// own records are written: the newest record of a field is then the one that the agent found.
func (s *Store) saveOverrides(ctx context.Context, tx *tx, c *saved) error {
	fields := c.overriding()
	if len(fields) == 0 {
		return nil
	}
	var args []any
	for _, r := range fields {
		args = append(args, c.after.ID, r.Field)
	}
	var found []overridable
	err := list(ctx, tx, &found, `
		SELECT workflow_id, workflow_version, step_id, run_id, field, before, after
		FROM changes
		WHERE actor = 'workflow' AND id IN (`+rowsOf(newestOfField, len(fields))+`)`, args...)
	if err != nil {
		return fmt.Errorf("read what workflows set on ticket %d: %w", c.after.ID, err)
	}
	for i := range found {
		if err := s.saveOverride(ctx, tx, c, &found[i]); err != nil {
			return err
		}
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

// overridable is a field that a workflow set last.
type overridable struct {
	WorkflowID int64      `db:"workflow_id"`
	Version    int        `db:"workflow_version"`
	StepID     string     `db:"step_id"`
	RunID      desk.ID    `db:"run_id"`
	Field      desk.Field `db:"field"`
	Before     string     `db:"before"`
	After      string     `db:"after"`
}

func (s *Store) saveOverride(ctx context.Context, tx *tx, c *saved, by *overridable) error {
	set := desk.Record{Field: by.Field}
	if err := readValues(&set, by.Before, by.After); err != nil {
		return err
	}
	change, err := c.recorded(by.Field)
	if err != nil {
		return err
	}
	rules, err := s.rules(ctx, tx, c.after.TeamID)
	if err != nil {
		return err
	}
	member := func(role, user int64) bool { return slices.Contains(rules.directory.Roles[role].Members, user) }
	if !desk.Overrides(set, change, member) {
		return nil
	}
	_, err = tx.exec(ctx, `
		INSERT INTO overrides (team_id, workflow_id, version, step_id, run_id, ticket_id, field, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.after.TeamID, by.WorkflowID, by.Version, by.StepID, by.RunID, c.after.ID, by.Field, s.now())
	if err != nil {
		return fmt.Errorf("note override on ticket %d: %w", c.after.ID, err)
	}
	return nil
}

// overriding are the changed fields whose value an agent may take from a workflow.
func (c *saved) overriding() []desk.Record {
	if c.by.Kind != desk.ByAgent || c.before == nil {
		return nil
	}
	var fields []desk.Record
	for _, r := range c.outcome.Changes {
		switch r.Field {
		case desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags, desk.FieldSLA:
			fields = append(fields, r)
		case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
		}
	}
	return fields
}

// recorded is the change of a field with its values as they will be kept.
func (c *saved) recorded(field desk.Field) (desk.Record, error) {
	out := desk.Record{Field: field}
	for _, r := range c.outcome.Changes {
		if r.Field != field {
			continue
		}
		before, err := json.Marshal(r.Before)
		if err != nil {
			return out, fmt.Errorf("encode %s: %w", field, err)
		}
		after, err := json.Marshal(r.After)
		if err != nil {
			return out, fmt.Errorf("encode %s: %w", field, err)
		}
		err = readValues(&out, string(before), string(after))
		return out, err
	}
	return out, nil
}

func readValues(r *desk.Record, before, after string) error {
	if err := json.Unmarshal([]byte(before), &r.Before); err != nil {
		return fmt.Errorf("read change of %s: %w", r.Field, err)
	}
	if err := json.Unmarshal([]byte(after), &r.After); err != nil {
		return fmt.Errorf("read change of %s: %w", r.Field, err)
	}
	return nil
}
