package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// Outgoing is a reply or a note on its way.
type Outgoing struct {
	TicketID int64
	ID       desk.ID // of the message to be, zero for a new one
	Body     string
	Files    []desk.File // only their ids are believed
	Private  bool
	Then     desk.Status // to set with it, "" for none
	Macro    desk.ID     // whose changes are made with it, zero for none; Then counts for more than its status
	Seen     desk.ID     // the newest message that its writer had before them; zero: no stale-reply guard
	Draft    int64       // the revision of the draft that it was, 0 for none
	At       time.Time   // of HoldMessage: when it is to be sent
}

// change makes the message and the status one change, message first.
func (m *Outgoing) change() desk.All {
	add := desk.AddMessage{ID: m.ID, Body: m.Body, Files: m.Files, Private: m.Private, Seen: m.Seen}
	if m.Then == "" {
		return desk.All{add}
	}
	return desk.All{add, desk.SetStatus{To: m.Then}}
}

// SendMessage adds the message to its ticket and ends the draft that it was, in one transaction. One that others have
// written before is refused, see desk.IsStale; one that is there already, word for word, is ErrSent.
func (s *Store) SendMessage(ctx context.Context, by desk.Actor, team int64, m Outgoing) (Changed, error) {
	var changed Changed
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		m, err := s.unsent(ctx, tx, team, m)
		if err != nil {
			return err
		}
		change, err := s.withMacro(ctx, tx, by, team, &m)
		if err != nil {
			return err
		}
		if changed, err = s.changeTicket(ctx, tx, by, ticketKey{team, m.TicketID}, change); err != nil {
			return err
		}
		return clearDraft(ctx, tx, DraftKey{team, by.ID, m.TicketID}, ReplyDraft{Rev: m.Draft, Body: m.Body})
	})
	return changed, err
}

// HoldMessage keeps the message until its time; ReleaseReplies sends it then, whatever happens to this process. What
// could not be sent now is refused now. It returns the id that the reply waits under, also with ErrSent.
func (s *Store) HoldMessage(ctx context.Context, by desk.Actor, team int64, m Outgoing) (desk.ID, error) {
	if err := desk.CheckRelease(m.At, s.now()); err != nil {
		return desk.ID{}, err
	}
	var id desk.ID
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		m, err := s.unsent(ctx, tx, team, m)
		id = m.ID
		if err != nil {
			return err
		}
		change, err := s.withMacro(ctx, tx, by, team, &m)
		if err != nil {
			return err
		}
		would, err := s.decide(ctx, tx, by, ticketKey{team, m.TicketID}, change)
		if err != nil {
			return err
		}
		if err := s.insertReply(ctx, tx, would, m); err != nil {
			return err
		}
		if err := holdFiles(ctx, tx, team, &would.outcome.Messages[0]); err != nil {
			return err
		}
		s.announceThread(tx, Note{TeamID: team, TicketID: m.TicketID, Number: would.after.Number})
		return clearDraft(ctx, tx, DraftKey{team, by.ID, m.TicketID}, ReplyDraft{Rev: m.Draft, Body: m.Body})
	})
	return id, err
}

// unsent answers ErrSent to what is held or a message already, as the second of two presses is. Another text under the
// same id, from a page that somebody went back to, is sent as another message, and so is one that was taken back.
func (s *Store) unsent(ctx context.Context, tx *tx, team int64, m Outgoing) (Outgoing, error) {
	var known []struct {
		TeamID  int64  `db:"team_id"`
		Body    string `db:"body"`
		Private bool   `db:"private"`
		Over    bool   `db:"is_over"` // its text is gone
	}
	err := list(ctx, tx, &known, `
		SELECT team_id, body, private, FALSE AS is_over
		FROM messages
		WHERE public_id = ?
		UNION ALL
		SELECT team_id, body, private, state IN ('sent', 'cancelled') AS is_over
		FROM replies
		WHERE public_id = ?`, m.ID, m.ID)
	if err != nil {
		return m, fmt.Errorf("look for message %s: %w", m.ID, err)
	}
	for _, k := range known {
		if !k.Over && k.TeamID == team && k.Body == m.Body && k.Private == m.Private {
			return m, ErrSent
		}
	}
	if len(known) > 0 || m.ID.IsZero() {
		m.ID = s.newID()
	}
	return m, nil
}

func (s *Store) insertReply(ctx context.Context, tx *tx, would saved, m Outgoing) error {
	n, err := tx.exec(ctx, `
		INSERT INTO replies (public_id, team_id, ticket_id, user_id, body, private, then_status, message_id, macro_id, release_at,
			created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (public_id) DO NOTHING`,
		m.ID, would.after.TeamID, m.TicketID, would.by.ID, m.Body, m.Private, m.Then, m.Seen, m.Macro, m.At, s.now())
	if err != nil {
		return fmt.Errorf("hold reply to ticket %d: %w", m.TicketID, err)
	}
	if n == 0 {
		return ErrSent
	}
	return nil
}

// announceThread tells the open pages of a ticket that what waits in it changed.
func (s *Store) announceThread(tx *tx, n Note) {
	tx.after(func() {
		s.config.Committed(n)
		s.engine.tellOthers(n)
	})
}
