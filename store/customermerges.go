package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// CustomerMerge is one customer that became part of another, and was not undone.
type CustomerMerge struct {
	ID    desk.ID
	From  string // a name or an address, "" for none
	By    string
	At    time.Time
	Moved int // tickets
}

// MergeCustomers gives all tickets of one customer of the team to another one, in one transaction and without events.
// Who can read them in a browser stays the same.
func (s *Store) MergeCustomers(ctx context.Context, by desk.Actor, team int64, from, into desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.holdOpenings(ctx, tx, team); err != nil {
			return err
		}
		source, err := s.lockCustomer(ctx, tx, team, from)
		if err != nil {
			return err
		}
		target, err := s.lockCustomer(ctx, tx, team, into)
		if err != nil {
			return err
		}
		if err := checkMerge(ctx, tx, team, source, target); err != nil {
			return err
		}
		merge, err := tx.insert(ctx, `
			INSERT INTO customer_merges (public_id, team_id, from_id, into_id, user_id, user_name, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)
			RETURNING id`, s.newID(), team, source.ID, target.ID, by.ID, by.Name, s.now())
		if err != nil {
			return fmt.Errorf("insert merge of customer %d: %w", source.ID, err)
		}
		tickets, err := lockedTickets(ctx, tx, `t.team_id = ? AND t.customer_id = ? ORDER BY t.id`+s.ticketLock(), team, source.ID)
		if err != nil {
			return err
		}
		if err := s.noteMoves(ctx, tx, team, merge, tickets); err != nil {
			return err
		}
		if err := s.giveTickets(ctx, tx, by, tickets, target.Customer); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE customers SET merged_into = ? WHERE id = ?`, target.ID, source.ID); err != nil {
			return fmt.Errorf("close customer %d: %w", source.ID, err)
		}
		if err := renamed(ctx, tx, target.ID); err != nil { // has the addresses of both
			return err
		}
		return s.noteDown(ctx, tx, by, team, CustomerNote{Customer: target.ID, Kind: desk.CustomerMerged, Body: nameOf(source.Customer)})
	})
}

// holdOpenings keeps new tickets waiting until the commit: one that was opened meanwhile would stay behind.
func (s *Store) holdOpenings(ctx context.Context, tx *tx, team int64) error {
	var id int64
	if err := get(ctx, tx, &id, `SELECT id FROM teams WHERE id = ?`+s.forUpdate(), team); err != nil {
		return fmt.Errorf("lock team %d: %w", team, err)
	}
	return nil
}

// PlannedCustomerMerge says whether MergeCustomers would refuse, and does nothing.
func (s *Store) PlannedCustomerMerge(ctx context.Context, team int64, source, target CustomerRecord) error {
	return checkMerge(ctx, s.db, team, source, target)
}

func checkMerge(ctx context.Context, q queryer, team int64, source, target CustomerRecord) error {
	m := desk.CustomerMerge{From: source.ID, Into: target.ID, FromBlocked: source.BlockedAt, IntoBlocked: target.BlockedAt}
	err := get(ctx, q, &m.Tickets, `
		SELECT COUNT(*)
		FROM (SELECT 1 FROM tickets WHERE team_id = ? AND customer_id = ? LIMIT ?) AS few`, team, source.ID, desk.MaxMovedTickets+1)
	if err != nil {
		return fmt.Errorf("count tickets of customer %d: %w", source.ID, err)
	}
	return m.Check()
}

// lockedTickets takes a constant condition with its order and lock; its values are parameters.
func lockedTickets(ctx context.Context, tx *tx, condition string, args ...any) ([]desk.Ticket, error) {
	rows, err := listTickets(ctx, tx, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE `+condition, args...)
	if err != nil {
		return nil, fmt.Errorf("lock tickets of a customer: %w", err)
	}
	return ticketsOf(rows)
}

// noteMoves keeps which tickets a merge takes along: an undo gives back these alone.
func (s *Store) noteMoves(ctx context.Context, tx *tx, team, merge int64, tickets []desk.Ticket) error {
	if len(tickets) == 0 {
		return nil
	}
	rows := make([][]any, len(tickets))
	for i := range tickets {
		rows[i] = []any{team, merge, tickets[i].ID}
	}
	if err := tx.insertRows(ctx, `INSERT INTO moved_tickets (team_id, merge_id, ticket_id) VALUES `, rows); err != nil {
		return fmt.Errorf("note tickets of merge %d: %w", merge, err)
	}
	return nil
}

func (s *Store) giveTickets(ctx context.Context, tx *tx, by desk.Actor, tickets []desk.Ticket, to desk.Customer) error {
	for i := range tickets {
		if _, err := s.changeHeld(ctx, tx, by, tickets[i], desk.SetCustomer{To: to}); err != nil {
			return err
		}
	}
	return nil
}

// nameOf is how people call a customer.
func nameOf(c desk.Customer) string { return cmp.Or(c.Name, c.Email, c.DistinctID) }

// CustomerMerges lists up to limit customers who became part of this one and still are, the last ones first.
func (s *Store) CustomerMerges(ctx context.Context, team, customer int64, limit int) ([]CustomerMerge, error) {
	var rows []struct {
		PublicID   desk.ID `db:"public_id"`
		Name       string  `db:"name"`
		Email      string  `db:"email"`
		DistinctID string  `db:"distinct_id"`
		By         string  `db:"user_name"`
		CreatedAt  micros  `db:"created_at"`
		Moved      int     `db:"moved"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT m.public_id, c.name, c.email, c.distinct_id, m.user_name, m.created_at, (
			SELECT COUNT(*) FROM moved_tickets v WHERE v.team_id = m.team_id AND v.merge_id = m.id) AS moved
		FROM customer_merges m
		JOIN customers c ON c.id = m.from_id
		WHERE m.team_id = ? AND m.into_id = ? AND m.undone_at IS NULL
		ORDER BY m.id DESC
		LIMIT ?`, team, customer, limit)
	if err != nil {
		return nil, fmt.Errorf("list merges of customer %d: %w", customer, err)
	}
	merges := make([]CustomerMerge, len(rows))
	for i, r := range rows {
		from := nameOf(desk.Customer{Name: r.Name, Email: r.Email, DistinctID: r.DistinctID})
		merges[i] = CustomerMerge{r.PublicID, from, r.By, time.Time(r.CreatedAt), r.Moved}
	}
	return merges, nil
}
