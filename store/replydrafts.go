package store

import (
	"context"
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// DraftKey names what an agent has typed to a ticket and not sent. The ticket is one of the team.
type DraftKey struct{ Team, User, Ticket int64 }

// ReplyDraft is such a text. Rev tells it from every other that stood there before; 0: there is none.
type ReplyDraft struct {
	Body    string  `db:"body"`
	Private bool    `db:"private"`
	Macro   desk.ID `db:"macro_id"` // whose changes are to be made with it, zero for none
	Rev     int64   `db:"rev"`
}

// ErrDraftChanged answers the saving of a draft that is not made from the one that is kept.
var ErrDraftChanged = desk.Errorf(desk.Conflict, "This draft was changed or sent elsewhere since. Choose which text to keep.")

// ReplyDraft returns the draft of an agent to a ticket, or the zero one.
func (s *Store) ReplyDraft(ctx context.Context, key DraftKey) (ReplyDraft, error) {
	return readDraft(ctx, s.quick, key, "")
}

func readDraft(ctx context.Context, q queryer, key DraftKey, lock string) (ReplyDraft, error) {
	var d ReplyDraft
	err := get(ctx, q, &d, `
		SELECT body, private, macro_id, rev
		FROM drafts
		WHERE team_id = ? AND user_id = ? AND ticket_id = ?`+lock, key.Team, key.User, key.Ticket)
	if err != nil && !noRows(err) {
		return ReplyDraft{}, fmt.Errorf("read draft of user %d to ticket %d: %w", key.User, key.Ticket, err)
	}
	return d, nil
}

// SaveReplyDraft keeps d in the place of the draft of revision d.Rev and returns it with its own; blank text keeps
// none. Where another one is kept, it returns that one with ErrDraftChanged.
func (s *Store) SaveReplyDraft(ctx context.Context, key DraftKey, d ReplyDraft) (ReplyDraft, error) {
	if strings.TrimSpace(d.Body) == "" {
		d = ReplyDraft{Rev: d.Rev}
	}
	var kept ReplyDraft
	changed := false
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		var err error
		if kept, err = readDraft(ctx, tx, key, s.forUpdate()); err != nil {
			return err
		}
		same := kept.Body == d.Body && kept.Private == d.Private && kept.Macro == d.Macro
		if changed = kept.Rev != d.Rev && !same; changed || same {
			return nil
		}
		next := d
		next.Rev = max(s.now().UnixMicro(), kept.Rev+1)
		if changed, err = replaceDraft(ctx, tx, key, kept.Rev, next); err != nil {
			return err
		}
		if changed || next.Body == "" {
			kept, err = readDraft(ctx, tx, key, "")
			return err
		}
		kept = next
		return nil
	})
	switch {
	case err != nil:
		return ReplyDraft{}, err
	case changed:
		return kept, ErrDraftChanged
	}
	return kept, nil
}

// replaceDraft reports true when another one was kept in the meantime, which only a new one can meet.
func replaceDraft(ctx context.Context, tx *tx, key DraftKey, rev int64, d ReplyDraft) (bool, error) {
	if d.Body == "" {
		return false, clearDraft(ctx, tx, key, ReplyDraft{Rev: rev})
	}
	n, err := tx.exec(ctx, `
		INSERT INTO drafts (team_id, user_id, ticket_id, body, private, macro_id, rev)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (team_id, user_id, ticket_id) DO UPDATE
		SET body = excluded.body, private = excluded.private, macro_id = excluded.macro_id, rev = excluded.rev
		WHERE drafts.rev = ?`, key.Team, key.User, key.Ticket, d.Body, d.Private, d.Macro, d.Rev, rev)
	if err != nil {
		return false, fmt.Errorf("save draft of user %d to ticket %d: %w", key.User, key.Ticket, err)
	}
	return n == 0, nil
}

// clearDraft ends the draft of that revision or of that text; one that is typed elsewhere since stays.
func clearDraft(ctx context.Context, tx *tx, key DraftKey, d ReplyDraft) error {
	_, err := tx.exec(ctx, `
		DELETE FROM drafts
		WHERE team_id = ? AND user_id = ? AND ticket_id = ? AND (rev = ? OR body = ?)`,
		key.Team, key.User, key.Ticket, d.Rev, d.Body)
	if err != nil {
		return fmt.Errorf("clear draft of user %d to ticket %d: %w", key.User, key.Ticket, err)
	}
	return nil
}

// before is d with what was typed after it. What was for the team must not become public by the way, and a text has one
// macro: that of the later.
func (d ReplyDraft) before(later ReplyDraft) ReplyDraft {
	d.Body += "\n\n" + later.Body
	d.Private = d.Private || later.Private
	if !later.Macro.IsZero() {
		d.Macro = later.Macro
	}
	return d
}

// returnToDraft puts a text that was taken back before what its writer has typed since.
func (s *Store) returnToDraft(ctx context.Context, tx *tx, key DraftKey, back ReplyDraft) error {
	kept, err := readDraft(ctx, tx, key, s.forUpdate())
	if err != nil {
		return err
	}
	next := back
	if kept.Body != "" && kept.Body != back.Body {
		next = back.before(kept)
	}
	next.Rev = max(s.now().UnixMicro(), kept.Rev+1)
	changed, err := replaceDraft(ctx, tx, key, kept.Rev, next)
	if err == nil && changed {
		return desk.Errorf(desk.Conflict, "You are typing to this ticket elsewhere. Try again.")
	}
	return err
}
