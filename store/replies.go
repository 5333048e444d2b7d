package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

const replyColumns = `
	r.id, r.public_id, r.team_id, r.ticket_id, r.user_id, u.name AS user_name, r.body, r.private, r.then_status,
	r.message_id, r.macro_id, r.state, r.why, r.release_at, r.created_at, t.number`

const replyTables = `
	replies r
	JOIN users u ON u.id = r.user_id
	JOIN tickets t ON t.id = r.ticket_id`

type replyRow struct {
	ID        int64           `db:"id"`
	PublicID  desk.ID         `db:"public_id"`
	TeamID    int64           `db:"team_id"`
	TicketID  int64           `db:"ticket_id"`
	UserID    int64           `db:"user_id"`
	UserName  string          `db:"user_name"`
	Body      string          `db:"body"`
	Private   bool            `db:"private"`
	Then      desk.Status     `db:"then_status"`
	Seen      desk.ID         `db:"message_id"`
	Macro     desk.ID         `db:"macro_id"`
	State     desk.ReplyState `db:"state"`
	Why       string          `db:"why"`
	ReleaseAt micros          `db:"release_at"`
	CreatedAt micros          `db:"created_at"`
	Number    int64           `db:"number"`
}

func (r *replyRow) reply() desk.HeldReply {
	return desk.HeldReply{
		ID: r.PublicID, UserID: r.UserID, UserName: r.UserName, Body: r.Body, Private: r.Private, Then: r.Then,
		Macro: r.Macro, State: r.State, Why: r.Why, ReleaseAt: time.Time(r.ReleaseAt), CreatedAt: time.Time(r.CreatedAt),
	}
}

func (r *replyRow) outgoing() Outgoing {
	return Outgoing{
		TicketID: r.TicketID, ID: r.PublicID, Body: r.Body, Private: r.Private, Then: r.Then, Seen: r.Seen,
		Macro: r.Macro,
	}
}

func (r *replyRow) note() Note { return Note{TeamID: r.TeamID, TicketID: r.TicketID, Number: r.Number} }

// mostReplies is how many replies of a ticket are shown as waiting.
const mostReplies = 50

const openReplies = `
	SELECT ` + replyColumns + `
	FROM ` + replyTables + `
	WHERE r.ticket_id = ? AND r.team_id = ? AND r.state IN ('waiting', 'stale', 'refused')
	ORDER BY r.id
	LIMIT ?`

// Replies returns the replies to a ticket that wait or could not be sent, oldest first.
func (s *Store) Replies(ctx context.Context, team, ticketID int64) ([]desk.HeldReply, error) {
	var rows []replyRow
	if err := list(ctx, s.quick, &rows, openReplies, ticketID, team, mostReplies); err != nil {
		return nil, fmt.Errorf("list replies that wait in ticket %d: %w", ticketID, err)
	}
	replies := make([]desk.HeldReply, len(rows))
	for i := range rows {
		replies[i] = rows[i].reply()
	}
	return replies, nil
}

// ReplyKey names a held reply to one of the team's tickets.
type ReplyKey struct {
	Team, Ticket int64
	ID           desk.ID
}

// lockReply keeps the reply as it is until the transaction ends.
func (s *Store) lockReply(ctx context.Context, tx *tx, key ReplyKey) (replyRow, error) {
	var row replyRow
	err := get(ctx, tx, &row, `
		SELECT `+replyColumns+`
		FROM `+replyTables+`
		WHERE r.public_id = ? AND r.ticket_id = ? AND r.team_id = ?`+s.replyLock(), key.ID, key.Ticket, key.Team)
	if noRows(err) {
		return replyRow{}, desk.Errorf(desk.NotFound, "There is no such reply to this ticket.")
	}
	if err != nil {
		return replyRow{}, fmt.Errorf("read reply %s: %w", key.ID, err)
	}
	return row, nil
}

// replyLock is forUpdate for the reply alone: its writer and its ticket are only read.
func (s *Store) replyLock() string {
	if s.forUpdate() == "" {
		return ""
	}
	return ` FOR UPDATE OF r`
}

// TakeBackReply keeps a reply from being sent and puts its text back into the draft of whoever takes it.
func (s *Store) TakeBackReply(ctx context.Context, by desk.Actor, key ReplyKey) error {
	return s.endReply(ctx, by, key, func(ctx context.Context, tx *tx, r replyRow) error {
		if err := releaseFiles(ctx, tx, by, r.TeamID, r.PublicID); err != nil {
			return err
		}
		draft := ReplyDraft{Body: r.Body, Private: r.Private, Macro: r.Macro}
		return s.returnToDraft(ctx, tx, DraftKey{r.TeamID, by.ID, r.TicketID}, draft)
	})
}

// DiscardReply keeps a reply from being sent and throws its text away.
func (s *Store) DiscardReply(ctx context.Context, by desk.Actor, key ReplyKey) error {
	return s.endReply(ctx, by, key, func(ctx context.Context, tx *tx, r replyRow) error {
		return s.discardFiles(ctx, tx, r.TeamID, r.PublicID)
	})
}

func (s *Store) endReply(
	ctx context.Context, by desk.Actor, key ReplyKey, keep func(ctx context.Context, tx *tx, r replyRow) error,
) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.lockReply(ctx, tx, key)
		if err != nil {
			return err
		}
		reply := row.reply()
		if err := reply.CheckTake(by); err != nil {
			return err
		}
		if err := keep(ctx, tx, row); err != nil {
			return err
		}
		s.announceThread(tx, row.note())
		return s.finishReply(ctx, tx, row.ID, desk.ReplyCancelled)
	})
}

// SendReplyNow sends a held reply before its time, or in spite of what others have written: seen is the newest message
// that its writer has before them now. One that is sent already is ErrSent.
func (s *Store) SendReplyNow(ctx context.Context, by desk.Actor, key ReplyKey, seen desk.ID) (Changed, error) {
	var changed Changed
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.lockReply(ctx, tx, key)
		if err != nil {
			return err
		}
		reply := row.reply()
		if reply.State == desk.ReplySent {
			return ErrSent
		}
		if err := reply.CheckSend(by); err != nil {
			return err
		}
		if !seen.IsZero() {
			row.Seen = seen
		}
		out := row.outgoing()
		change, err := s.withMacro(ctx, tx, by, row.TeamID, &out)
		if err != nil {
			return err
		}
		if changed, err = s.changeTicket(ctx, tx, by, ticketKey{row.TeamID, row.TicketID}, change); err != nil {
			return err
		}
		return s.finishReply(ctx, tx, row.ID, desk.ReplySent)
	})
	return changed, err
}

// finishReply ends a reply for good. Its text is a message now, or a draft, or nobody's.
func (s *Store) finishReply(ctx context.Context, tx *tx, id int64, state desk.ReplyState) error {
	_, err := tx.exec(ctx, `
		UPDATE replies
		SET state = ?, body = '', why = '', done_at = ?
		WHERE id = ?`, state, s.now(), id)
	if err != nil {
		return fmt.Errorf("end reply %d: %w", id, err)
	}
	return nil
}
