package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// mostInLetter bounds how many replies one mail tells.
const mostInLetter = 20

// Letter is a mail to a customer who has left, as it is to be sent.
type Letter struct {
	Team     string // its name
	To       string
	Ticket   desk.ID
	Number   int64
	Subject  string
	Messages []desk.Message // whose words it tells, oldest first
	More     int            // messages that it does not tell
	Files    bool           // there are some to fetch
	Link     string         // the private page
}

// Letter writes the mail of a job of kind job.KindReply from what the customer has not read by now. Where there is
// nothing left to send, the job is cancelled, and a *job.Error says why.
func (s *Store) Letter(ctx context.Context, j job.Job) (Letter, error) {
	var payload job.Reply
	if err := json.Unmarshal(j.Payload, &payload); err != nil {
		return Letter{}, errors.New("the payload is not the JSON of a reply") // err may quote it
	}
	draft, err := s.unreadLetter(ctx, j, payload)
	if err != nil {
		return Letter{}, err
	}
	why := draft.Needless()
	if most := draft.Most(); why == "" && most > 0 && j.Attempt <= 1 {
		allowed, err := s.mayMail(ctx, payload.To, most)
		if err != nil {
			return Letter{}, err
		}
		if !allowed {
			why = fmt.Sprintf("The address has had %d automatic mails within a day.", most)
		}
	}
	if why != "" {
		return Letter{}, s.cancelJob(ctx, j, why)
	}
	return s.writeLetter(ctx, payload, draft)
}

// unreadLetter reads what the rules ask about the mail of a job.
func (s *Store) unreadLetter(ctx context.Context, j job.Job, payload job.Reply) (desk.Letter, error) {
	var id int64
	if err := get(ctx, s.db, &id, `SELECT ticket_id FROM jobs WHERE id = ? AND team_id = ?`, j.ID, j.TeamID); err != nil {
		return desk.Letter{}, fmt.Errorf("find ticket of job %d: %w", j.ID, err)
	}
	t, err := s.findTicket(ctx, s.db, `t.id = ?`, id)
	if err != nil {
		return desk.Letter{}, err
	}
	l := desk.Letter{Ticket: &t}
	if l.Proven, err = s.proven(ctx, s.db, ticketKey{t.TeamID, t.ID}); err != nil {
		return l, err
	}
	if l.Blocked, err = isBlocked(ctx, s.db, t.Customer.ID); err != nil {
		return l, err
	}
	messages, err := s.Messages(ctx, t.TeamID, t.ID, MessageQuery{Newest: true, Limit: 4 * mostInLetter, Public: true})
	if err != nil {
		return l, err
	}
	l.Unread = unreadOf(messages, t.UnreadCustomer, payload.Since)
	return l, nil
}

// unreadOf are the last so many messages of the team, those before a moment left out.
func unreadOf(messages []desk.Message, unread int, since time.Time) []desk.Message {
	var found []desk.Message
	for _, m := range slices.Backward(messages) {
		if len(found) == min(unread, mostInLetter) || m.CreatedAt.Before(since) {
			break
		}
		if m.Author != desk.ByCustomer {
			found = append(found, m)
		}
	}
	slices.Reverse(found)
	return found
}

// writeLetter gives the letter a link of its own: it proves who read it.
func (s *Store) writeLetter(ctx context.Context, payload job.Reply, draft desk.Letter) (Letter, error) {
	t := draft.Ticket
	files, err := s.MessageFiles(ctx, t.TeamID, draft.Unread)
	if err != nil {
		return Letter{}, err
	}
	link := NewPrivateLink()
	l := Letter{
		To: payload.To, Ticket: t.PublicID, Number: t.Number, Subject: payload.Subject, Messages: draft.Told(),
		Files: len(files) > 0, Link: s.PrivateLinkURL(link),
	}
	l.More = max(t.UnreadCustomer, len(draft.Unread)) - len(l.Messages)
	if !payload.Since.IsZero() {
		l.More = len(draft.Unread) - len(l.Messages)
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := get(ctx, tx, &l.Team, `SELECT name FROM teams WHERE id = ?`, t.TeamID); err != nil {
			return fmt.Errorf("read name of team %d: %w", t.TeamID, err)
		}
		return s.insertLink(ctx, tx, newLink{ticketKey: ticketKey{t.TeamID, t.ID}, link: link, email: payload.To})
	})
	return l, err
}

// cancelJob ends a job that is not to be done, and says so to its runner.
func (s *Store) cancelJob(ctx context.Context, j job.Job, why string) error {
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE jobs
			SET state = 'cancelled', payload = '', error = ?, done_at = ?
			WHERE id = ? AND state = 'pending'`, why, s.now(), j.ID)
		if err != nil {
			return fmt.Errorf("cancel job %d: %w", j.ID, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return &job.Error{Permanent: true, Text: why}
}
