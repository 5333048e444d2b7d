package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// mostSince bounds what is read of what others wrote since; the first person among them decides.
const mostSince = 100

// completeMessage gives a new message its id, and what came after the one that its writer had seen.
func (s *Store) completeMessage(ctx context.Context, tx *tx, row *ticketRow, m desk.AddMessage) (desk.AddMessage, error) {
	if m.ID.IsZero() {
		m.ID = s.newID()
	} else if err := checkNew(ctx, tx, m.ID); err != nil {
		return m, err
	}
	if m.Seen.IsZero() {
		return m, nil
	}
	var err error
	m.Since, err = since(ctx, tx, row.ID, m.Seen)
	return m, err
}

// ErrSent answers a message that comes a second time, as a form does that was sent twice.
var ErrSent = desk.Errorf(desk.Conflict, "This message was sent already.")

func checkNew(ctx context.Context, tx *tx, message desk.ID) error {
	var found int
	err := get(ctx, tx, &found, `SELECT 1 FROM messages WHERE public_id = ?`, message)
	if noRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for message %s: %w", message, err)
	}
	return ErrSent
}

// errSeenGone answers a reply whose writer looked at a message that is not of the ticket, or no longer: a split or the
// undo of a merge moves messages.
var errSeenGone = desk.FieldErrorf("seen", "The newest message of the page is not of this ticket. Open the ticket again.")

// since lists who wrote to a ticket after a message of it.
func since(ctx context.Context, tx *tx, ticketID int64, seen desk.ID) ([]desk.Message, error) {
	var at micros
	err := get(ctx, tx, &at, `
		SELECT created_at
		FROM messages
		WHERE public_id = ? AND ticket_id = ?`, seen, ticketID)
	if noRows(err) {
		return nil, errSeenGone
	}
	if err != nil {
		return nil, fmt.Errorf("look for message %s: %w", seen, err)
	}
	var rows []struct {
		Author     desk.ActorKind `db:"author"`
		AuthorID   int64          `db:"author_id"`
		AuthorName string         `db:"author_name"`
		Private    bool           `db:"private"`
	}
	err = list(ctx, tx, &rows, `
		SELECT author, author_id, author_name, private
		FROM messages
		WHERE ticket_id = ? AND created_at > ?
		ORDER BY created_at
		LIMIT ?`, ticketID, time.Time(at), mostSince)
	if err != nil {
		return nil, fmt.Errorf("list messages of ticket %d since: %w", ticketID, err)
	}
	messages := make([]desk.Message, len(rows))
	for i, r := range rows {
		messages[i] = desk.Message{Author: r.Author, AuthorID: r.AuthorID, AuthorName: r.AuthorName, Private: r.Private}
	}
	return messages, nil
}
