package store

import (
	"cmp"
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// Address is a further email address of a customer.
type Address struct {
	Email string
	Fixed bool // it is that of a customer who was merged into this one
}

// CustomerAddresses lists the addresses of a customer beside the first one, in alphabetical order.
func (s *Store) CustomerAddresses(ctx context.Context, team int64, c CustomerRecord) ([]Address, error) {
	var rows []struct {
		Email string `db:"email"`
		Owner int64  `db:"owner"`
	}
	err := list(ctx, s.db, &rows, family+`
		SELECT email, MAX(owner) AS owner
		FROM (
			SELECT email, customer_id AS owner
			FROM customer_addresses
			WHERE customer_id IN (SELECT id FROM family)
			UNION ALL
			SELECT email, 0
			FROM customers
			WHERE id IN (SELECT id FROM family) AND email <> '' AND email <> ?) AS addresses
		GROUP BY email
		ORDER BY email`, team, c.ID, c.Email)
	if err != nil {
		return nil, fmt.Errorf("list addresses of customer %d: %w", c.ID, err)
	}
	addresses := make([]Address, len(rows))
	for i, r := range rows {
		addresses[i] = Address{r.Email, r.Owner != c.ID}
	}
	return addresses, nil
}

// AddAddress gives the team's customer a further email address. One that somebody else has is a Conflict that names them.
func (s *Store) AddAddress(ctx context.Context, by desk.Actor, team int64, id desk.ID, email string) error {
	email, err := cleanEmail(email)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		c, err := s.lockCustomer(ctx, tx, team, id)
		if err != nil {
			return err
		}
		if err := checkAddress(ctx, tx, team, c, email); err != nil {
			return err
		}
		n, err := tx.exec(ctx, `
			INSERT INTO customer_addresses (team_id, email, customer_id, created_at)
			VALUES (?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, team, email, c.ID, s.now())
		if err != nil {
			return fmt.Errorf("add address to customer %d: %w", c.ID, err)
		}
		if n == 0 {
			return desk.Errorf(desk.Conflict, "Somebody has just been given this address. Look again.")
		}
		if err := renamed(ctx, tx, c.ID); err != nil {
			return err
		}
		return s.noteDown(ctx, tx, by, team, CustomerNote{Customer: c.ID, Kind: desk.CustomerAddressed, Body: email})
	})
}

// checkAddress refuses an address that a customer has already.
func checkAddress(ctx context.Context, q queryer, team int64, c CustomerRecord, email string) error {
	var row struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	err := get(ctx, q, &row, `
		SELECT id, name
		FROM (
			SELECT id, name FROM customers WHERE team_id = ? AND email = ? AND email <> ''
			UNION ALL
			SELECT c.id, c.name
			FROM customer_addresses a
			JOIN customers c ON c.id = a.customer_id
			WHERE a.team_id = ? AND a.email = ?) AS holders
		ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END, id
		LIMIT 1`, team, email, team, email, c.ID)
	switch {
	case noRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("look who has an address: %w", err)
	case row.ID == c.ID:
		return desk.FieldErrorf("email", "The customer has this address already.")
	}
	return desk.Errorf(desk.Conflict, "%s has this address. Merge the two customers, or remove it there.", cmp.Or(desk.Isolated(row.Name), "Another customer"))
}

// RemoveAddress takes a further address from the team's customer. The first one stays.
func (s *Store) RemoveAddress(ctx context.Context, by desk.Actor, team int64, id desk.ID, email string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		c, err := s.lockCustomer(ctx, tx, team, id)
		if err != nil {
			return err
		}
		n, err := tx.exec(ctx, `
			DELETE FROM customer_addresses
			WHERE team_id = ? AND email = ? AND customer_id = ?`, team, email, c.ID)
		if err != nil {
			return fmt.Errorf("remove address of customer %d: %w", c.ID, err)
		}
		if n == 0 {
			return desk.Errorf(desk.NotFound, "The customer has no such further address.")
		}
		if err := renamed(ctx, tx, c.ID); err != nil {
			return err
		}
		return s.noteDown(ctx, tx, by, team, CustomerNote{Customer: c.ID, Kind: desk.CustomerUnaddressed, Body: email})
	})
}
