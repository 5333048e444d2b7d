package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"signalbox/workflow/desk"
)

// NewPrivateLink makes the secret end of the address of a ticket's own page: 43 characters that stand unescaped in an
// address. Only its SHA-256 is ever kept.
func NewPrivateLink() string { return newKey() }

// PrivateLinkOf is the link to what was written in a form that has a link of its own: the same words lead to the same
// ticket, others to another.
func PrivateLinkOf(form string, written []byte) string {
	mac := hmac.New(sha256.New, []byte(form)) // of keyBytes
	_, _ = mac.Write(written)                 // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// linkHash is by what a link is kept; ok is false for what is none.
func linkHash(link string) (hash []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(link)
	if err != nil || len(raw) != keyBytes {
		return nil, false
	}
	return keyHash(link), true
}

// IsPrivateLink reports whether a text can be one.
func IsPrivateLink(link string) bool {
	_, ok := linkHash(link)
	return ok
}

// PrivateLinkURL is the whole address of the page behind a link.
func (s *Store) PrivateLinkURL(link string) string { return s.config.URL + "/contact/ticket/" + link }

// errNoLink is the same for a link that never was, that ended, and that leads to nobody who may read: nobody learns which.
var errNoLink = desk.Errorf(desk.NotFound, "This link leads nowhere, or no longer. Take the one of our newest mail to you, or write to us again.")

type newLink struct {
	ticketKey

	link  string
	email string // to whom it is mailed, "" for one that a browser gets
}

// insertLink answers ErrSent to a link that is there already.
func (s *Store) insertLink(ctx context.Context, tx *tx, n newLink) error {
	hash, ok := linkHash(n.link)
	if !ok {
		return errNoLink
	}
	now := s.now()
	rows, err := tx.exec(ctx, `
		INSERT INTO private_links (team_id, ticket_id, hash, email, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (hash) DO NOTHING`, n.team, n.id, hash, n.email, now, now.Add(desk.LinkLife))
	if err != nil {
		return fmt.Errorf("insert private link of ticket %d: %w", n.id, err)
	}
	if rows == 0 {
		return ErrSent
	}
	return nil
}

// SweepLinks removes links whose time is over, and with them what they proved.
func (s *Store) SweepLinks(ctx context.Context) error { return s.inBatches(ctx, s.dropLinks) }

func (s *Store) dropLinks(ctx context.Context) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		dropped, err := tx.exec(ctx, `
			DELETE FROM private_links
			WHERE id IN (
				SELECT id
				FROM private_links
				WHERE expires_at <= ?
				ORDER BY expires_at
				LIMIT ?)`, s.now(), sweepBatch)
		if err != nil {
			return fmt.Errorf("remove private links that have ended: %w", err)
		}
		n = int(dropped)
		return nil
	})
	return n, err
}

// LiveLinks counts the links that lead to a ticket of the team, through merges too.
func (s *Store) LiveLinks(ctx context.Context, team, ticketID int64) (int, error) {
	var n int
	err := get(ctx, s.db, &n, liveLinks, ticketID, team, team, s.now())
	if err != nil {
		return 0, fmt.Errorf("count private links of ticket %d: %w", ticketID, err)
	}
	return n, nil
}

const liveLinks = absorbed + `
	SELECT COUNT(*)
	FROM absorbed a
	CROSS JOIN private_links l
	WHERE l.team_id = ? AND l.ticket_id = a.id AND l.ended_at IS NULL AND l.expires_at > ?`

// absorbed are a ticket and all whose messages it took over; it takes the ticket and the team. CROSS JOIN keeps SQLite
// from reading all merges of the team first.
const absorbed = `
	WITH RECURSIVE absorbed (id) AS (
		SELECT CAST(? AS BIGINT)
		UNION
		SELECT m.from_id
		FROM absorbed a
		CROSS JOIN merges m
		WHERE m.team_id = ? AND m.into_id = a.id AND m.kind = 'merge' AND m.undone_at IS NULL)`

// EndLinks lets no private link lead to the team's ticket any more, nor one of a confirmation that has not left.
func (s *Store) EndLinks(ctx context.Context, by desk.Actor, team, ticketID int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := s.decide(ctx, tx, by, ticketKey{team, ticketID}, desk.All{}); err != nil { // locks the team's own ticket
			return err
		}
		return s.endLinks(ctx, tx, by, ticketKey{team, ticketID}, desk.ChangeLinks{})
	})
}

// endLinks takes a ticket that is locked. Confirmations end first: the link of one that is just being made is then seen.
func (s *Store) endLinks(ctx context.Context, tx *tx, by desk.Actor, key ticketKey, c desk.ChangeLinks) error {
	now := s.now()
	if _, err := tx.exec(ctx, dropConfirmations, "The private links to the ticket were ended.", now, key.id, key.team); err != nil {
		return fmt.Errorf("cancel confirmations of ticket %d: %w", key.id, err)
	}
	n, err := tx.exec(ctx, endLinks, now, key.team, key.id, key.team)
	if err != nil {
		return fmt.Errorf("end private links of ticket %d: %w", key.id, err)
	}
	c.Ended = int(n)
	_, err = s.changeTicket(ctx, tx, by, key, c)
	return err
}

const endLinks = `
	UPDATE private_links
	SET ended_at = ?
	WHERE team_id = ? AND ended_at IS NULL AND ticket_id IN (` + absorbed + ` SELECT id FROM absorbed)`

// dropConfirmations also takes those that have failed: somebody may retry them.
const dropConfirmations = `
	UPDATE jobs
	SET state = 'cancelled', payload = '', error = ?, done_at = ?
	WHERE kind = 'confirm' AND state IN ('pending', 'failed') AND ticket_id IN (` + absorbed + ` SELECT id FROM absorbed)`

// holdLinked locks the ticket behind a link. All lock in this order, the ticket before its links: else two of them could
// wait for each other.
func (s *Store) holdLinked(ctx context.Context, tx *tx, link string) (LinkedTicket, error) {
	for held := int64(0); ; { // ends: a ticket that is held is merged into no other
		t, err := s.linkedTicket(ctx, tx, link)
		if err != nil || t.ID == held {
			return t, err
		}
		if _, err := s.findTicket(ctx, tx, t.TeamID, `t.id = ?`+s.ticketLock(), t.ID); err != nil {
			return t, err
		}
		held = t.ID
	}
}

// EndLinksBy lets whoever has a link end it, and all others that lead to the same ticket.
func (s *Store) EndLinksBy(ctx context.Context, link string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		t, err := s.holdLinked(ctx, tx, link)
		if err != nil {
			return err
		}
		return s.endLinks(ctx, tx, customerActor(t.Customer), ticketKey{t.TeamID, t.ID}, desk.ChangeLinks{})
	})
}

// RenewLink is EndLinksBy with a new link for who had one.
func (s *Store) RenewLink(ctx context.Context, link string) (string, error) {
	fresh := NewPrivateLink()
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		t, err := s.holdLinked(ctx, tx, link)
		if err != nil {
			return err
		}
		key := ticketKey{t.TeamID, t.ID}
		if err := s.endLinks(ctx, tx, customerActor(t.Customer), key, desk.ChangeLinks{Made: true}); err != nil {
			return err
		}
		return s.insertLink(ctx, tx, newLink{ticketKey: key, link: fresh})
	})
	return fresh, err
}
