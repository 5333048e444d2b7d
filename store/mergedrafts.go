package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// moveDrafts makes what members have typed to the source of a merge, and not sent, their drafts to its target, behind
// what they have typed there. An undo leaves it there: it may be written on by then.
func (s *Store) moveDrafts(ctx context.Context, tx *tx, p ticketPair) error {
	lock := s.forUpdate()
	if lock != "" {
		lock += ` OF d`
	}
	var drafts []struct {
		User int64 `db:"user_id"`
		ReplyDraft
	}
	err := list(ctx, tx, &drafts, draftsOfTicket+lock, p.from.TeamID, p.from.ID)
	if err != nil {
		return fmt.Errorf("list drafts to ticket %d: %w", p.from.ID, err)
	}
	for _, d := range drafts {
		at := DraftKey{p.from.TeamID, d.User, p.into.ID}
		there, err := readDraft(ctx, tx, at, s.forUpdate())
		if err != nil {
			return err
		}
		next := d.ReplyDraft
		if there.Body != "" {
			next = there.before(d.ReplyDraft)
		}
		next.Rev = max(s.now().UnixMicro(), d.Rev+1, there.Rev+1)
		changed, err := replaceDraft(ctx, tx, at, there.Rev, next)
		if err != nil {
			return err
		}
		if changed {
			return desk.Errorf(desk.Conflict, "Somebody has just begun to type to ticket #%d. Try again.", p.into.Number)
		}
		if err := clearDraft(ctx, tx, DraftKey{p.from.TeamID, d.User, p.from.ID}, d.ReplyDraft); err != nil {
			return err
		}
	}
	return nil
}

// draftsOfTicket goes through the members, who are few: drafts stand in the order of their writers.
const draftsOfTicket = `
	SELECT d.user_id, d.body, d.private, d.macro_id, d.rev
	FROM members m CROSS JOIN drafts d
	WHERE m.team_id = ? AND d.team_id = m.team_id AND d.user_id = m.user_id AND d.ticket_id = ?
	ORDER BY m.user_id`
