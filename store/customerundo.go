package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

type customerMergeRow struct {
	ID       int64   `db:"id"`
	From     desk.ID `db:"from_public"`
	Into     desk.ID `db:"into_public"`
	UndoneAt micros  `db:"undone_at"`
}

// UndoCustomerMerge makes two customers of one again and returns whom it had merged into. Tickets that came since stay
// there. A merge that was undone is a Conflict, and so is one whose target was merged since.
func (s *Store) UndoCustomerMerge(ctx context.Context, by desk.Actor, team int64, id desk.ID) (desk.ID, error) {
	var into desk.ID
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.holdOpenings(ctx, tx, team); err != nil {
			return err
		}
		row, err := findCustomerMerge(ctx, tx, team, id)
		if err != nil {
			return err
		}
		into = row.Into
		if row.UndoneAt != (micros{}) {
			return desk.Errorf(desk.Conflict, "This was undone already.")
		}
		target, err := s.lockCustomer(ctx, tx, team, row.Into)
		if desk.IsKind(err, desk.Conflict) {
			return desk.Errorf(desk.Conflict, "This customer was itself merged into another one. Undo that merge first.")
		}
		if err != nil {
			return err
		}
		source, err := findRecord(ctx, tx, `team_id = ? AND public_id = ?`, team, row.From)
		if err != nil {
			return err
		}
		if err := s.partCustomers(ctx, tx, by, parting{team, row.ID, source, target}); err != nil {
			return err
		}
		return s.noteDown(ctx, tx, by, team, CustomerNote{Customer: target.ID, Kind: desk.CustomerUnmerged, Body: nameOf(source.Customer)})
	})
	return into, err
}

func findCustomerMerge(ctx context.Context, q queryer, team int64, id desk.ID) (customerMergeRow, error) {
	var row customerMergeRow
	err := get(ctx, q, &row, `
		SELECT m.id, f.public_id AS from_public, i.public_id AS into_public, m.undone_at
		FROM customer_merges m
		JOIN customers f ON f.id = m.from_id
		JOIN customers i ON i.id = m.into_id
		WHERE m.team_id = ? AND m.public_id = ?`, team, id)
	if noRows(err) {
		return row, desk.Errorf(desk.NotFound, "There is no such merge in this team.")
	}
	if err != nil {
		return row, fmt.Errorf("find merge %s of customers: %w", id, err)
	}
	return row, nil
}

// parting is a merge of customers that is taken back.
type parting struct {
	team, merge    int64
	source, target CustomerRecord
}

// partCustomers gives the source back what the merge took and is still the target's.
func (s *Store) partCustomers(ctx context.Context, tx *tx, by desk.Actor, p parting) error {
	tickets, err := lockedTickets(ctx, tx, `t.team_id = ? AND t.customer_id = ? AND t.id IN (
		SELECT v.ticket_id FROM moved_tickets v WHERE v.team_id = ? AND v.merge_id = ?)
		ORDER BY t.id`+s.ticketLock(), p.team, p.target.ID, p.team, p.merge)
	if err != nil {
		return err
	}
	if err := s.giveTickets(ctx, tx, by, tickets, p.source.Customer); err != nil {
		return err
	}
	// A block of the one they were is a block of both that they become.
	_, err = tx.exec(ctx, `UPDATE customers SET merged_into = NULL, blocked_at = ? WHERE id = ?`, p.target.BlockedAt, p.source.ID)
	if err != nil {
		return fmt.Errorf("open customer %d again: %w", p.source.ID, err)
	}
	_, err = tx.exec(ctx, `UPDATE customer_merges SET undone_at = ?, undone_by = ? WHERE id = ?`, s.now(), by.ID, p.merge)
	if err != nil {
		return fmt.Errorf("mark merge %d undone: %w", p.merge, err)
	}
	return renamed(ctx, tx, p.target.ID)
}
