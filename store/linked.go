package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

// LinkedTicket is what a private link leads to, as its reader needs it.
type LinkedTicket struct {
	desk.Ticket

	Team     string // its name
	Timezone string // of the team
	Widget   string // the team's token
	Opened   bool   // somebody followed the link before
	Mailed   bool   // there is an address for what the customer has not read
	MailTo   string // that address, "" for one that whoever has the link need not know

	typed string // the address that its writer gave on the contact page
	email string // the one that the link was mailed to

	owner int64 // the ticket that the link was made for
}

// LinkedTicket finds the ticket behind a private link, or the one that it was merged into: a merge is refused where not
// all who have a link may read on, see desk.Merge. A customer who is blocked finds nothing.
func (s *Store) LinkedTicket(ctx context.Context, link string) (LinkedTicket, error) {
	return s.linkedTicket(ctx, s.db, link)
}

func (s *Store) linkedTicket(ctx context.Context, q queryer, link string) (LinkedTicket, error) {
	hash, ok := linkHash(link)
	if !ok {
		return LinkedTicket{}, errNoLink
	}
	var row struct {
		TeamID   int64  `db:"team_id"`
		TicketID int64  `db:"ticket_id"`
		Opened   bool   `db:"opened"`
		Team     string `db:"name"`
		Timezone string `db:"timezone"`
		Widget   string `db:"token"`
		Email    string `db:"email"`
		Typed    string `db:"reply_to"`
	}
	err := get(ctx, q, &row, `
		SELECT l.team_id, l.ticket_id, l.opened_at IS NOT NULL AS opened, l.email, k.reply_to, t.name, t.timezone, w.token
		FROM private_links l
		JOIN tickets k ON k.id = l.ticket_id
		JOIN teams t ON t.id = l.team_id
		JOIN widgets w ON w.team_id = l.team_id
		WHERE l.hash = ? AND l.ended_at IS NULL AND l.expires_at > ?`, hash, s.now())
	if noRows(err) {
		return LinkedTicket{}, errNoLink
	}
	if err != nil {
		return LinkedTicket{}, fmt.Errorf("find private link: %w", err)
	}
	t := LinkedTicket{
		Ticket: desk.Ticket{TeamID: row.TeamID},
		Team:   row.Team, Timezone: row.Timezone, Widget: row.Widget, Opened: row.Opened,
		owner: row.TicketID, email: row.Email, typed: row.Typed,
	}
	err = s.follow(ctx, q, &t)
	return t, err
}

// follow reads the ticket where it goes on, and whether its customer may read it.
func (s *Store) follow(ctx context.Context, q queryer, t *LinkedTicket) error {
	var err error
	for id := t.owner; id != 0; id = t.MergedInto { // ends: only tickets that are not merged take others in
		if t.Ticket, err = s.findTicket(ctx, q, t.TeamID, `t.id = ?`, id); err != nil {
			return err
		}
	}
	switch blocked, err := isBlocked(ctx, q, t.Customer.ID); {
	case err != nil:
		return err
	case blocked:
		return errNoLink
	}
	return t.findMailbox(ctx, q)
}

// findMailbox shows an address only to who typed it and to whom it was mailed: anybody may have typed one address of a
// customer, and is not to learn another.
func (t *LinkedTicket) findMailbox(ctx context.Context, q queryer) error {
	to, err := mailbox(ctx, q, &t.Ticket)
	t.Mailed = to != ""
	if to == t.typed || to == t.email {
		t.MailTo = to
	}
	return err
}

func isBlocked(ctx context.Context, q queryer, customer int64) (bool, error) {
	err := checkCustomer(ctx, q, customer)
	if desk.IsKind(err, desk.Forbidden) {
		return true, nil
	}
	return false, err
}

// proven reports whether somebody followed a link that was mailed about the ticket to the address: it says nothing of
// any other that the customer has.
func proven(ctx context.Context, q queryer, key ticketKey, address string) (bool, error) {
	var found int
	err := get(ctx, q, &found, `
		SELECT 1
		FROM private_links
		WHERE team_id = ? AND ticket_id = ? AND ended_at IS NULL AND email = ? AND opened_at IS NOT NULL
		LIMIT 1`, key.team, key.id, address)
	if err != nil && !noRows(err) {
		return false, fmt.Errorf("look whether ticket %d was read by mail: %w", key.id, err)
	}
	return err == nil, nil
}

// AddLinkedMessage adds what the customer writes on the page behind a link.
func (s *Store) AddLinkedMessage(ctx context.Context, link string, m desk.AddMessage) (Changed, error) {
	for {
		t, err := s.LinkedTicket(ctx, link)
		if err != nil {
			return Changed{}, err
		}
		changed, err := s.ChangeTicket(ctx, customerActor(t.Customer), t.TeamID, t.ID, m)
		if !errors.Is(err, desk.ErrMerged) { // meanwhile: the next look finds where it goes on
			return changed, err
		}
	}
}

// ReadLinked notes that somebody has looked at the page behind a link, whose newest message of the team was seen. Where
// there is a newer one by now, what is unread stays so: it is still to be mailed.
func (s *Store) ReadLinked(ctx context.Context, link string, seen desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		t, err := s.holdLinked(ctx, tx, link)
		if err != nil {
			return err
		}
		if err := s.noteOpened(ctx, tx, link); err != nil {
			return err
		}
		if t.UnreadCustomer == 0 {
			return nil
		}
		newest, err := newestOfTeam(ctx, tx, &t.Ticket)
		if err != nil || newest != seen {
			return err
		}
		_, err = s.changeTicket(ctx, tx, customerActor(t.Customer), ticketKey{t.TeamID, t.ID}, desk.MarkRead{})
		return err
	})
}

func (s *Store) noteOpened(ctx context.Context, tx *tx, link string) error {
	hash, _ := linkHash(link)
	_, err := tx.exec(ctx, `UPDATE private_links SET opened_at = ? WHERE hash = ? AND opened_at IS NULL`, s.now(), hash)
	if err != nil {
		return fmt.Errorf("note that a private link was opened: %w", err)
	}
	return nil
}

func newestOfTeam(ctx context.Context, q queryer, t *desk.Ticket) (desk.ID, error) {
	var id desk.ID
	err := get(ctx, q, &id, `
		SELECT public_id
		FROM messages
		WHERE team_id = ? AND ticket_id = ? AND private = ? AND author <> ?
		ORDER BY created_at DESC
		LIMIT 1`, t.TeamID, t.ID, false, desk.ByCustomer)
	if err != nil && !noRows(err) {
		return id, fmt.Errorf("find newest message of ticket %d: %w", t.ID, err)
	}
	return id, nil
}

// Writer is who writes on the page behind a link.
func (t *LinkedTicket) Writer() desk.Actor { return customerActor(t.Customer) }

// LinkedFile returns a file of the conversation behind a link, with its bytes. ctx must last as long as the reader.
func (s *Store) LinkedFile(ctx context.Context, t *LinkedTicket, id desk.ID) (desk.File, io.ReadSeekCloser, error) {
	if err := s.ofThread(ctx, t, id); err != nil {
		return desk.File{}, nil, err
	}
	return s.OpenVisitorFile(ctx, t.TeamID, id)
}

// LinkedPicture is LinkedFile for our own picture of a file.
func (s *Store) LinkedPicture(
	ctx context.Context, t *LinkedTicket, id desk.ID, size blob.PictureSize,
) (desk.File, io.ReadSeekCloser, error) {
	if err := s.ofThread(ctx, t, id); err != nil {
		return desk.File{}, nil, err
	}
	return s.OpenVisitorPicture(ctx, t.TeamID, id, size)
}

// ofThread refuses files of other tickets, and of notes.
func (s *Store) ofThread(ctx context.Context, t *LinkedTicket, id desk.ID) error {
	var found int
	err := get(ctx, s.db, &found, `
		SELECT 1
		FROM attachments a
		JOIN messages m ON m.public_id = a.message_id
		WHERE a.public_id = ? AND a.team_id = ? AND m.ticket_id = ? AND m.private = ?`, id, t.TeamID, t.ID, false)
	if noRows(err) {
		return errNoFile
	}
	if err != nil {
		return fmt.Errorf("look whose file %s is: %w", id, err)
	}
	return nil
}
