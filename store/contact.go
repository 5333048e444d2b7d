package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// NewContact is a ticket that somebody opens on the contact page.
type NewContact struct {
	NewTicket

	Link string // by which its writer reads it, as NewPrivateLink made it for the form
}

// OpenContact opens a ticket with a private link to it, and confirms it to the address that its writer claims. A form
// that was sent before is ErrSent: its link leads to its ticket.
func (s *Store) OpenContact(ctx context.Context, team int64, n NewContact) (Opened, error) {
	n.Customer.Email = strings.ToLower(strings.TrimSpace(n.Customer.Email))
	var opened Opened
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := checkUnsent(ctx, tx, n.Link); err != nil { // before anything is written: it then costs the batch nothing
			return err
		}
		var err error
		if opened, err = s.openTicket(ctx, tx, desk.Actor{}, team, n.NewTicket); err != nil {
			return err
		}
		t := &opened.Ticket
		if _, err := tx.exec(ctx, `UPDATE tickets SET reply_to = ? WHERE id = ?`, n.Customer.Email, t.ID); err != nil {
			return fmt.Errorf("keep the address that ticket %d is answered at: %w", t.ID, err)
		}
		if err := s.insertLink(ctx, tx, newLink{ticketKey: ticketKey{team, t.ID}, link: n.Link}); err != nil {
			return err
		}
		return s.confirmContact(ctx, tx, t, n.Customer.Email)
	})
	return opened, err
}

func checkUnsent(ctx context.Context, q queryer, link string) error {
	hash, _ := linkHash(link)
	var sent bool
	if err := get(ctx, q, &sent, `SELECT EXISTS (SELECT 1 FROM private_links WHERE hash = ?)`, hash); err != nil {
		return fmt.Errorf("look whether a form was sent before: %w", err)
	}
	if sent {
		return ErrSent
	}
	return nil
}

func (s *Store) confirmContact(ctx context.Context, tx *tx, t *desk.Ticket, to string) error {
	if to == "" {
		return nil
	}
	return s.insertJobs(ctx, tx, t.TeamID, []NewJob{{
		Key: s.newID(), Kind: job.KindConfirm, TicketID: t.ID, Payload: job.Confirm{To: to},
	}})
}

// Confirmation is a mail that says that a message has arrived. It goes to an address that anybody may have typed, so it
// has nothing of theirs in it.
type Confirmation struct {
	Team, To string
	Number   int64
	Link     string // a secret
}

// Confirmation makes the link of a job of kind job.KindConfirm: it is kept nowhere but in the mail, and each attempt gets
// one of its own. Where the address has had enough, the job is cancelled, and a *job.Error says why. One that was cancelled
// meanwhile gets no link.
func (s *Store) Confirmation(ctx context.Context, j job.Job) (Confirmation, error) {
	var payload job.Confirm
	if err := json.Unmarshal(j.Payload, &payload); err != nil {
		return Confirmation{}, errors.New("the payload is not the JSON of a confirmation") // err may quote it
	}
	if j.Attempt <= 1 {
		switch allowed, err := s.mayMail(ctx, payload.To, desk.MaxAutomaticMails); {
		case err != nil:
			return Confirmation{}, err
		case !allowed:
			return Confirmation{}, s.cancelJob(ctx, j, tooManyMails(desk.MaxAutomaticMails))
		}
	}
	link := NewPrivateLink()
	c := Confirmation{To: payload.To, Link: s.PrivateLinkURL(link)}
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		t, err := s.holdTicketOf(ctx, tx, j)
		if err != nil {
			return err
		}
		if err := s.holdPending(ctx, tx, j); err != nil {
			return err
		}
		c.Number = t.Number
		if c.Team, err = teamName(ctx, tx, t.TeamID); err != nil {
			return err
		}
		return s.insertLink(ctx, tx, newLink{ticketKey: ticketKey{t.TeamID, t.ID}, link: link, email: payload.To})
	})
	return c, err
}

// holdPending locks a job, as who cancels it does, and refuses one that has come to its end.
func (s *Store) holdPending(ctx context.Context, tx *tx, j job.Job) error {
	var state job.State
	if err := get(ctx, tx, &state, `SELECT state FROM jobs WHERE id = ?`+s.forUpdate(), j.ID); err != nil {
		return fmt.Errorf("lock job %d: %w", j.ID, err)
	}
	if state != job.Pending {
		return &job.Error{Permanent: true, Text: "It came to its end before this attempt."}
	}
	return nil
}

// mailbox is the address that the mails of a ticket go to: what was typed on the contact page, be it the customer's first
// address or not. "" is nowhere.
func mailbox(ctx context.Context, q queryer, t *desk.Ticket) (string, error) {
	var typed string
	if err := get(ctx, q, &typed, `SELECT reply_to FROM tickets WHERE id = ?`, t.ID); err != nil {
		return "", fmt.Errorf("find the address that ticket %d is answered at: %w", t.ID, err)
	}
	return cmp.Or(typed, t.Customer.Email), nil
}

// mayMail counts a mail that nobody of the team wrote to an address that anybody may have claimed.
func (s *Store) mayMail(ctx context.Context, email string, most int) (bool, error) {
	if email == "" {
		return false, nil
	}
	sum := sha256.Sum256([]byte(email))
	total, _, err := s.Add(ctx, "automatic mails to "+hex.EncodeToString(sum[:16]), 24*time.Hour, 1, s.now())
	if err != nil {
		return false, err
	}
	return total <= most, nil
}

func teamName(ctx context.Context, q queryer, team int64) (string, error) {
	var name string
	if err := get(ctx, q, &name, `SELECT name FROM teams WHERE id = ?`, team); err != nil {
		return "", fmt.Errorf("read name of team %d: %w", team, err)
	}
	return name, nil
}
