package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

const (
	mostInLetter = 20               // replies whose words one mail tells
	mostUnread   = 4 * mostInLetter // replies that are looked at for one
)

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
	draft, err := s.draftLetter(ctx, j, payload)
	if err != nil {
		return Letter{}, err
	}
	if most := draft.Most(); most > 0 && j.Attempt <= 1 {
		switch allowed, err := s.mayMail(ctx, payload.To, most); {
		case err != nil:
			return Letter{}, err
		case !allowed:
			return Letter{}, s.cancelJob(ctx, j, tooManyMails(most))
		}
	}
	return s.writeLetter(ctx, j, payload, draft)
}

func tooManyMails(most int) string {
	return fmt.Sprintf("The address has had %d automatic mails within a day.", most)
}

// draftLetter reads what the rules ask about the mail of a job, and cancels one that is needless by now. What is to go to
// another address goes by a mail of its own.
func (s *Store) draftLetter(ctx context.Context, j job.Job, payload job.Reply) (draft desk.Letter, err error) {
	why := ""
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		t, err := s.holdTicketOf(ctx, tx, j)
		if err != nil {
			return err
		}
		if draft, err = s.lookAtLetter(ctx, tx, j, &t, payload.To); err != nil {
			return err
		}
		if why = draft.Needless(); why == "" {
			return nil
		}
		if err := s.endJob(ctx, tx, j, why); err != nil || !draft.Elsewhere {
			return err
		}
		return s.queueReplyMail(ctx, tx, &t, s.now())
	})
	if err == nil && why != "" {
		err = &job.Error{Permanent: true, Text: why}
	}
	return draft, err
}

func (s *Store) lookAtLetter(ctx context.Context, tx *tx, j job.Job, t *desk.Ticket, to string) (desk.Letter, error) {
	l := desk.Letter{Ticket: t}
	address, err := mailbox(ctx, tx, t)
	if err != nil {
		return l, err
	}
	l.Elsewhere = address != to
	err = get(ctx, tx, &l.Newer, `
		SELECT EXISTS (SELECT 1 FROM jobs WHERE ticket_id = ? AND kind = 'reply' AND state = 'pending' AND id > ?)`, t.ID, j.ID)
	if err != nil {
		return l, fmt.Errorf("look for a newer mail about ticket %d: %w", t.ID, err)
	}
	if l.Proven, err = proven(ctx, tx, ticketKey{t.TeamID, t.ID}, to); err != nil {
		return l, err
	}
	if l.Blocked, err = isBlocked(ctx, tx, t.Customer.ID); err != nil {
		return l, err
	}
	l.Unread, err = untold(ctx, tx, t)
	return l, err
}

// holdTicketOf locks the ticket that a mail is about.
func (s *Store) holdTicketOf(ctx context.Context, tx *tx, j job.Job) (desk.Ticket, error) {
	return s.findTicket(ctx, tx, j.TeamID, `t.id = (SELECT ticket_id FROM jobs WHERE id = ?)`+s.ticketLock(), j.ID)
}

// untold are the messages of the team that the customer has not read and that no mail took to them, oldest first. A mail
// that failed, or is still under way, took nothing.
func untold(ctx context.Context, q queryer, t *desk.Ticket) ([]desk.Message, error) {
	var rows []struct {
		messageRow

		Told bool `db:"told"`
	}
	err := list(ctx, q, &rows, `
		SELECT `+messageColumns+`,
			EXISTS (SELECT 1 FROM jobs j WHERE j.id = m.told_by AND j.state = 'done') AS told
		FROM messages m
		WHERE team_id = ? AND ticket_id = ? AND private = ? AND author <> ?
		ORDER BY created_at DESC
		LIMIT ?`, t.TeamID, t.ID, false, desk.ByCustomer, min(t.UnreadCustomer, mostUnread))
	if err != nil {
		return nil, fmt.Errorf("list unread messages of ticket %d: %w", t.ID, err)
	}
	var found []desk.Message
	for i := range slices.Backward(rows) {
		if !rows[i].Told {
			found = append(found, rows[i].message())
		}
	}
	return found, nil
}

// writeLetter gives the letter a link of its own: it proves who read it.
func (s *Store) writeLetter(ctx context.Context, j job.Job, payload job.Reply, draft desk.Letter) (Letter, error) {
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
	l.Messages = l.Messages[max(0, len(l.Messages)-mostInLetter):]
	l.More = len(draft.Unread) - len(l.Messages)
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := s.holdTicketOf(ctx, tx, j); err != nil {
			return err
		}
		if l.Team, err = teamName(ctx, tx, t.TeamID); err != nil {
			return err
		}
		if err := markTold(ctx, tx, j, draft.Unread); err != nil {
			return err
		}
		return s.insertLink(ctx, tx, newLink{ticketKey: ticketKey{t.TeamID, t.ID}, link: link, email: payload.To})
	})
	return l, err
}

func markTold(ctx context.Context, tx *tx, j job.Job, messages []desk.Message) error {
	args := []any{j.ID}
	for i := range messages {
		args = append(args, messages[i].ID)
	}
	_, err := tx.exec(ctx, `UPDATE messages SET told_by = ? WHERE id IN (`+rowsOf(`?`, len(messages))+`)`, args...)
	if err != nil {
		return fmt.Errorf("mark %d messages that a mail tells: %w", len(messages), err)
	}
	return nil
}

// cancelJob ends a job that is not to be done, and says so to its runner.
func (s *Store) cancelJob(ctx context.Context, j job.Job, why string) error {
	err := s.write(ctx, func(ctx context.Context, tx *tx) error { return s.endJob(ctx, tx, j, why) })
	if err != nil {
		return err
	}
	return &job.Error{Permanent: true, Text: why}
}

func (s *Store) endJob(ctx context.Context, tx *tx, j job.Job, why string) error {
	_, err := tx.exec(ctx, `
		UPDATE jobs
		SET state = 'cancelled', payload = '', error = ?, done_at = ?
		WHERE id = ? AND state = 'pending'`, why, s.now(), j.ID)
	if err != nil {
		return fmt.Errorf("cancel job %d: %w", j.ID, err)
	}
	return nil
}
