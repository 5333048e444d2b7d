package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// OpenContact opens a ticket with a private link to it, and confirms it to the address that its writer claims. The mail
// goes to an address that anybody may have typed, so it has nothing of theirs in it. A form that was sent before is
// ErrSent: its link leads to its ticket.
func (s *Store) OpenContact(ctx context.Context, team int64, n NewContact) (Opened, error) {
	n.Customer.Email = strings.ToLower(strings.TrimSpace(n.Customer.Email))
	if _, err := s.LinkedTicket(ctx, n.Link); err == nil {
		return Opened{}, ErrSent
	}
	confirm, err := s.mayMail(ctx, n.Customer.Email, desk.MaxAutomaticMails)
	if err != nil {
		return Opened{}, err
	}
	var opened Opened
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
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
		if !confirm {
			return nil
		}
		return s.confirmContact(ctx, tx, t, n.Customer.Email)
	})
	return opened, err
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

func (s *Store) confirmContact(ctx context.Context, tx *tx, t *desk.Ticket, to string) error {
	team, err := teamName(ctx, tx, t.TeamID)
	if err != nil {
		return err
	}
	link := NewPrivateLink()
	err = s.insertLink(ctx, tx, newLink{ticketKey: ticketKey{t.TeamID, t.ID}, link: link, email: to})
	if err != nil {
		return err
	}
	return s.insertJobs(ctx, tx, t.TeamID, []NewJob{{
		Key: s.newID(), Kind: job.KindEmail, TicketID: t.ID, Payload: job.Email{
			To: to, Sender: team, Subject: fmt.Sprintf("We have your message: #%d, %s", t.Number, team),
			Text: fmt.Sprintf(confirmation, team, t.Number), Link: s.PrivateLinkURL(link),
		},
	}})
}

func teamName(ctx context.Context, q queryer, team int64) (string, error) {
	var name string
	if err := get(ctx, q, &name, `SELECT name FROM teams WHERE id = ?`, team); err != nil {
		return "", fmt.Errorf("read name of team %d: %w", team, err)
	}
	return name, nil
}

const confirmation = `Thank you for writing to %s. Your message is here, and its number is #%d.

The page below is yours alone: read our answer there, write more or send files. Whoever has its address can read the conversation, so keep this mail to yourself.

You did not write to us? Then somebody else typed your address. You need do nothing, and we are sorry for this mail.`
