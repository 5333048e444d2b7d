package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// CustomerRecord is all that is kept of a customer.
type CustomerRecord struct {
	desk.Customer
	Traits    map[string]any
	Verified  bool // the site signed the distinct id
	CreatedAt time.Time
}

// Customer returns the team's customer of that public id, or a NotFound desk.Error.
func (s *Store) Customer(ctx context.Context, team int64, id desk.ID) (CustomerRecord, error) {
	var row struct {
		ID         int64   `db:"id"`
		PublicID   desk.ID `db:"public_id"`
		Name       string  `db:"name"`
		Email      string  `db:"email"`
		DistinctID string  `db:"distinct_id"`
		Traits     string  `db:"traits"`
		Verified   bool    `db:"verified"`
		CreatedAt  micros  `db:"created_at"`
	}
	err := get(ctx, s.db, &row, `
		SELECT id, public_id, name, email, distinct_id, traits, verified, created_at
		FROM customers
		WHERE team_id = ? AND public_id = ?`, team, id)
	if noRows(err) {
		return CustomerRecord{}, desk.Errorf(desk.NotFound, "There is no such customer in this team.")
	}
	if err != nil {
		return CustomerRecord{}, fmt.Errorf("read customer %s: %w", id, err)
	}
	c := CustomerRecord{
		Customer: desk.Customer{ID: row.ID, PublicID: row.PublicID, Name: row.Name, Email: row.Email, DistinctID: row.DistinctID},
		Verified: row.Verified, CreatedAt: time.Time(row.CreatedAt),
	}
	if err := json.Unmarshal([]byte(row.Traits), &c.Traits); err != nil {
		return CustomerRecord{}, fmt.Errorf("read traits of customer %d: %w", row.ID, err)
	}
	return c, nil
}

const ticketsOfCustomer = `
	SELECT ` + ticketColumns + `
	FROM ` + ticketTables + `
	WHERE t.team_id = ? AND t.customer_id = ? AND (t.created_at, t.id) < (?, ?)
	ORDER BY t.created_at DESC, t.id DESC
	LIMIT ?`

// TicketsOfCustomer returns a page of the tickets of a customer, the newest first. After is the Next of the page
// before, "" at the beginning.
func (s *Store) TicketsOfCustomer(ctx context.Context, c CustomerRecord, team int64, after string, limit int) (TicketPage, error) {
	from, err := parseCursor(after)
	if err != nil {
		return TicketPage{}, err
	}
	if !from.set {
		from = cursor{key: 1<<63 - 1, id: 1<<63 - 1}
	}
	rows, err := listTickets(ctx, s.db, ticketsOfCustomer, team, c.ID, from.key, from.id, limit+1)
	if err != nil {
		return TicketPage{}, fmt.Errorf("list tickets of customer %d: %w", c.ID, err)
	}
	page := TicketPage{}
	if len(rows) > limit {
		rows = rows[:limit]
		last := &rows[limit-1]
		page.Next = fmt.Sprintf("%d.%d", time.Time(last.CreatedAt).UnixMicro(), last.ID)
	}
	page.Tickets, err = ticketsOf(rows)
	return page, err
}
