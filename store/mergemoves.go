package store

import (
	"context"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// thread reads all messages of a ticket, oldest first.
func thread(ctx context.Context, q queryer, t *desk.Ticket) ([]desk.Message, error) {
	var rows []messageRow
	err := list(ctx, q, &rows, `
		SELECT `+messageColumns+`
		FROM messages
		WHERE ticket_id = ?
		ORDER BY created_at`, t.ID)
	if err != nil {
		return nil, fmt.Errorf("read thread of ticket %d: %w", t.ID, err)
	}
	messages := make([]desk.Message, len(rows))
	for i := range rows {
		messages[i] = rows[i].message()
	}
	return messages, nil
}

// moveThread makes all messages of one ticket the other's, and returns the thread that results.
func (s *Store) moveThread(ctx context.Context, tx *tx, p ticketPair, merge int64) ([]desk.Message, error) {
	source, err := thread(ctx, tx, &p.from)
	if err != nil {
		return nil, err
	}
	target, err := thread(ctx, tx, &p.into)
	if err != nil {
		return nil, err
	}
	both, shifted := desk.Interleave(target, source)
	_, err = tx.exec(ctx, `
		INSERT INTO moved_messages (team_id, merge_id, message_id, created_at)
		SELECT team_id, ?, id, created_at
		FROM messages
		WHERE ticket_id = ?`, merge, p.from.ID)
	if err != nil {
		return nil, fmt.Errorf("note messages of merge %d: %w", merge, err)
	}
	for _, m := range slices.Backward(shifted) { // the last first: no two may have the same time in between
		if err := setMessageTime(ctx, tx, m); err != nil {
			return nil, err
		}
	}
	for _, table := range followMessages() {
		if _, err := tx.exec(ctx, `
			UPDATE `+table+`
			SET ticket_id = ?
			WHERE ticket_id = ?`, p.into.ID, p.from.ID); err != nil {
			return nil, fmt.Errorf("move %s of ticket %d: %w", table, p.from.ID, err)
		}
	}
	return both, nil
}

// followMessages are the tables whose rows belong to a message and go with it.
func followMessages() []string { return []string{"messages"} }

func setMessageTime(ctx context.Context, tx *tx, m desk.Message) error {
	if _, err := tx.exec(ctx, `UPDATE messages SET created_at = ? WHERE id = ?`, m.CreatedAt, m.ID); err != nil {
		return fmt.Errorf("set time of message %d: %w", m.ID, err)
	}
	return nil
}

// returnMessages gives back what a merge moved and is still where it went, each at its own time.
func (s *Store) returnMessages(ctx context.Context, tx *tx, p ticketPair, merge int64) error {
	var moved []struct {
		ID        int64  `db:"id"`
		CreatedAt micros `db:"created_at"`
		Now       micros `db:"now"`
	}
	err := list(ctx, tx, &moved, `
		SELECT m.id, v.created_at, m.created_at AS now
		FROM moved_messages v
		JOIN messages m ON m.id = v.message_id
		WHERE v.team_id = ? AND v.merge_id = ? AND m.ticket_id = ?
		ORDER BY v.created_at`, p.from.TeamID, merge, p.into.ID)
	if err != nil {
		return fmt.Errorf("read messages of merge %d: %w", merge, err)
	}
	var same []int64
	for _, m := range moved {
		if m.CreatedAt == m.Now {
			same = append(same, m.ID)
			continue
		}
		// Ticket and time at once: the time that it has now may be taken over there.
		_, err := tx.exec(ctx, `UPDATE messages SET ticket_id = ?, created_at = ? WHERE id = ?`, p.from.ID, m.CreatedAt, m.ID)
		if err != nil {
			return fmt.Errorf("return message %d: %w", m.ID, err)
		}
	}
	return s.moveMessages(ctx, tx, same, p.from.ID)
}

// moveMessages gives messages, and what goes with them, to a ticket.
func (s *Store) moveMessages(ctx context.Context, tx *tx, ids []int64, ticket int64) error {
	for some := range slices.Chunk(ids, rowsPerInsert) {
		args := []any{ticket}
		for _, id := range some {
			args = append(args, id)
		}
		if _, err := tx.exec(ctx, `
			UPDATE messages
			SET ticket_id = ?
			WHERE id IN (`+rowsOf(`?`, len(some))+`)`, args...); err != nil {
			return fmt.Errorf("move messages to ticket %d: %w", ticket, err)
		}
	}
	return nil
}

// movedFrom are the messages that merges took from a ticket.
const movedFrom = `
	SELECT v.message_id
	FROM merges g
	JOIN moved_messages v ON v.team_id = g.team_id AND v.merge_id = g.id
	WHERE g.team_id = ? AND g.from_id = ? AND g.undone_at IS NULL`
