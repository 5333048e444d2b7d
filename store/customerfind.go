package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// findCustomer finds who a door was told of, or noRows. One who was merged stands for the customer who took them over.
// A verified customer is found by their signature alone: their email is a claim, too, and one that may change, so what
// is mailed from that address could end up with somebody else. So no address of theirs leads to them, either, and
// nobody whom they took over.
func findCustomer(ctx context.Context, tx *tx, team int64, in CustomerInput) (desk.Customer, error) {
	const ofAddress = `NOT verified AND id IN (SELECT a.customer_id FROM customer_addresses a WHERE a.team_id = ? AND a.email = ?)`
	condition, args := `team_id = ? AND distinct_id = ? AND distinct_id <> '' AND NOT verified AND (email = ? OR `+ofAddress+`)`,
		[]any{team, in.DistinctID, in.Email, team, in.Email}
	if in.DistinctID == "" {
		condition, args = `team_id = ? AND email = ? AND email <> '' AND NOT verified`, []any{team, in.Email}
	}
	row, err := unverifiedWhere(ctx, tx, condition, args...)
	if noRows(err) && in.DistinctID == "" {
		row, err = unverifiedWhere(ctx, tx, ofAddress, team, in.Email)
	}
	if err != nil {
		return desk.Customer{}, err
	}
	c := desk.Customer{ID: row.ID, PublicID: row.PublicID, Name: row.Name, Email: row.Email, DistinctID: row.DistinctID}
	if c.Name == "" && in.Name != "" {
		c.Name = in.Name
		if _, err := tx.exec(ctx, `UPDATE customers SET name = ? WHERE id = ?`, in.Name, c.ID); err != nil {
			return desk.Customer{}, fmt.Errorf("name customer %d: %w", c.ID, err)
		}
		return c, renamed(ctx, tx, c.ID)
	}
	return c, nil
}

// unverifiedWhere is customerWhere with who took that customer over, unless that one is verified: then it is the oldest
// whom nobody took over.
func unverifiedWhere(ctx context.Context, q queryer, condition string, args ...any) (customerRow, error) {
	row, err := customerWhere(ctx, q, condition, args...)
	for err == nil && row.MergedInto != 0 { // ends: only customers that are not merged take others in
		row, err = customerWhere(ctx, q, `id = ?`, row.MergedInto)
	}
	if err == nil && row.Verified {
		return customerWhere(ctx, q, condition+` AND merged_into IS NULL`, args...)
	}
	return row, err
}

// customerWhere returns the oldest customer that a constant condition holds for.
func customerWhere(ctx context.Context, q queryer, condition string, args ...any) (customerRow, error) {
	var row customerRow
	err := get(ctx, q, &row, `
		SELECT `+customerColumns+`
		FROM customers
		WHERE `+condition+`
		ORDER BY id
		LIMIT 1`, args...)
	if err != nil {
		return row, fmt.Errorf("find customer: %w", err)
	}
	return row, nil
}
