package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// The names of feeds: how far somebody has read, which only moves in the transaction that keeps what was read.
const (
	searchFeed = "search"      // the last change that is indexed
	searchWalk = "search walk" // the last message of a walk over all of them
	walkOver   = -1
)

// position is where a feed stands.
type position struct {
	name string
	seq  int64
}

func (s *Store) position(ctx context.Context, q queryer, name string) (position, error) {
	p := position{name: name}
	if err := get(ctx, q, &p.seq, `SELECT seq FROM feeds WHERE name = ?`, name); err != nil {
		return p, fmt.Errorf("read position of %s: %w", name, err)
	}
	return p, nil
}

// advance moves a feed on. It reports false when somebody else, of this process or another, has moved it since p was
// read: what was read there is theirs then.
func advance(ctx context.Context, tx *tx, p position, to int64) (bool, error) {
	n, err := tx.exec(ctx, `
		UPDATE feeds
		SET seq = ?
		WHERE name = ? AND seq = ?`, to, p.name, p.seq)
	if err != nil {
		return false, fmt.Errorf("move %s: %w", p.name, err)
	}
	return n == 1, nil
}

// feedRow is a change as the readers of the feed need it.
type feedRow struct {
	Seq       int64      `db:"seq"`
	TicketID  int64      `db:"ticket_id"`
	Field     desk.Field `db:"field"`
	MessageID desk.ID    `db:"message_id"`
}

// changesAfter returns the next committed changes, of all teams, in the order of their commits. None is ever missed:
// an identity is no such order on PostgreSQL, so a stamper gives those that are committed their seq.
func (s *Store) changesAfter(ctx context.Context, seq int64, limit int) ([]feedRow, error) {
	text := s.engine.fullText()
	if err := text.stamp(ctx, s); err != nil {
		return nil, err
	}
	var rows []feedRow
	err := list(ctx, s.db, &rows, `
		SELECT `+text.order()+` AS seq, ticket_id, field, message_id
		FROM changes
		WHERE `+text.order()+` > ?
		ORDER BY `+text.order()+`
		LIMIT ?`, seq, limit)
	if err != nil {
		return nil, fmt.Errorf("read changes after %d: %w", seq, err)
	}
	return rows, nil
}

// lastChange is the seq of the newest change that was committed by now.
func (s *Store) lastChange(ctx context.Context) (int64, error) {
	text := s.engine.fullText()
	if err := text.stamp(ctx, s); err != nil {
		return 0, err
	}
	var last int64
	err := get(ctx, s.db, &last, `SELECT COALESCE(MAX(`+text.order()+`), 0) FROM changes`)
	if err != nil {
		return 0, fmt.Errorf("read last change: %w", err)
	}
	return last, nil
}
