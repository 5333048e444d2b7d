package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// CompanyCustomer is a customer of a company and how much of theirs is not resolved.
type CompanyCustomer struct {
	desk.Customer
	Open int // at most MostOpen
}

// MostOpen is how many tickets of one customer are counted.
const MostOpen = 100

const companyCustomers = `
	SELECT c.id, c.public_id, c.name, c.email, c.distinct_id, (
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM tickets t
			WHERE t.team_id = c.team_id AND t.customer_id = c.id AND t.status <> ?
			LIMIT ?) AS unresolved) AS unresolved
	FROM customers c
	WHERE c.team_id = ? AND c.domain = ? AND c.domain <> '' AND c.merged_into IS NULL AND c.id > ?
	ORDER BY c.id
	LIMIT ?`

// CustomersOfCompany returns a page of the team's customers whose email has that domain, the first ones first, and after
// whom the next page begins: 0 at the end.
func (s *Store) CustomersOfCompany(ctx context.Context, team int64, domain string, after int64, limit int) ([]CompanyCustomer, int64, error) {
	var rows []struct {
		ID         int64   `db:"id"`
		PublicID   desk.ID `db:"public_id"`
		Name       string  `db:"name"`
		Email      string  `db:"email"`
		DistinctID string  `db:"distinct_id"`
		Open       int     `db:"unresolved"`
	}
	if desk.CompanyOf(domain) == "" {
		return nil, 0, desk.Errorf(desk.NotFound, "Addresses of %.60q are no company's: anybody can have one.", domain)
	}
	err := list(ctx, s.db, &rows, companyCustomers, string(desk.Resolved), MostOpen, team, domain, after, limit+1)
	if err != nil {
		return nil, 0, fmt.Errorf("list customers of %s: %w", domain, err)
	}
	next := int64(0)
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	customers := make([]CompanyCustomer, len(rows))
	for i, r := range rows {
		customers[i] = CompanyCustomer{desk.Customer{ID: r.ID, PublicID: r.PublicID, Name: r.Name, Email: r.Email, DistinctID: r.DistinctID}, r.Open}
	}
	return customers, next, nil
}
