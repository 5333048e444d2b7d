package store

import (
	"context"
	"encoding/json"
	"fmt"

	"signalbox/workflow/desk"
)

// CustomersLike returns up to limit customers of the team whose name or address the words of a text are part of, the
// last one as a beginning: who wrote last comes first.
func (s *Store) CustomersLike(ctx context.Context, team int64, text string, limit int) ([]desk.Customer, error) {
	const looked = 100 // tickets, which may be of one customer
	f, err := s.find(ctx, team, termsOf([]desk.Term{{Text: text, Prefix: true}}, customerSign), looked)
	if err != nil || len(f.tickets) == 0 {
		return nil, err
	}
	ids, err := json.Marshal(f.tickets)
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	var rows []struct {
		ID         int64   `db:"id"`
		PublicID   desk.ID `db:"public_id"`
		Name       string  `db:"name"`
		Email      string  `db:"email"`
		DistinctID string  `db:"distinct_id"`
	}
	err = list(ctx, s.db, &rows, `
		SELECT c.id, c.public_id, c.name, c.email, c.distinct_id
		FROM (
			SELECT t.customer_id AS id, MAX(t.id) AS newest
			FROM (`+s.engine.fullText().numbers()+`) AS few
			JOIN tickets t ON t.id = few.id AND t.team_id = ?
			GROUP BY t.customer_id) AS w
		JOIN customers c ON c.id = w.id
		ORDER BY w.newest DESC
		LIMIT ?`, string(ids), team, limit)
	if err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	customers := make([]desk.Customer, len(rows))
	for i, r := range rows {
		customers[i] = desk.Customer{ID: r.ID, PublicID: r.PublicID, Name: r.Name, Email: r.Email, DistinctID: r.DistinctID}
	}
	return customers, nil
}
