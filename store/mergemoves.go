package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// threadColumns are what a thread is counted and told by: of what a message says, no more than a ticket shows of its last
// one. All messages of both tickets are read while the writer waits, and some are long.
const threadColumns = `id, public_id, author, private, SUBSTR(body, 1, 1000) AS body, created_at`

// thread reads all messages of a ticket, oldest first, as far as threadColumns go.
func thread(ctx context.Context, q queryer, t *desk.Ticket) ([]desk.Message, error) {
	var rows []messageRow
	err := list(ctx, q, &rows, `
		SELECT `+threadColumns+`
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
	return messages, addNames(ctx, q, t.TeamID, messages)
}

// addNames gives messages without words their files: a ticket shows the names of those instead.
func addNames(ctx context.Context, q queryer, team int64, messages []desk.Message) error {
	var args []any
	at := map[desk.ID]int{}
	for i := range messages {
		if m := &messages[i]; strings.TrimSpace(m.Body) == "" {
			at[m.PublicID], args = i, append(args, m.PublicID)
		}
	}
	for some := range slices.Chunk(args, rowsPerInsert) {
		var rows []fileRow
		if err := list(ctx, q, &rows, filesOfMessages(len(some)), append(slices.Clone(some), team)...); err != nil {
			return fmt.Errorf("list files of %d messages: %w", len(some), err)
		}
		for i := range rows {
			m := &messages[at[rows[i].MessageID]]
			m.Files = append(m.Files, rows[i].file())
		}
	}
	return nil
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
	for _, statement := range []string{
		`UPDATE messages SET ticket_id = ? WHERE ticket_id = ?`,
		`UPDATE attachments SET ticket_id = ? WHERE ticket_id = ? AND sent_at IS NOT NULL`,
	} {
		if _, err := tx.exec(ctx, statement, p.into.ID, p.from.ID); err != nil {
			return nil, fmt.Errorf("move messages of ticket %d: %w", p.from.ID, err)
		}
	}
	return both, nil
}

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
	ids := make([]int64, len(moved))
	for i, m := range moved {
		ids[i] = m.ID
		if m.CreatedAt == m.Now {
			continue
		}
		// Ticket and time at once: the time that it has now may be taken over there.
		_, err := tx.exec(ctx, `UPDATE messages SET ticket_id = ?, created_at = ? WHERE id = ?`, p.from.ID, m.CreatedAt, m.ID)
		if err != nil {
			return fmt.Errorf("return message %d: %w", m.ID, err)
		}
	}
	return s.moveMessages(ctx, tx, ids, p.from.ID)
}

// moveMessages gives messages and their files to a ticket.
func (s *Store) moveMessages(ctx context.Context, tx *tx, ids []int64, ticket int64) error {
	for some := range slices.Chunk(ids, rowsPerInsert) {
		args := []any{ticket}
		for _, id := range some {
			args = append(args, id)
		}
		these := `(` + rowsOf(`?`, len(some)) + `)`
		for _, statement := range []string{
			`UPDATE messages SET ticket_id = ? WHERE id IN ` + these,
			`UPDATE attachments SET ticket_id = ? WHERE message_id IN (SELECT public_id FROM messages WHERE id IN ` + these + `)`,
		} {
			if _, err := tx.exec(ctx, statement, args...); err != nil {
				return fmt.Errorf("move messages to ticket %d: %w", ticket, err)
			}
		}
	}
	return nil
}
