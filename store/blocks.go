package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// BlockCustomer refuses from now on what the customer writes. One who is blocked stays so.
func (s *Store) BlockCustomer(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.setBlock(ctx, by, team, id, desk.CustomerBlocked)
}

// UnblockCustomer lets the customer write again.
func (s *Store) UnblockCustomer(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.setBlock(ctx, by, team, id, desk.CustomerUnblocked)
}

func (s *Store) setBlock(ctx context.Context, by desk.Actor, team int64, id desk.ID, deed desk.CustomerDeed) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		c, err := s.lockCustomer(ctx, tx, team, id)
		if err != nil || c.BlockedAt.IsZero() == (deed == desk.CustomerUnblocked) {
			return err
		}
		at := micros{}
		if deed == desk.CustomerBlocked {
			at = micros(s.now())
		}
		if _, err := tx.exec(ctx, `UPDATE customers SET blocked_at = ? WHERE id = ?`, time.Time(at), c.ID); err != nil {
			return fmt.Errorf("set block of customer %d: %w", c.ID, err)
		}
		return s.noteDown(ctx, tx, by, team, CustomerNote{Customer: c.ID, Kind: deed})
	})
}

// checkSender refuses a new ticket of somebody who is blocked: by the email, by the browser or the identity, and where no email is
// told, by the distinct id. A distinct id alone is too weak a sign, as some sites give the same to many people.
func checkSender(ctx context.Context, q queryer, team int64, n *NewTicket) error {
	return blocked(ctx, q, `
		SELECT id, merged_into, blocked_at
		FROM customers
		WHERE team_id = ? AND email = ? AND email <> ''
		UNION ALL
		SELECT c.id, c.merged_into, c.blocked_at
		FROM customer_addresses a
		JOIN customers c ON c.id = a.customer_id
		WHERE a.team_id = ? AND a.email = ?
		UNION ALL
		SELECT id, merged_into, blocked_at
		FROM customers
		WHERE team_id = ? AND distinct_id = ? AND distinct_id <> '' AND email = ?
		UNION ALL
		SELECT c.id, c.merged_into, c.blocked_at
		FROM tickets t
		JOIN customers c ON c.id = t.customer_id
		WHERE t.team_id = ? AND t.widget_session = ?
		UNION ALL
		SELECT c.id, c.merged_into, c.blocked_at
		FROM tickets t
		JOIN customers c ON c.id = t.customer_id
		WHERE t.team_id = ? AND t.identity = ?`,
		team, n.Customer.Email, team, n.Customer.Email, team, n.Customer.DistinctID, n.Customer.Email,
		team, n.Visitor.Session, team, n.Visitor.identity())
}

// checkCustomer refuses a message of a customer who is blocked.
func checkCustomer(ctx context.Context, q queryer, customer int64) error {
	return blocked(ctx, q, `SELECT id, merged_into, blocked_at FROM customers WHERE id = ?`, customer)
}

// blocked takes a constant query of customers; of those who were merged, the one who took their tickets over counts.
func blocked(ctx context.Context, q queryer, whom string, args ...any) error {
	var at micros
	err := get(ctx, q, &at, `
		WITH RECURSIVE whom (id, merged_into, blocked_at) AS (`+whom+`
			UNION ALL
			SELECT c.id, c.merged_into, c.blocked_at
			FROM whom
			JOIN customers c ON c.id = whom.merged_into)
		SELECT MAX(blocked_at)
		FROM whom
		WHERE merged_into IS NULL`, args...)
	if err != nil {
		return fmt.Errorf("look whether a customer is blocked: %w", err)
	}
	return desk.Sender{BlockedAt: time.Time(at)}.Check()
}
