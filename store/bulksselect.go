package store

import (
	"context"
	"fmt"
	"slices"
)

// ticketRef is a ticket that a bulk is about; ID is 0 where there is none of that number.
type ticketRef struct {
	ID     int64 `db:"id"`
	Number int64 `db:"number"`
}

// CountTickets counts what a query finds, up to most: that many says that there may be more.
func (s *Store) CountTickets(ctx context.Context, q TicketQuery, most int) (int, error) {
	refs, err := s.ticketRefs(ctx, q, cursor{}, most)
	return len(refs), err
}

// ticketRefs returns up to limit tickets that a query finds, the highest number first: numbers never move, so that
// neither a change nor a new ticket makes a walk miss one or meet it twice.
func (s *Store) ticketRefs(ctx context.Context, q TicketQuery, from cursor, limit int) ([]ticketRef, error) {
	order, err := Sort("-number").order()
	if err != nil {
		return nil, err
	}
	l, err := s.listing(ctx, &q, order)
	if err != nil || len(l.streams) == 0 {
		return nil, err
	}
	part := order.parts(from, q.SLA)[0]
	query, args := l.numbers(part, limit)
	var refs []ticketRef
	if err := list(ctx, s.db, &refs, query, args...); err != nil {
		return nil, fmt.Errorf("list tickets of a bulk: %w", err)
	}
	return refs, nil
}

// numbers asks for ids and numbers alone, of all that streams have: a bulk takes the time to walk them to their end.
func (l *listing) numbers(part listPart, limit int) (query string, args []any) {
	for i := range l.streams {
		stream := l.streams[i].clauses
		if part.condition != "" {
			stream = stream.and(part.condition, part.args...)
		}
		if i > 0 {
			query += ` UNION `
		}
		query += fmt.Sprintf(`
			SELECT * FROM (
				SELECT t.id, t.number
				FROM %s
				WHERE %s
				ORDER BY %s
				LIMIT ?) AS s%d`, l.from, stream.text(), part.order, i)
		args = slices.Concat(args, l.fromArgs, stream.args, []any{limit})
	}
	return `SELECT id, number FROM (` + query + `) AS t ORDER BY number DESC LIMIT ?`, append(args, limit)
}

// numbered returns a ref for each of numbers, once.
func numbered(ctx context.Context, q queryer, team int64, numbers []int64) ([]ticketRef, error) {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	refs := make([]ticketRef, 0, len(numbers))
	for chunk := range slices.Chunk(numbers, mostRows) {
		args := []any{team}
		for _, n := range chunk {
			args = append(args, n)
		}
		var found []ticketRef
		err := list(ctx, q, &found, `
			SELECT id, number
			FROM tickets
			WHERE team_id = ? AND number IN (`+rowsOf(`?`, len(chunk))+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("find tickets of a bulk: %w", err)
		}
		ids := make(map[int64]int64, len(found))
		for _, ref := range found {
			ids[ref.Number] = ref.ID
		}
		for _, n := range chunk {
			refs = append(refs, ticketRef{ID: ids[n], Number: n})
		}
	}
	return refs, nil
}

// listBulk writes down the next tickets of a bulk, and lets it run once there are no more.
func (s *Store) listBulk(ctx context.Context, row *bulkRow) error {
	refs, err := s.nextOfBulk(ctx, row)
	if err != nil {
		return err
	}
	below, state := row.Below, BulkListing
	if len(refs) < bulkListed {
		state = BulkRunning
	}
	if len(refs) > 0 {
		below = refs[len(refs)-1].Number
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		n, err := tx.exec(ctx, `
			UPDATE bulks
			SET below = ?, state = ?, seen_at = ?
			WHERE id = ? AND state = 'listing' AND below = ?`, below, state, s.now(), row.ID, row.Below)
		if err != nil {
			return fmt.Errorf("list tickets of bulk %d: %w", row.ID, err)
		}
		if n == 0 {
			return nil // cancelled, or another process was faster
		}
		return s.addBulkItems(ctx, tx, bulkKey{row.TeamID, row.ID}, refs)
	})
}

// nextOfBulk reads the next tickets below those that are written down.
func (s *Store) nextOfBulk(ctx context.Context, row *bulkRow) ([]ticketRef, error) {
	if row.Undoes == nil {
		q, err := row.query()
		if err != nil {
			return nil, err
		}
		return s.ticketRefs(ctx, q, cursor{set: true, key: row.Below}, bulkListed)
	}
	var refs []ticketRef
	err := list(ctx, s.db, &refs, `
		SELECT ticket_id AS id, number
		FROM bulk_items
		WHERE bulk_id = ? AND outcome = ? AND number < ? AND undone = ?
		ORDER BY number DESC
		LIMIT ?`, *row.Undoes, ItemChanged, row.Below, false, bulkListed)
	if err != nil {
		return nil, fmt.Errorf("list tickets to undo of bulk %d: %w", *row.Undoes, err)
	}
	return refs, nil
}
