package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// NewNotice tells members of a team something within the desk.
type NewNotice struct {
	UserIDs    []int64
	Body       string
	WorkflowID int64 // 0: none, as with the next two
	RunID      desk.ID
	TicketID   int64
}

// insertNotifications keeps a notice for each of its users.
func (s *Store) insertNotifications(ctx context.Context, tx *tx, team int64, n NewNotice) error {
	rows, now := make([][]any, len(n.UserIDs)), s.now()
	for i, user := range n.UserIDs {
		rows[i] = []any{s.newID(), team, user, orNull(n.TicketID), orNull(n.WorkflowID), n.RunID, n.Body, now}
	}
	err := tx.insertRows(ctx, `
		INSERT INTO notifications (public_id, team_id, user_id, ticket_id, workflow_id, run_id, body, created_at)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert notifications of team %d: %w", team, err)
	}
	s.ring(tx, team, n.UserIDs)
	return nil
}

// Notification is a notice as its user sees it.
type Notification struct {
	ID           int64
	TicketNumber int64 // 0: it is about no ticket, or about one that is gone
	Subject      string
	Kind         desk.NoticeKind
	Tickets      int     // how many it is about, where it is about several at once
	Actor        string  // who did what it tells of, "" for a workflow's notice
	MessageID    desk.ID // zero: it is about no message
	Workflow     string  // who sent it, "" when that workflow is gone
	Body         string
	At           time.Time
	Read         bool
}

// Notifications returns up to limit notices of a member, newest first; before is the ID that they are older than, 0
// for the newest.
func (s *Store) Notifications(ctx context.Context, team, user, before int64, limit int) ([]Notification, error) {
	var where clauses
	where.add(`n.team_id = ? AND n.user_id = ?`, team, user)
	if before != 0 {
		where.add(`n.id < ?`, before)
	}
	var rows []struct {
		ID        int64           `db:"id"`
		Number    int64           `db:"number"`
		Subject   string          `db:"subject"`
		Kind      desk.NoticeKind `db:"kind"`
		Tickets   int             `db:"tickets"`
		Actor     string          `db:"actor_name"`
		MessageID desk.ID         `db:"message_id"`
		Workflow  string          `db:"workflow"`
		Body      string          `db:"body"`
		CreatedAt micros          `db:"created_at"`
		ReadAt    micros          `db:"read_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT n.id, COALESCE(t.number, 0) AS number, COALESCE(t.subject, '') AS subject,
			n.kind, n.tickets, n.actor_name, n.message_id, COALESCE(w.name, '') AS workflow, n.body, n.created_at, n.read_at
		FROM notifications n
		LEFT JOIN tickets t ON t.id = n.ticket_id
		LEFT JOIN workflows w ON w.id = n.workflow_id
		WHERE `+where.text()+`
		ORDER BY n.id DESC
		LIMIT ?`, append(where.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list notifications of user %d: %w", user, err)
	}
	notices := make([]Notification, len(rows))
	for i, r := range rows {
		notices[i] = Notification{
			ID: r.ID, TicketNumber: r.Number, Subject: r.Subject, Kind: r.Kind, Tickets: r.Tickets, Actor: r.Actor, MessageID: r.MessageID, Workflow: r.Workflow, Body: r.Body,
			At: time.Time(r.CreatedAt), Read: !time.Time(r.ReadAt).IsZero(),
		}
	}
	return notices, nil
}

// UnreadNotifications counts the unread notices of a member, up to most.
func (s *Store) UnreadNotifications(ctx context.Context, team, user int64, most int) (int, error) {
	var count int
	err := get(ctx, s.quick, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM notifications
			WHERE team_id = ? AND user_id = ? AND read_at IS NULL
			LIMIT ?) AS unread`, team, user, most)
	if err != nil {
		return 0, fmt.Errorf("count unread notifications of user %d: %w", user, err)
	}
	return count, nil
}

// MarkNotificationsRead marks a member's notices as read up to the one of ID last: one that came in since the page
// was drawn stays unread.
func (s *Store) MarkNotificationsRead(ctx context.Context, team, user, last int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE notifications
			SET read_at = ?
			WHERE team_id = ? AND user_id = ? AND read_at IS NULL AND id <= ?`, s.now(), team, user, last)
		if err != nil {
			return fmt.Errorf("mark notifications of user %d read: %w", user, err)
		}
		return nil
	})
}
