package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// changeInBulk makes the change of one ticket of a bulk and reports whether it changed anything. Whom the bulk gives
// tickets to is told once, at its end.
func (s *Store) changeInBulk(ctx context.Context, tx *tx, row *bulkRow, key ticketKey, change desk.Change) (bool, error) {
	c, err := s.decide(ctx, tx, row.actor(), key, change)
	if err != nil {
		return false, err
	}
	c.bulk = row.ID
	return len(c.outcome.Changes) > 0, s.saveOutcome(ctx, tx, c)
}

// gatherNotices counts what a bulk gives to whom.
func gatherNotices(ctx context.Context, tx *tx, c *saved, notices []desk.Notice) error {
	for _, n := range notices {
		_, err := tx.exec(ctx, `
			INSERT INTO bulk_given (team_id, bulk_id, user_id, ticket_id, tickets)
			VALUES (?, ?, ?, ?, 1)
			ON CONFLICT (team_id, bulk_id, user_id) DO UPDATE SET tickets = bulk_given.tickets + 1`,
			c.after.TeamID, c.bulk, n.UserID, c.after.ID)
		if err != nil {
			return fmt.Errorf("count tickets that bulk %d gives to user %d: %w", c.bulk, n.UserID, err)
		}
	}
	return nil
}

// tellOfBulk tells each member once of what a bulk gave to them, and forgets it. Of a single ticket it says which.
func (s *Store) tellOfBulk(ctx context.Context, tx *tx, row *bulkRow) error {
	var given []struct {
		UserID   int64 `db:"user_id"`
		TicketID int64 `db:"ticket_id"`
		Tickets  int   `db:"tickets"`
	}
	err := list(ctx, tx, &given, `
		SELECT user_id, ticket_id, tickets
		FROM bulk_given
		WHERE team_id = ? AND bulk_id = ?
		ORDER BY user_id`, row.TeamID, row.ID)
	if err != nil {
		return fmt.Errorf("list what bulk %d gave: %w", row.ID, err)
	}
	for _, g := range given {
		about := desk.Ticket{TeamID: row.TeamID}
		if g.Tickets == 1 {
			if about, err = s.findTicket(ctx, tx, row.TeamID, `t.id = ?`, g.TicketID); err != nil {
				return err
			}
		}
		notice := desk.Notice{UserID: g.UserID, Kind: desk.AssignedNotice, Tickets: g.Tickets}
		if err := s.notify(ctx, tx, &saved{after: &about, by: row.actor()}, []desk.Notice{notice}); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, `DELETE FROM bulk_given WHERE team_id = ? AND bulk_id = ?`, row.TeamID, row.ID); err != nil {
		return fmt.Errorf("forget what bulk %d gave: %w", row.ID, err)
	}
	return nil
}
