package store

import (
	"context"
	"fmt"
	"time"
)

// renamed has the tickets of a customer indexed anew: their name, or an address of theirs, has changed. Their row is
// locked by then.
func renamed(ctx context.Context, tx *tx, customer int64) error {
	if _, err := tx.exec(ctx, `DELETE FROM search_renamed WHERE customer_id = ?`, customer); err != nil {
		return fmt.Errorf("note new name of customer %d: %w", customer, err)
	}
	_, err := tx.exec(ctx, `
		INSERT INTO search_renamed (team_id, customer_id, before_at, before_id)
		SELECT team_id, id, ?, ?
		FROM customers
		WHERE id = ?`, endOfTime, endOfTime, customer)
	if err != nil {
		return fmt.Errorf("note new name of customer %d: %w", customer, err)
	}
	return nil
}

const endOfTime = int64(1<<63 - 1) // is after each created_at, and each id

// renaming is a customer whose tickets are being indexed anew, the newest first.
type renaming struct {
	ID       int64 `db:"id"`
	Team     int64 `db:"team_id"`
	Customer int64 `db:"customer_id"`
	BeforeAt int64 `db:"before_at"`
	BeforeID int64 `db:"before_id"`

	next renamedTicket // where the batch after this one begins
	last bool          // there is none
}

type renamedTicket struct {
	ID        int64  `db:"id"`
	CreatedAt micros `db:"created_at"`
}

const nextRenamed = `
	SELECT id, team_id, customer_id, before_at, before_id
	FROM search_renamed
	ORDER BY id
	LIMIT 1`

const ticketsOfRenamed = `
	SELECT id, created_at
	FROM tickets
	WHERE team_id = ? AND customer_id = ? AND (created_at, id) < (?, ?)
	ORDER BY created_at DESC, id DESC
	LIMIT ?`

// renameOn reads the next tickets of the customer who was renamed first; without one, the batch is empty.
func (s *Store) renameOn(ctx context.Context) (indexBatch, error) {
	r := &renaming{}
	err := get(ctx, s.db, r, nextRenamed)
	if noRows(err) {
		return indexBatch{}, nil
	}
	if err != nil {
		return indexBatch{}, fmt.Errorf("find renamed customer: %w", err)
	}
	var tickets []renamedTicket
	err = list(ctx, s.db, &tickets, ticketsOfRenamed, r.Team, r.Customer, r.BeforeAt, r.BeforeID, indexedAtOnce)
	if err != nil {
		return indexBatch{}, fmt.Errorf("list tickets of renamed customer %d: %w", r.Customer, err)
	}
	b := indexBatch{renamed: r, stale: make([]any, len(tickets))}
	for i, t := range tickets {
		b.stale[i], r.next = t.ID, t
	}
	r.last = len(tickets) < indexedAtOnce
	b.docs, err = s.facts(ctx, b.stale, ``)
	return b, err
}

// advance is the advance of a feed: it reports false when somebody else went on, or the customer was renamed again.
func (r *renaming) advance(ctx context.Context, tx *tx) (bool, error) {
	const still = ` WHERE id = ? AND before_at = ? AND before_id = ?`
	statement, args := `DELETE FROM search_renamed`, []any(nil)
	if !r.last {
		statement = `UPDATE search_renamed SET before_at = ?, before_id = ?`
		args = []any{time.Time(r.next.CreatedAt), r.next.ID}
	}
	n, err := tx.exec(ctx, statement+still, append(args, r.ID, r.BeforeAt, r.BeforeID)...)
	if err != nil {
		return false, fmt.Errorf("go on with renamed customer %d: %w", r.Customer, err)
	}
	return n == 1, nil
}

// furtherAddresses are all of some customers beside their first ones, with those of who was merged into them. CROSS JOIN
// makes SQLite begin with the customers.
const furtherAddresses = `
	WITH RECURSIVE family (root, id) AS (
		SELECT id, id FROM customers WHERE id IN (%s)
		UNION ALL
		SELECT f.root, c.id FROM family f JOIN customers c ON c.merged_into = f.id)
	SELECT f.root, a.email
	FROM family f CROSS JOIN customer_addresses a
	WHERE a.customer_id = f.id
	UNION
	SELECT f.root, c.email
	FROM family f CROSS JOIN customers c
	WHERE c.id = f.id AND c.id <> f.root AND c.email <> ''
	ORDER BY 1, 2`

// addressesOf returns the further addresses of customers, those of merged ones among them, by customer.
func (s *Store) addressesOf(ctx context.Context, customers []any) (map[int64][]string, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	var rows []struct {
		Customer int64  `db:"root"`
		Email    string `db:"email"`
	}
	err := list(ctx, s.db, &rows, fmt.Sprintf(furtherAddresses, rowsOf(`?`, len(customers))), customers...)
	if err != nil {
		return nil, fmt.Errorf("list addresses to index: %w", err)
	}
	out := map[int64][]string{}
	for _, r := range rows {
		out[r.Customer] = append(out[r.Customer], r.Email)
	}
	return out, nil
}
