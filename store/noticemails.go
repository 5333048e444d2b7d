package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// mailNotices queues the mails of a change: of many about one ticket, each reader gets one in a while.
func (s *Store) mailNotices(ctx context.Context, tx *tx, c *saved, readers []noticeReader) error {
	var jobs []NewJob
	for i := range readers {
		r := &readers[i]
		if !r.via.Email || r.email == "" {
			continue
		}
		at, ok, err := s.nextMail(ctx, tx, c.after, r.UserID)
		if err != nil {
			return err
		}
		if ok {
			jobs = append(jobs, NewJob{
				Key: s.newID(), Kind: job.KindEmail, TicketID: c.after.ID, At: at, Payload: s.noticeMail(c, r),
			})
		}
	}
	return s.insertJobs(ctx, tx, c.after.TeamID, jobs)
}

// nextMail takes the next place for a mail about a ticket to a user. The ticket is locked, so nobody else takes it.
func (s *Store) nextMail(ctx context.Context, tx *tx, t *desk.Ticket, user int64) (time.Time, bool, error) {
	var last micros
	err := get(ctx, tx, &last, `
		SELECT mailed_at
		FROM notice_mails
		WHERE team_id = ? AND ticket_id = ? AND user_id = ?`, t.TeamID, t.ID, user)
	if err != nil && !noRows(err) {
		return time.Time{}, false, fmt.Errorf("find last mail about ticket %d: %w", t.ID, err)
	}
	at, ok := desk.MailAt(time.Time(last), s.now())
	if !ok {
		return at, false, nil
	}
	_, err = tx.exec(ctx, `
		INSERT INTO notice_mails (team_id, ticket_id, user_id, mailed_at)
		VALUES (?, ?, ?, ?)
		ON CONFLICT (team_id, ticket_id, user_id) DO UPDATE SET mailed_at = excluded.mailed_at`, t.TeamID, t.ID, user, at)
	if err != nil {
		return at, false, fmt.Errorf("note mail about ticket %d: %w", t.ID, err)
	}
	return at, true, nil
}

// ownTickets is the address of a reader's tickets, the last changed first.
const ownTickets = "/tickets?assignee=me"

func (s *Store) noticeMail(c *saved, r *noticeReader) job.Email {
	const longest = 150
	if r.Tickets > 1 {
		said := r.Sentence(c.by.Name)
		return job.Email{To: r.email, Subject: desk.Cut(said, longest), Text: said, Link: s.config.URL + ownTickets}
	}
	mail := job.Email{
		To: r.email, Subject: desk.Cut(fmt.Sprintf("[#%d] %s", c.after.Number, c.after.Subject), longest),
		Text: r.Sentence(c.by.Name), Link: fmt.Sprintf("%s/tickets/%d", s.config.URL, c.after.Number),
	}
	if !r.MessageID.IsZero() {
		mail.Text += "\n\n" + r.Text
		mail.Link += "#m-" + r.MessageID.String()
	}
	return mail
}
