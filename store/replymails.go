package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// mailUnread keeps in step with a ticket the mail that takes unread replies to its customer. One mail tells of all that
// came until it leaves.
func (s *Store) mailUnread(ctx context.Context, tx *tx, before, after *desk.Ticket) error {
	if s.config.Silent {
		return nil
	}
	switch desk.MailAfter(before, after) {
	case desk.SendMail:
		return s.queueReplyMail(ctx, tx, after, s.now().Add(desk.ReplyDelay))
	case desk.DropMail:
		return s.dropReplyMails(ctx, tx, after)
	case desk.KeepMail:
	}
	return nil
}

// queueReplyMail leaves it to a mail that is on its way: that one tells of all, or its end sees what came too late for it.
func (s *Store) queueReplyMail(ctx context.Context, tx *tx, t *desk.Ticket, at time.Time) error {
	to, err := mailbox(ctx, tx, t)
	if err != nil || to == "" {
		return err
	}
	var waiting bool
	err = get(ctx, tx, &waiting, `
		SELECT EXISTS (SELECT 1 FROM jobs WHERE ticket_id = ? AND kind = 'reply' AND state = 'pending')`, t.ID)
	if err != nil {
		return fmt.Errorf("look for mail about ticket %d: %w", t.ID, err)
	}
	if waiting {
		return nil
	}
	return s.insertJobs(ctx, tx, t.TeamID, []NewJob{{
		Key: s.newID(), Kind: job.KindReply, TicketID: t.ID, At: at, Payload: job.Reply{To: to, Subject: t.Subject},
	}})
}

// mailMissed queues, for a visitor whose address has just become known, what they were written before and have not read.
func (s *Store) mailMissed(ctx context.Context, tx *tx, team int64, v Visitor) error {
	var where clauses
	where.add(`t.team_id = ? AND t.unread_customer > 0`, team)
	v.reads(&where)
	tickets, err := lockedTickets(ctx, tx, where.text()+`
		ORDER BY t.id
		LIMIT ?`+s.ticketLock(), append(where.args, desk.MaxMovedTickets)...)
	if err != nil {
		return err
	}
	for i := range tickets {
		if err := s.mailRest(ctx, tx, &tickets[i]); err != nil {
			return err
		}
	}
	return nil
}

// mailRest queues a mail for what is unread and no mail told: it came while one was being sent, or while no address was
// known.
func (s *Store) mailRest(ctx context.Context, tx *tx, t *desk.Ticket) error {
	if desk.MailAfter(nil, t) != desk.SendMail {
		return nil
	}
	rest, err := untold(ctx, tx, t)
	if err != nil || len(rest) == 0 {
		return err
	}
	return s.queueReplyMail(ctx, tx, t, s.now().Add(desk.ReplyDelay))
}

// dropReplyMails cancels what is on its way. An attempt that is being made comes to its end.
func (s *Store) dropReplyMails(ctx context.Context, tx *tx, t *desk.Ticket) error {
	if _, err := tx.exec(ctx, dropReplyMails, "The customer has read it.", s.now(), t.ID); err != nil {
		return fmt.Errorf("cancel mail about ticket %d: %w", t.ID, err)
	}
	return nil
}

const dropReplyMails = `
	UPDATE jobs
	SET state = 'cancelled', payload = '', error = ?, done_at = ?
	WHERE ticket_id = ? AND kind = 'reply' AND state = 'pending'`

// ReplyMail is how the mail stands that takes the replies of a ticket to its customer.
type ReplyMail struct {
	ID      desk.ID // of the delivery
	To      string
	State   job.State
	Error   string
	Tried   bool
	DueAt   time.Time
	EndedAt time.Time // zero while it is pending
}

const lastReplyMail = `
	SELECT public_id, state, shown, attempts, error, due_at, done_at
	FROM jobs
	WHERE team_id = ? AND ticket_id = ? AND kind = 'reply'
	ORDER BY id DESC
	LIMIT 1`

// ReplyMail returns the last mail of a ticket to its customer; ok is false where there was none.
func (s *Store) ReplyMail(ctx context.Context, team, ticketID int64) (mail ReplyMail, ok bool, err error) {
	var row struct {
		PublicID desk.ID   `db:"public_id"`
		State    job.State `db:"state"`
		Shown    string    `db:"shown"`
		Attempts int       `db:"attempts"`
		Error    string    `db:"error"`
		DueAt    micros    `db:"due_at"`
		DoneAt   micros    `db:"done_at"`
	}
	err = get(ctx, s.db, &row, lastReplyMail, team, ticketID)
	if noRows(err) {
		return ReplyMail{}, false, nil
	}
	if err != nil {
		return ReplyMail{}, false, fmt.Errorf("find mail about ticket %d: %w", ticketID, err)
	}
	var shown job.Public
	if err := json.Unmarshal([]byte(row.Shown), &shown); err != nil {
		return ReplyMail{}, false, fmt.Errorf("read what is shown of a mail about ticket %d: %w", ticketID, err)
	}
	return ReplyMail{
		ID: row.PublicID, To: shown.Target, State: row.State, Error: row.Error, Tried: row.Attempts > 0,
		DueAt: time.Time(row.DueAt), EndedAt: time.Time(row.DoneAt),
	}, true, nil
}
