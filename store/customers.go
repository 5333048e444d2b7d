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
	Traits     map[string]any
	Verified   bool      // the site signed the distinct id
	Domain     string    // of the email
	BlockedAt  time.Time // what they write since is refused; zero: they may write
	MergedInto int64     // the customer who took their tickets over, 0: nobody
	CreatedAt  time.Time
}

const customerColumns = `
	id, public_id, name, email, distinct_id, traits, verified, domain, blocked_at,
	COALESCE(merged_into, 0) AS merged_into, created_at`

type customerRow struct {
	ID         int64   `db:"id"`
	PublicID   desk.ID `db:"public_id"`
	Name       string  `db:"name"`
	Email      string  `db:"email"`
	DistinctID string  `db:"distinct_id"`
	Traits     string  `db:"traits"`
	Verified   bool    `db:"verified"`
	Domain     string  `db:"domain"`
	BlockedAt  micros  `db:"blocked_at"`
	MergedInto int64   `db:"merged_into"`
	CreatedAt  micros  `db:"created_at"`
}

func (r *customerRow) record() (CustomerRecord, error) {
	c := CustomerRecord{
		Customer: desk.Customer{ID: r.ID, PublicID: r.PublicID, Name: r.Name, Email: r.Email, DistinctID: r.DistinctID},
		Verified: r.Verified, Domain: r.Domain, BlockedAt: time.Time(r.BlockedAt), MergedInto: r.MergedInto,
		CreatedAt: time.Time(r.CreatedAt),
	}
	if err := json.Unmarshal([]byte(r.Traits), &c.Traits); err != nil {
		return CustomerRecord{}, fmt.Errorf("read traits of customer %d: %w", r.ID, err)
	}
	return c, nil
}

// Customer returns the team's customer of that public id, or a NotFound desk.Error.
func (s *Store) Customer(ctx context.Context, team int64, id desk.ID) (CustomerRecord, error) {
	return findRecord(ctx, s.db, `team_id = ? AND public_id = ?`, team, id)
}

// CustomerWhole is Customer, or the one who took all over where it was merged.
func (s *Store) CustomerWhole(ctx context.Context, team int64, id desk.ID) (CustomerRecord, error) {
	c, err := s.Customer(ctx, team, id)
	for err == nil && c.MergedInto != 0 { // ends: only customers that are not merged take others in
		c, err = findRecord(ctx, s.db, `team_id = ? AND id = ?`, team, c.MergedInto)
	}
	return c, err
}

// findRecord takes a constant condition; its values are parameters.
func findRecord(ctx context.Context, q queryer, condition string, args ...any) (CustomerRecord, error) {
	var row customerRow
	err := get(ctx, q, &row, `
		SELECT `+customerColumns+`
		FROM customers
		WHERE `+condition, args...)
	if noRows(err) {
		return CustomerRecord{}, desk.Errorf(desk.NotFound, "There is no such customer in this team.")
	}
	if err != nil {
		return CustomerRecord{}, fmt.Errorf("read customer: %w", err)
	}
	return row.record()
}

// lockCustomer reads a customer who is about to be changed. One who was merged is a Conflict.
func (s *Store) lockCustomer(ctx context.Context, tx *tx, team int64, id desk.ID) (CustomerRecord, error) {
	c, err := findRecord(ctx, tx, `team_id = ? AND public_id = ?`+s.forUpdate(), team, id)
	if err == nil && c.MergedInto != 0 {
		err = desk.Errorf(desk.Conflict, "This customer was merged into another one. Open that one.")
	}
	return c, err
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
