package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// SessionTickets returns a page of the tickets that a widget session opened, newest first, and how
// many there are. session is the SHA-256 of the session's id; status "" does not narrow.
func (s *Store) SessionTickets(
	ctx context.Context, team int64, session []byte, status desk.Status, page Page,
) ([]desk.Ticket, int, error) {
	var where clauses
	where.add(`t.team_id = ? AND t.widget_session = ? AND t.verified_identity = ?`, team, session, false)
	if status != "" {
		where.add(`t.status = ?`, string(status))
	}
	var total int
	if err := get(ctx, s.db, &total, `SELECT COUNT(*) FROM tickets t WHERE `+where.text(), where.args...); err != nil {
		return nil, 0, fmt.Errorf("count tickets of a widget session: %w", err)
	}
	var rows []ticketRow
	err := list(ctx, s.db, &rows, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE `+where.text()+`
		ORDER BY t.created_at DESC, t.id DESC
		LIMIT ? OFFSET ?`, append(where.args, page.Limit, page.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("list tickets of a widget session: %w", err)
	}
	tickets, err := ticketsOf(rows)
	return tickets, total, err
}

// Page is a stretch of a list that is short by nature: one person's own tickets.
type Page struct{ Limit, Offset int }

// OwnedBySession reports whether a widget session opened the ticket, and no verified identity has taken it over.
func (s *Store) OwnedBySession(ctx context.Context, team, ticketID int64, session []byte) (bool, error) {
	var found int
	err := get(ctx, s.db, &found, `
		SELECT 1
		FROM tickets
		WHERE team_id = ? AND id = ? AND widget_session = ? AND verified_identity = ?`, team, ticketID, session, false)
	if noRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up owner of ticket %d: %w", ticketID, err)
	}
	return true, nil
}
