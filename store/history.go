package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// insertChanges writes one row for each changed field or message.
func (s *Store) insertChanges(ctx context.Context, tx *tx, changes []saved) error {
	var rows [][]any
	now := s.now()
	for _, c := range changes {
		step := stepArgs(c.by.Step)
		for _, r := range c.outcome.Changes {
			before, err := json.Marshal(r.Before)
			if err != nil {
				return fmt.Errorf("encode %s before: %w", r.Field, err)
			}
			after, err := json.Marshal(r.After)
			if err != nil {
				return fmt.Errorf("encode %s after: %w", r.Field, err)
			}
			rows = append(rows, []any{
				c.after.TeamID, c.after.ID, r.Field, string(before), string(after), r.MessageID,
				c.by.Kind, c.by.ID, c.by.Name, step.workflow, step.version, step.run, c.by.Step.StepID, now,
			})
		}
	}
	err := tx.insertRows(ctx, `
		INSERT INTO changes (team_id, ticket_id, field, before, after, message_id,
			actor, actor_id, actor_name, workflow_id, workflow_version, run_id, step_id, created_at)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert changes: %w", err)
	}
	tx.after(s.rouseSearch)
	return nil
}

// HistoryEntry is one change record, ready to be read.
type HistoryEntry struct {
	ID int64
	desk.Record
	Actor        desk.Actor
	WorkflowID   desk.ID // zero unless a workflow acted
	WorkflowName string
	At           time.Time
}

type changeRow struct {
	ID           int64          `db:"id"`
	Field        desk.Field     `db:"field"`
	Before       string         `db:"before"`
	After        string         `db:"after"`
	MessageID    desk.ID        `db:"message_id"`
	Actor        desk.ActorKind `db:"actor"`
	ActorID      int64          `db:"actor_id"`
	ActorName    string         `db:"actor_name"`
	Version      int            `db:"workflow_version"`
	RunID        desk.ID        `db:"run_id"`
	StepID       string         `db:"step_id"`
	WorkflowID   desk.ID        `db:"workflow_public_id"`
	WorkflowName string         `db:"workflow_name"`
	CreatedAt    micros         `db:"created_at"`
}

const historyColumns = `
	c.id, c.field, c.before, c.after, c.message_id, c.actor, c.actor_id, c.actor_name,
	COALESCE(c.workflow_version, 0) AS workflow_version, c.run_id, c.step_id,
	w.public_id AS workflow_public_id, COALESCE(w.name, '') AS workflow_name, c.created_at`

// History returns up to limit change records of a ticket, newest first.
func (s *Store) History(ctx context.Context, team, ticketID int64, limit int) ([]HistoryEntry, error) {
	return s.history(ctx, `
		SELECT `+historyColumns+`
		FROM changes c
		LEFT JOIN workflows w ON w.id = c.workflow_id
		WHERE c.ticket_id = ? AND c.team_id = ?
		ORDER BY c.id DESC
		LIMIT ?`, ticketID, team, limit)
}

// fieldChanges has an index of its own: in a long thread nearly all records are of messages.
const fieldChanges = `
	SELECT ` + historyColumns + `
	FROM changes c
	LEFT JOIN workflows w ON w.id = c.workflow_id
	WHERE c.ticket_id = ? AND c.team_id = ?
		AND c.field <> 'ticket' AND c.field <> 'message' AND c.field <> 'note' AND c.field <> 'read'
	ORDER BY c.id DESC
	LIMIT ?`

// FieldChanges is History without the opening, messages, notes and reading.
func (s *Store) FieldChanges(ctx context.Context, team, ticketID int64, limit int) ([]HistoryEntry, error) {
	return s.history(ctx, fieldChanges, ticketID, team, limit)
}

// newestOfFields looks at a bounded number of records; it is asked only where there are many.
const newestOfFields = `
	SELECT ` + historyColumns + `
	FROM changes c
	LEFT JOIN workflows w ON w.id = c.workflow_id
	WHERE c.id IN (
		SELECT MAX(newest.id)
		FROM (
			SELECT id, field
			FROM changes
			WHERE ticket_id = ? AND field <> 'ticket' AND field <> 'message' AND field <> 'note' AND field <> 'read'
			ORDER BY id DESC
			LIMIT 200) AS newest
		GROUP BY newest.field) AND c.team_id = ?
	ORDER BY c.id DESC
	LIMIT ?`

// NewestChanges returns the newest record of each field among the ticket's 200 newest, newest first.
func (s *Store) NewestChanges(ctx context.Context, team, ticketID int64) ([]HistoryEntry, error) {
	const fields = 100 // more than there are
	return s.history(ctx, newestOfFields, ticketID, team, fields)
}

func (s *Store) history(ctx context.Context, query string, ticketID, team int64, limit int) ([]HistoryEntry, error) {
	var rows []changeRow
	err := list(ctx, s.quick, &rows, query, ticketID, team, limit)
	if err != nil {
		return nil, fmt.Errorf("list history of ticket %d: %w", ticketID, err)
	}
	entries := make([]HistoryEntry, len(rows))
	for i := range rows {
		if entries[i], err = rows[i].entry(); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func (r *changeRow) entry() (HistoryEntry, error) {
	e := HistoryEntry{
		ID: r.ID, Record: desk.Record{Field: r.Field, MessageID: r.MessageID},
		Actor: desk.Actor{
			Kind: r.Actor, ID: r.ActorID, Name: r.ActorName,
			Step: desk.StepRef{Version: r.Version, RunID: r.RunID, StepID: r.StepID},
		},
		WorkflowID: r.WorkflowID, WorkflowName: r.WorkflowName, At: time.Time(r.CreatedAt),
	}
	if err := json.Unmarshal([]byte(r.Before), &e.Before); err != nil {
		return HistoryEntry{}, fmt.Errorf("read change %d: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.After), &e.After); err != nil {
		return HistoryEntry{}, fmt.Errorf("read change %d: %w", r.ID, err)
	}
	return e, nil
}
