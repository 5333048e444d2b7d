package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// StartScheduled implements workflow.Memory. A workflow that was due several times while nothing ran starts once.
func (s *Store) StartScheduled(ctx context.Context, now time.Time, limit int) (int, error) {
	var due []int64
	err := list(ctx, s.db, &due, `
		SELECT id
		FROM workflows
		WHERE next_at IS NOT NULL AND next_at <= ?
		ORDER BY next_at
		LIMIT ?`, now, limit)
	if err != nil {
		return 0, fmt.Errorf("list workflows that are due: %w", err)
	}
	var failed error // one that fails holds up no other
	for _, id := range due {
		if err := s.startScheduled(ctx, id, now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("start workflow %d: %w", id, err))
		}
	}
	return len(due), failed
}

func (s *Store) startScheduled(ctx context.Context, id int64, now time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var row struct {
			TeamID     int64   `db:"team_id"`
			NextAt     micros  `db:"next_at"`
			Definition string  `db:"definition"`
			Timezone   string  `db:"timezone"`
			PublicID   desk.ID `db:"public_id"`
		}
		lock := s.forUpdate()
		if lock != "" {
			lock += ` OF w`
		}
		err := get(ctx, tx, &row, `
			SELECT w.team_id, w.next_at, w.public_id, v.definition, m.timezone
			FROM workflows w
			JOIN workflow_versions v ON v.workflow_id = w.id AND v.version = w.version
			JOIN teams m ON m.id = w.team_id
			WHERE w.id = ? AND w.next_at <= ?`+lock, id, now)
		if noRows(err) {
			return nil // another process was faster
		}
		if err != nil {
			return fmt.Errorf("read scheduled workflow: %w", err)
		}
		if err := s.planNext(ctx, tx, id, nextOf(row.Definition, row.Timezone, now)); err != nil {
			return err
		}
		return s.insertStart(ctx, tx, start{
			team: row.TeamID, workflow: id, name: workflow.ScheduledRun, at: now,
			properties: map[string]any{"scheduled_at": time.Time(row.NextAt).Format(time.RFC3339)},
		})
	})
}

// nextOf is when a stored definition is due next; the zero time when it never is.
func nextOf(definition, zone string, now time.Time) time.Time {
	var d workflow.Definition
	if json.Unmarshal([]byte(definition), &d) != nil || d.Trigger.Schedule == nil {
		return time.Time{}
	}
	next, err := d.Trigger.Schedule.Next(now, zone)
	if err != nil {
		return time.Time{} // what cannot be read was never published; a zone may be gone since
	}
	return next
}

func (s *Store) planNext(ctx context.Context, tx *tx, id int64, next time.Time) error {
	if _, err := tx.exec(ctx, `UPDATE workflows SET next_at = ? WHERE id = ?`, next, id); err != nil {
		return fmt.Errorf("plan workflow %d: %w", id, err)
	}
	return nil
}

// start is an event that no ticket emitted, for one workflow.
type start struct {
	id             desk.ID // of the event; zero: a new one. Where there is one of this id, nothing starts
	team, workflow int64
	ticket         *desk.Ticket // nil: none
	name           desk.EventName
	properties     map[string]any
	at             time.Time
}

func (s *Store) insertStart(ctx context.Context, tx *tx, e start) error {
	properties, err := json.Marshal(e.properties)
	if err != nil {
		return fmt.Errorf("encode properties of %s: %w", e.name, err)
	}
	snapshot, err := json.Marshal(e.ticket)
	if err != nil {
		return fmt.Errorf("encode snapshot: %w", err)
	}
	var ticket any
	if e.ticket != nil {
		ticket = e.ticket.ID
	}
	if e.id.IsZero() {
		e.id = s.newID()
	}
	_, err = tx.exec(ctx, `
		INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at, workflow_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (public_id) DO NOTHING`,
		e.id, e.team, ticket, e.name, string(properties), string(snapshot), e.at, e.at, e.workflow)
	if err != nil {
		return fmt.Errorf("insert %s of workflow %d: %w", e.name, e.workflow, err)
	}
	tx.after(s.wake)
	return nil
}
