package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// lockReplies locks what waits in tickets. It comes before the tickets: so does a reply that is being sent, which then
// is either sent where it was or found where it went.
func (s *Store) lockReplies(ctx context.Context, tx *tx, tickets []int64) error {
	lock := s.forUpdate()
	if lock == "" || len(tickets) == 0 {
		return nil
	}
	args := make([]any, len(tickets))
	for i, id := range tickets {
		args[i] = id
	}
	var locked []int64
	err := list(ctx, tx, &locked, `
		SELECT id
		FROM replies
		WHERE ticket_id IN (`+rowsOf(`?`, len(tickets))+`) AND state IN ('waiting', 'stale', 'refused')
		ORDER BY id`+lock, args...)
	if err != nil {
		return fmt.Errorf("lock replies that wait in %d tickets: %w", len(tickets), err)
	}
	return nil
}

// moveReplies lets the replies that wait in the source of a merge wait in its target. One whose writer has not seen
// what others wrote there is held again when its time comes, as any other stale one.
func moveReplies(ctx context.Context, tx *tx, p ticketPair, merge int64) error {
	_, err := tx.exec(ctx, `
		INSERT INTO moved_replies (team_id, merge_id, reply_id)
		SELECT team_id, ?, id
		FROM replies
		WHERE ticket_id = ? AND state IN ('waiting', 'stale', 'refused')`, merge, p.from.ID)
	if err != nil {
		return fmt.Errorf("note replies of merge %d: %w", merge, err)
	}
	return giveReplies(ctx, tx, merge, p.from, p.into)
}

// returnReplies gives back those that still wait. What was sent meanwhile stays a message of the target.
func returnReplies(ctx context.Context, tx *tx, p ticketPair, merge int64) error {
	return giveReplies(ctx, tx, merge, p.into, p.from)
}

// giveReplies makes what a merge moved wait in another ticket, with the files that go with it.
func giveReplies(ctx context.Context, tx *tx, merge int64, from, to desk.Ticket) error {
	const these = `
		FROM moved_replies v
		JOIN replies r ON r.id = v.reply_id
		WHERE v.team_id = ? AND v.merge_id = ? AND r.ticket_id = ? AND r.state IN ('waiting', 'stale', 'refused')`
	for _, statement := range []string{ // the files first: afterwards the replies are elsewhere
		`UPDATE attachments SET ticket_id = ? WHERE sent_at IS NULL AND message_id IN (SELECT r.public_id ` + these + `)`,
		`UPDATE replies SET ticket_id = ? WHERE id IN (SELECT r.id ` + these + `)`,
	} {
		if _, err := tx.exec(ctx, statement, to.ID, from.TeamID, merge, from.ID); err != nil {
			return fmt.Errorf("move replies of merge %d to ticket %d: %w", merge, to.ID, err)
		}
	}
	return nil
}
