package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

const dueReplies = `
	SELECT id
	FROM replies
	WHERE state = 'waiting' AND release_at <= ?
	ORDER BY release_at, id
	LIMIT ?`

// ReleaseReplies implements workflow.Memory.
func (s *Store) ReleaseReplies(ctx context.Context, now time.Time, limit int) (int, error) {
	var due []int64
	if err := list(ctx, s.db, &due, dueReplies, now, limit); err != nil {
		return 0, fmt.Errorf("list due replies: %w", err)
	}
	released := 0
	var errs []error
	for _, id := range due {
		done, err := s.releaseReply(ctx, id, now)
		if err != nil {
			errs = append(errs, fmt.Errorf("release reply %d: %w", id, err)) // the others are due all the same
		}
		if done {
			released++
		}
	}
	return released, errors.Join(errs...)
}

// releaseReply makes one reply a message, or says why it cannot be one, in one transaction. False: another process
// has it, or somebody was quicker.
func (s *Store) releaseReply(ctx context.Context, id int64, now time.Time) (bool, error) {
	done := false
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		done = false // of an earlier attempt
		lock := s.replyLock()
		if lock != "" {
			lock += ` SKIP LOCKED`
		}
		var row replyRow
		err := get(ctx, tx, &row, `
			SELECT `+replyColumns+`
			FROM `+replyTables+`
			WHERE r.id = ? AND r.state = 'waiting' AND r.release_at <= ?`+lock, id, now)
		if noRows(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("claim reply: %w", err)
		}
		if err := s.sendHeld(ctx, tx, &row); err != nil {
			return err
		}
		done = true
		return nil
	})
	return done, err
}

// sendHeld sends a reply as its writer, if that is still somebody of the team.
func (s *Store) sendHeld(ctx context.Context, tx *tx, r *replyRow) error {
	out := r.outgoing()
	by, change := desk.Agent(r.UserID, r.UserName), desk.Change(nil)
	err := s.stillWrites(ctx, tx, r)
	if err == nil {
		change, err = s.withMacro(ctx, tx, by, r.TeamID, &out)
	}
	if err == nil {
		_, err = s.changeTicket(ctx, tx, by, ticketKey{r.TeamID, r.TicketID}, change)
	}
	var refusal *desk.Error
	switch {
	case err == nil, errors.Is(err, ErrSent):
		return s.finishReply(ctx, tx, r.ID, desk.ReplySent)
	case errors.Is(err, errSeenGone):
		return s.stopReply(ctx, tx, r, desk.ReplyStale, seenGone)
	case desk.IsStale(err):
		return s.stopReply(ctx, tx, r, desk.ReplyStale, err.Error())
	case errors.As(err, &refusal):
		return s.stopReply(ctx, tx, r, desk.ReplyRefused, err.Error())
	}
	return err
}

// seenGone tells the writer of a reply why it waits on.
const seenGone = "Messages of this ticket went to another one while you were writing. Read what is left, then send your reply anyway or edit it."

// stillWrites refuses the replies of those who have left.
func (s *Store) stillWrites(ctx context.Context, tx *tx, r *replyRow) error {
	m, err := s.member(ctx, tx, r.TeamID, r.UserID)
	if desk.IsKind(err, desk.NotFound) {
		return desk.Errorf(desk.Forbidden, "%s is no longer in the team.", r.UserName)
	}
	if err == nil && !m.Can(desk.AnswerTickets) {
		return desk.Errorf(desk.Forbidden, "%s can no longer sign in.", r.UserName)
	}
	return err
}

// stopReply leaves the reply in its ticket for somebody to decide on, and tells them.
func (s *Store) stopReply(ctx context.Context, tx *tx, r *replyRow, state desk.ReplyState, why string) error {
	_, err := tx.exec(ctx, `
		UPDATE replies
		SET state = ?, why = ?, done_at = ?
		WHERE id = ?`, state, why, s.now(), r.ID)
	if err != nil {
		return fmt.Errorf("stop reply %d: %w", r.ID, err)
	}
	to, err := s.whoHears(ctx, tx, r)
	if err != nil {
		return err
	}
	s.announceThread(tx, r.note())
	return s.insertNotifications(ctx, tx, r.TeamID, NewNotice{
		UserIDs: to, TicketID: r.TicketID,
		Body: fmt.Sprintf("A reply of %s to #%d was not sent: %s", r.UserName, r.Number, why),
	})
}

// whoHears is the writer of a reply, or the admins when the writer has left.
func (s *Store) whoHears(ctx context.Context, tx *tx, r *replyRow) ([]int64, error) {
	members, err := s.members(ctx, tx, r.TeamID)
	if err != nil {
		return nil, err
	}
	var admins []int64
	for _, m := range members {
		if m.ID == r.UserID && m.Can(desk.AnswerTickets) {
			return []int64{m.ID}, nil
		}
		if m.Can(desk.ManageTeam) {
			admins = append(admins, m.ID)
		}
	}
	return admins, nil
}
