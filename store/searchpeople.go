package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// CustomersLike returns up to limit customers of the team: those with an address that begins with a text, then those
// whose name or address its words are part of, the last one as a beginning: who wrote last comes first.
func (s *Store) CustomersLike(ctx context.Context, team int64, text string, limit int) ([]desk.Customer, error) {
	customers, err := s.customersAddressed(ctx, team, text, limit)
	if err != nil || len(customers) == limit {
		return customers, err
	}
	worded, err := s.customersWorded(ctx, team, text, limit)
	for _, c := range worded {
		if len(customers) < limit && !slices.ContainsFunc(customers, func(o desk.Customer) bool { return o.ID == c.ID }) {
			customers = append(customers, c)
		}
	}
	return customers, err
}

// customersAddressed finds customers by the beginning of any of their addresses.
func (s *Store) customersAddressed(ctx context.Context, team int64, text string, limit int) ([]desk.Customer, error) {
	from := strings.ToLower(strings.TrimSpace(text))
	if !strings.Contains(from, "@") || !utf8.ValidString(from) || strings.ContainsRune(from, 0) {
		return nil, nil
	}
	to := from + "\U0010FFFF"
	var rows []customerFound
	err := list(ctx, s.db, &rows, `
		WITH RECURSIVE found (id, merged_into) AS (
			SELECT id, merged_into
			FROM customers
			WHERE team_id = ? AND email >= ? AND email < ? AND email <> ''
			UNION
			SELECT c.id, c.merged_into
			FROM customer_addresses a
			JOIN customers c ON c.id = a.customer_id
			WHERE a.team_id = ? AND a.email >= ? AND a.email < ?
			UNION
			SELECT c.id, c.merged_into
			FROM found
			JOIN customers c ON c.id = found.merged_into)
		SELECT c.id, c.public_id, c.name, c.email, c.distinct_id
		FROM found f
		JOIN customers c ON c.id = f.id
		WHERE f.merged_into IS NULL
		ORDER BY c.id DESC
		LIMIT ?`, team, from, to, team, from, to, limit)
	if err != nil {
		return nil, fmt.Errorf("list customers by address: %w", err)
	}
	return customersOf(rows), nil
}

type customerFound struct {
	ID         int64   `db:"id"`
	PublicID   desk.ID `db:"public_id"`
	Name       string  `db:"name"`
	Email      string  `db:"email"`
	DistinctID string  `db:"distinct_id"`
}

func customersOf(rows []customerFound) []desk.Customer {
	customers := make([]desk.Customer, len(rows))
	for i, r := range rows {
		customers[i] = desk.Customer(r)
	}
	return customers
}

// customersWorded finds customers by the words of their tickets.
func (s *Store) customersWorded(ctx context.Context, team int64, text string, limit int) ([]desk.Customer, error) {
	const looked = 100 // tickets, which may be of one customer
	f, err := s.find(ctx, team, termsOf([]desk.Term{{Text: text, Prefix: true}}, customerSign), looked)
	if err != nil || len(f.tickets) == 0 {
		return nil, err
	}
	ids, err := json.Marshal(f.tickets)
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	var rows []customerFound
	err = list(ctx, s.db, &rows, customersOfTickets(s.engine.fullText().numbers()), string(ids), team, limit)
	if err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	return customersOf(rows), nil
}

// customersOfTickets selects whose the tickets are that numbers selects. CROSS JOIN makes SQLite begin with these few:
// in the order of customers it would go through all tickets of the team.
func customersOfTickets(numbers string) string {
	return `
		SELECT c.id, c.public_id, c.name, c.email, c.distinct_id
		FROM (
			SELECT t.customer_id AS id, MAX(t.id) AS newest
			FROM (` + numbers + `) AS few CROSS JOIN tickets t
			WHERE t.id = few.id AND t.team_id = ?
			GROUP BY t.customer_id) AS w
		CROSS JOIN customers c
		WHERE c.id = w.id
		ORDER BY w.newest DESC
		LIMIT ?`
}
