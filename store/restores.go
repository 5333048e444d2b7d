package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

const (
	keptRestores = 24 * time.Hour // for the answers to late clicks
	mostRestored = 500            // tickets that one link brings, the newest
)

// restoredTickets are the tickets of an address that its mailbox opens: nobody has proven an identity for them. What a
// verified customer says of their address is only a claim, and one that may change.
const restoredTickets = `
	SELECT t.id
	FROM tickets t
	WHERE t.team_id = ? AND t.identity IS NULL AND t.customer_id IN (
		SELECT id
		FROM customers
		WHERE team_id = ? AND email = ? AND email <> '' AND NOT verified AND blocked_at IS NULL
		UNION ALL
		SELECT c.id
		FROM customer_addresses a
		JOIN customers c ON c.id = a.customer_id
		WHERE a.team_id = ? AND a.email = ? AND NOT c.verified AND c.blocked_at IS NULL)`

// RequestRestore mails a link to page that brings the conversations of an address to the browser which opens it. It
// does so where there are any, and not too often. Who asks cannot tell, not even by how long it takes: for everybody a
// mail is ordered, and one statement takes it back from whom it is not for.
func (s *Store) RequestRestore(ctx context.Context, team int64, email, page string) error {
	email = strings.ToLower(strings.TrimSpace(email))
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.engine.lockName(ctx, tx, team, "restores of "+email); err != nil { // wishes at one time count each other
			return err
		}
		may, err := s.mayRestore(ctx, tx, team, email)
		if err != nil {
			return err
		}
		id, err := tx.insert(ctx, `
			INSERT INTO restores (team_id, email, requested_at)
			VALUES (?, ?, ?)
			RETURNING id`, team, email, s.now())
		if err != nil {
			return fmt.Errorf("insert restore: %w", err)
		}
		mail := NewJob{Key: s.newID(), Kind: job.KindRestore, Payload: job.Restore{ID: id, To: email, Page: page}}
		if err := s.insertJobs(ctx, tx, team, []NewJob{mail}); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			DELETE FROM jobs
			WHERE team_id = ? AND public_id = ? AND NOT (? AND EXISTS (`+restoredTickets+`))`,
			team, mail.Key, may, team, team, email, team, email)
		if err != nil {
			return fmt.Errorf("take back the mail of a restore: %w", err)
		}
		return nil
	})
}

// mayRestore counts what the address was sent, and forgets what is old.
func (s *Store) mayRestore(ctx context.Context, tx *tx, team int64, email string) (bool, error) {
	now := s.now()
	old := now.Add(-keptRestores)
	_, err := tx.exec(ctx, `
		DELETE FROM restore_links
		WHERE restore_id IN (SELECT id FROM restores WHERE requested_at < ?)`, old)
	if err == nil {
		_, err = tx.exec(ctx, `DELETE FROM restores WHERE requested_at < ?`, old)
	}
	if err != nil {
		return false, fmt.Errorf("delete old restores: %w", err)
	}
	var asked struct {
		Hour int `db:"an_hour"`
		Day  int `db:"a_day"`
	}
	err = get(ctx, tx, &asked, `
		SELECT COUNT(*) AS a_day, COALESCE(SUM(CASE WHEN requested_at > ? THEN 1 ELSE 0 END), 0) AS an_hour
		FROM restores
		WHERE team_id = ? AND email = ?`, now.Add(-time.Hour), team, email)
	if err != nil {
		return false, fmt.Errorf("count restores: %w", err)
	}
	return desk.MayMailRestore(asked.Hour, asked.Day), nil
}

// RestoreMail is a mail with a link that brings conversations back.
type RestoreMail struct {
	Team, To string
	Link     string // a secret
}

// RestoreMail makes the link of a job of kind job.KindRestore: it is kept nowhere but in the mail, and counts its hour
// from now. Each attempt gets one of its own, as an earlier one may have arrived. Late jobs are a permanent job.Error.
func (s *Store) RestoreMail(ctx context.Context, j job.Job) (RestoreMail, error) {
	var r job.Restore
	if err := json.Unmarshal(j.Payload, &r); err != nil {
		return RestoreMail{}, errors.New("the payload is not the JSON of a restore") // err may quote it
	}
	if s.now().Sub(j.CreatedAt) > desk.RestoreLife {
		return RestoreMail{}, &job.Error{Permanent: true, Text: "Too late: who asked for the link no longer waits for it."}
	}
	token, m := newKey(), RestoreMail{To: r.To}
	var err error
	if m.Link, err = restoreLink(r.Page, token); err != nil {
		return RestoreMail{}, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := get(ctx, tx, &m.Team, `SELECT name FROM teams WHERE id = ?`, j.TeamID); err != nil {
			return fmt.Errorf("read name of team %d: %w", j.TeamID, err)
		}
		_, err := tx.exec(ctx, `
			INSERT INTO restore_links (token_hash, restore_id, expires_at)
			VALUES (?, ?, ?)`, keyHash(token), r.ID, s.now().Add(desk.RestoreLife))
		if err != nil {
			return fmt.Errorf("insert restore link: %w", err)
		}
		return nil
	})
	return m, err
}

// restoreParameter is where the SDK looks for a token in its page's address.
const restoreParameter = "ph_conv_restore"

// restoreLink is the page's address with the token behind its query, which stays as it was written: what its parts mean
// is the site's own business.
func restoreLink(page, token string) (string, error) {
	u, err := url.Parse(page)
	if err != nil {
		return "", fmt.Errorf("read the page of a restore: %w", err)
	}
	var query []string
	if u.RawQuery != "" {
		query = slices.DeleteFunc(strings.Split(u.RawQuery, "&"), isRestoreParameter)
	}
	u.RawQuery = inAddress.Replace(strings.Join(append(query, restoreParameter+"="+token), "&"))
	return u.String(), nil
}

func isRestoreParameter(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	name, err := url.QueryUnescape(name)
	return err == nil && name == restoreParameter
}

// inAddress escapes what would end an address in a mail: nobody is to write text of their own behind it.
var inAddress = strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E")

// Restore brings the conversations of a mailed link to the visitor. From then on they are read there and, where a
// browser read them before, no longer there.
func (s *Store) Restore(ctx context.Context, team int64, token string, v Visitor) (desk.RestoreStatus, error) {
	var status desk.RestoreStatus
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		var link struct {
			ID        int64  `db:"id"`
			Email     string `db:"email"`
			ExpiresAt micros `db:"expires_at"`
			UsedAt    micros `db:"used_at"`
		}
		err := get(ctx, tx, &link, `
			SELECT r.id, r.email, l.expires_at, r.used_at
			FROM restore_links l
			JOIN restores r ON r.id = l.restore_id
			WHERE l.token_hash = ? AND r.team_id = ?`+s.forUpdate(), keyHash(token), team)
		if noRows(err) {
			status = desk.RestoreInvalid
			return nil
		}
		if err != nil {
			return fmt.Errorf("find restore link: %w", err)
		}
		status = desk.CheckRestore(time.Time(link.ExpiresAt), time.Time(link.UsedAt), s.now())
		if status != desk.Restored {
			return nil
		}
		if _, err := tx.exec(ctx, `UPDATE restores SET used_at = ? WHERE id = ?`, s.now(), link.ID); err != nil {
			return fmt.Errorf("use restore %d: %w", link.ID, err)
		}
		return s.giveRestored(ctx, tx, team, link.Email, v)
	})
	return status, err
}

// giveRestored gives the visitor the newest of the address's tickets; those of them that are theirs already stay as they
// are, and make no room for older ones. They are locked in the order of their ids; one that somebody took along
// meanwhile is left to them.
func (s *Store) giveRestored(ctx context.Context, tx *tx, team int64, email string, v Visitor) error {
	session, identity := v.columns()
	tickets, err := lockedTickets(ctx, tx, `t.identity IS NULL AND COALESCE(t.widget_session <> ?, TRUE) AND t.id IN (`+restoredTickets+`
			ORDER BY t.id DESC
			LIMIT ?)
		ORDER BY t.id`+s.ticketLock(), session, team, team, email, team, email, mostRestored)
	if err != nil {
		return err
	}
	for i := range tickets {
		t := &tickets[i]
		_, err := tx.exec(ctx, `UPDATE tickets SET widget_session = ?, identity = ? WHERE id = ?`, session, identity, t.ID)
		if err != nil {
			return fmt.Errorf("give ticket %d to a visitor: %w", t.ID, err)
		}
		if _, err := s.changeHeld(ctx, tx, customerActor(t.Customer), *t, desk.TakeAlong{MailedTo: email}); err != nil {
			return err
		}
	}
	return nil
}
