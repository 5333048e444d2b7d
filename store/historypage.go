package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// HistoryQuery asks for a page of a ticket's history, newest first. Reading alone is left out.
type HistoryQuery struct {
	Actors []desk.ActorKind // none: everybody
	Fields []desk.Field     // none: all
	Before int64            // only records before this one, 0 for the newest
	Limit  int
}

// HistoryPage returns the page, and where the next one begins: 0 at the end.
func (s *Store) HistoryPage(ctx context.Context, team, ticketID int64, q HistoryQuery) ([]HistoryEntry, int64, error) {
	where := clauses{texts: []string{`c.ticket_id = ?`, `c.team_id = ?`, `c.field <> 'read'`}, args: []any{ticketID, team}}
	in(&where, `c.actor`, q.Actors)
	in(&where, `c.field`, q.Fields)
	if q.Before > 0 {
		where.add(`c.id < ?`, q.Before)
	}
	entries, err := s.changesWhere(ctx, where, `DESC`, q.Limit+1)
	if err != nil || len(entries) <= q.Limit {
		return entries, 0, err
	}
	entries = entries[:q.Limit]
	return entries, entries[q.Limit-1].ID, nil
}

// changesWhere takes an order of its own, ASC or DESC.
func (s *Store) changesWhere(ctx context.Context, where clauses, order string, limit int) ([]HistoryEntry, error) {
	var rows []changeRow
	err := list(ctx, s.db, &rows, `
		SELECT `+historyColumns+`
		FROM changes c
		LEFT JOIN workflows w ON w.id = c.workflow_id
		WHERE `+where.text()+`
		ORDER BY c.id `+order+`
		LIMIT ?`, append(slices.Clone(where.args), limit)...)
	if err != nil {
		return nil, fmt.Errorf("list history: %w", err)
	}
	entries := make([]HistoryEntry, len(rows))
	for i := range rows {
		if entries[i], err = rows[i].entry(); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// exportChunk is how much of a ticket's past is in memory at once while it is read to the end.
const exportChunk = 500

// EachChange hands every change record of a ticket to do, oldest first.
func (s *Store) EachChange(ctx context.Context, team, ticketID int64, do func(HistoryEntry) error) error {
	after := int64(0)
	for {
		where := clauses{texts: []string{`c.ticket_id = ?`, `c.team_id = ?`, `c.id > ?`}, args: []any{ticketID, team, after}}
		entries, err := s.changesWhere(ctx, where, `ASC`, exportChunk)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := do(e); err != nil {
				return err
			}
			after = e.ID
		}
		if len(entries) < exportChunk {
			return nil
		}
	}
}

// EachMessage hands every message of a ticket to do, private notes too, oldest first.
func (s *Store) EachMessage(ctx context.Context, team, ticketID int64, do func(desk.Message) error) error {
	after := time.Time{}
	for {
		messages, err := s.Messages(ctx, team, ticketID, MessageQuery{After: after, Limit: exportChunk})
		if err != nil {
			return err
		}
		for _, m := range messages {
			if err := do(m); err != nil {
				return err
			}
			after = m.CreatedAt
		}
		if len(messages) < exportChunk {
			return nil
		}
	}
}

// PastEventLine is what is said of an event without its properties.
type PastEventLine struct {
	PublicID desk.ID
	Name     desk.EventName
	At       time.Time
}

// EachEvent hands every event of a ticket to do, oldest first.
func (s *Store) EachEvent(ctx context.Context, team, ticketID int64, do func(PastEventLine) error) error {
	type eventLine struct {
		ID        int64          `db:"id"`
		PublicID  desk.ID        `db:"public_id"`
		Name      desk.EventName `db:"name"`
		CreatedAt micros         `db:"created_at"`
	}
	after := int64(0)
	for {
		var rows []eventLine
		err := list(ctx, s.db, &rows, `
			SELECT id, public_id, name, created_at
			FROM events
			WHERE team_id = ? AND ticket_id = ? AND id > ?
			ORDER BY id
			LIMIT ?`, team, ticketID, after, exportChunk)
		if err != nil {
			return fmt.Errorf("list events of ticket %d: %w", ticketID, err)
		}
		for _, r := range rows {
			if err := do(PastEventLine{r.PublicID, r.Name, time.Time(r.CreatedAt)}); err != nil {
				return err
			}
			after = r.ID
		}
		if len(rows) < exportChunk {
			return nil
		}
	}
}
