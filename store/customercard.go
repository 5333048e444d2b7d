package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// CustomerCard is what the card in a ticket shows of its customer beside the name.
type CustomerCard struct {
	Traits    map[string]any
	Domain    string
	BlockedAt time.Time // zero: not blocked
}

// CustomerCard reads the card of a customer of the team.
func (s *Store) CustomerCard(ctx context.Context, team, customer int64) (CustomerCard, error) {
	var row struct {
		Traits    string `db:"traits"`
		Domain    string `db:"domain"`
		BlockedAt micros `db:"blocked_at"`
	}
	err := get(ctx, s.quick, &row, `SELECT traits, domain, blocked_at FROM customers WHERE team_id = ? AND id = ?`, team, customer)
	if err != nil {
		return CustomerCard{}, fmt.Errorf("read card of customer %d: %w", customer, err)
	}
	card := CustomerCard{Domain: row.Domain, BlockedAt: time.Time(row.BlockedAt)}
	if err := json.Unmarshal([]byte(row.Traits), &card.Traits); err != nil {
		return CustomerCard{}, fmt.Errorf("read traits of customer %d: %w", customer, err)
	}
	return card, nil
}
