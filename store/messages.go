package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

const messageColumns = `
	id, public_id, author, author_id, author_name, private, body, run_id, workflow_id, step_id, sent_at, created_at`

type messageRow struct {
	ID         int64          `db:"id"`
	PublicID   desk.ID        `db:"public_id"`
	Author     desk.ActorKind `db:"author"`
	AuthorID   int64          `db:"author_id"`
	AuthorName string         `db:"author_name"`
	Private    bool           `db:"private"`
	Body       string         `db:"body"`
	RunID      desk.ID        `db:"run_id"`
	WorkflowID *int64         `db:"workflow_id"`
	StepID     string         `db:"step_id"`
	SentAt     micros         `db:"sent_at"`
	CreatedAt  micros         `db:"created_at"`
}

func (r *messageRow) message() desk.Message {
	m := desk.Message{
		ID: r.ID, PublicID: r.PublicID, Author: r.Author, AuthorID: r.AuthorID, AuthorName: r.AuthorName,
		Private: r.Private, Body: r.Body, CreatedAt: time.Time(r.CreatedAt), SentAt: time.Time(r.SentAt),
		Step: desk.StepRef{RunID: r.RunID, StepID: r.StepID},
	}
	if r.WorkflowID != nil {
		m.Step.WorkflowID = *r.WorkflowID
	}
	return m
}

// MessageQuery chooses a part of a thread.
type MessageQuery struct {
	After  time.Time // only later ones, strictly; zero for all
	From   time.Time // only those of this moment and later ones; zero for all
	Before time.Time // only earlier ones, strictly; zero for all
	Limit  int       // how many at the most
	Public bool      // leaves out private notes
	Newest bool      // the newest Limit, not the oldest
}

// Messages returns a part of a ticket's thread, oldest first.
func (s *Store) Messages(ctx context.Context, team, ticketID int64, q MessageQuery) ([]desk.Message, error) {
	where, args := `team_id = ? AND ticket_id = ?`, []any{team, ticketID}
	if !q.After.IsZero() {
		where, args = where+` AND created_at > ?`, append(args, q.After)
	}
	if !q.From.IsZero() {
		where, args = where+` AND created_at >= ?`, append(args, q.From)
	}
	if !q.Before.IsZero() {
		where, args = where+` AND created_at < ?`, append(args, q.Before)
	}
	if q.Public {
		where, args = where+` AND private = ?`, append(args, false)
	}
	order := `ASC`
	if q.Newest {
		order = `DESC`
	}

	var rows []messageRow
	err := list(ctx, s.quick, &rows, `
		SELECT `+messageColumns+`
		FROM messages
		WHERE `+where+`
		ORDER BY created_at `+order+`
		LIMIT ?`, append(args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list messages of ticket %d: %w", ticketID, err)
	}
	messages := make([]desk.Message, len(rows))
	for i := range rows {
		messages[i] = rows[i].message()
	}
	if q.Newest {
		slices.Reverse(messages)
	}
	return messages, nil
}

// MessageTime returns when a message of the ticket was written, or a NotFound desk.Error.
func (s *Store) MessageTime(ctx context.Context, team, ticketID int64, message desk.ID) (time.Time, error) {
	var at micros
	err := get(ctx, s.db, &at, `
		SELECT created_at
		FROM messages
		WHERE public_id = ? AND team_id = ? AND ticket_id = ?`, message, team, ticketID)
	if noRows(err) {
		return time.Time{}, desk.Errorf(desk.NotFound, "There is no such message in this ticket. Open the ticket again.")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("find message %s: %w", message, err)
	}
	return time.Time(at), nil
}

func insertMessage(ctx context.Context, tx *tx, t *desk.Ticket, m *desk.Message) error {
	step := stepArgs(m.Step)
	id, err := tx.insert(ctx, `
		INSERT INTO messages (public_id, team_id, ticket_id, author, author_id, author_name, private, body,
			run_id, workflow_id, step_id, sent_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING id`,
		m.PublicID, t.TeamID, t.ID, m.Author, m.AuthorID, m.AuthorName, m.Private, m.Body,
		step.run, step.workflow, m.Step.StepID, m.SentAt, m.CreatedAt)
	if err != nil {
		return fmt.Errorf("insert message of ticket %d: %w", t.ID, err)
	}
	m.ID = id
	return sendFiles(ctx, tx, t, m)
}

// nullStep is a StepRef as columns: NULL where no workflow acted.
type nullStep struct {
	run               desk.ID
	workflow, version *int64
}

func stepArgs(ref desk.StepRef) nullStep {
	if ref.WorkflowID == 0 {
		return nullStep{}
	}
	version := int64(ref.Version)
	return nullStep{run: ref.RunID, workflow: &ref.WorkflowID, version: &version}
}
