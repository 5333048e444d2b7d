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

// ticketRefs returns tickets that a query finds, and whether they are the last.
func (s *Store) ticketRefs(ctx context.Context, q TicketQuery, from cursor) (refs []ticketRef, last bool, err error) {
	w, err := s.walkRefs(ctx, q, from, bulkListed)
	if err != nil || w.query == "" {
		return nil, true, err
	}
	if err := list(ctx, s.db, &refs, w.query, w.args...); err != nil {
		return nil, false, fmt.Errorf("list tickets of a bulk: %w", err)
	}
	return refs, w.whole || len(refs) < bulkListed, nil
}

// refWalk asks for the next tickets that a query finds; its own query is "" where nothing can match.
type refWalk struct {
	query string
	args  []any
	whole bool // these are all
	cut   bool // of those that words find, for they are in too many messages
}

// walkRefs asks for up to limit tickets, the highest number first: numbers never move, so that neither a change nor a
// new ticket makes a walk miss one or meet it twice. What words find comes whole: another search might find others.
func (s *Store) walkRefs(ctx context.Context, q TicketQuery, from cursor, limit int) (refWalk, error) {
	order, err := Sort("-number").order()
	if err != nil {
		return refWalk{}, err
	}
	l, err := s.listing(ctx, &q, order)
	if err != nil || len(l.streams) == 0 {
		return refWalk{}, err
	}
	w := refWalk{whole: len(l.few.tickets) > 0, cut: l.few.more}
	if w.whole {
		limit = len(l.few.tickets)
	}
	w.query, w.args = l.numbers(order.parts(from, q.SLA)[0], limit)
	return w, nil
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
	refs, last, err := s.nextOfBulk(ctx, row)
	if err != nil {
		return err
	}
	below, state := row.Below, BulkListing
	if last {
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

// nextOfBulk reads the next tickets below those that are written down, and whether they are the last.
func (s *Store) nextOfBulk(ctx context.Context, row *bulkRow) (refs []ticketRef, last bool, err error) {
	if row.Undoes == nil {
		q, err := row.query()
		if err != nil {
			return nil, false, err
		}
		return s.ticketRefs(ctx, q, cursor{set: true, key: row.Below})
	}
	err = list(ctx, s.db, &refs, `
		SELECT ticket_id AS id, number
		FROM bulk_items
		WHERE bulk_id = ? AND outcome = ? AND number < ? AND undone = ?
		ORDER BY number DESC
		LIMIT ?`, *row.Undoes, ItemChanged, row.Below, false, bulkListed)
	if err != nil {
		return nil, false, fmt.Errorf("list tickets to undo of bulk %d: %w", *row.Undoes, err)
	}
	return refs, len(refs) < bulkListed, nil
}
