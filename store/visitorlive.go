package store

import (
	"context"
	"fmt"
)

// mostFollowed is how many of their tickets, the newest, a visitor hears of at once.
const mostFollowed = 100

// VisitorTickets returns the ids of the visitor's newest tickets, newest first. One that was merged goes on in one of
// them.
func (s *Store) VisitorTickets(ctx context.Context, team int64, v Visitor) ([]int64, error) {
	var where clauses
	where.add(`t.team_id = ?`, team)
	v.reads(&where)
	where.add(`t.merged_into IS NULL`)
	var ids []int64
	err := list(ctx, s.db, &ids, `
		SELECT t.id
		FROM tickets t
		WHERE `+where.text()+`
		ORDER BY t.created_at DESC, t.id DESC
		LIMIT ?`, append(where.args, mostFollowed)...)
	if err != nil {
		return nil, fmt.Errorf("list ids of a visitor's tickets: %w", err)
	}
	return ids, nil
}
