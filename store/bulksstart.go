package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// NewBulk says what to do with which tickets: those of Numbers, or all that Query finds now.
type NewBulk struct {
	Change  BulkChange
	Numbers []int64      // 0 and below are refused as tickets that there are not
	Query   *TicketQuery // its page and order do not matter
	Address string       // of the list that Query came from
}

// StartBulk begins a bulk in the member's name. What no ticket would take is refused here, and nothing is begun.
// RunBulks does it, or FinishBulk where somebody waits for it.
func (s *Store) StartBulk(ctx context.Context, m desk.Member, n NewBulk) (desk.ID, error) {
	change, err := json.Marshal(n.Change)
	if err != nil {
		return desk.ID{}, fmt.Errorf("encode change of bulk: %w", err)
	}
	b := newBulk{id: s.newID(), member: m, change: string(change), address: n.Address}
	if err := s.checkTickets(ctx, &n); err != nil {
		return desk.ID{}, err
	}
	if n.Query != nil {
		query, err := json.Marshal(n.Query)
		if err != nil {
			return desk.ID{}, fmt.Errorf("encode query of bulk: %w", err)
		}
		b.query = string(query)
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.checkBulk(ctx, tx, m, n.Change); err != nil {
			return err
		}
		refs, err := numbered(ctx, tx, m.TeamID, n.Numbers)
		if err != nil {
			return err
		}
		return s.insertBulk(ctx, tx, b, refs)
	})
	return b.id, err
}

// newBulk is a bulk on its way into the database.
type newBulk struct {
	id                     desk.ID
	member                 desk.Member
	change, query, address string
	undoes                 *int64
}

// listed reports whether its tickets are named from the start.
func (b *newBulk) listed() bool { return b.query == "" && b.undoes == nil }

func (s *Store) insertBulk(ctx context.Context, tx *tx, b newBulk, refs []ticketRef) error {
	state := BulkListing
	if b.listed() {
		state = BulkRunning
	}
	now := s.now()
	id, err := tx.insert(ctx, `
		INSERT INTO bulks (public_id, team_id, user_id, change, query, address, undoes, state, below, created_at, seen_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, COALESCE((SELECT MAX(number) FROM tickets WHERE team_id = ?), 0) + 1, ?, ?)
		RETURNING id`,
		b.id, b.member.TeamID, b.member.ID, b.change, b.query, b.address, b.undoes, state, b.member.TeamID, now, now)
	if err != nil {
		return fmt.Errorf("insert bulk: %w", err)
	}
	tx.after(s.rouseBulks)
	return s.addBulkItems(ctx, tx, bulkKey{b.member.TeamID, id}, refs)
}

type bulkKey struct{ team, id int64 }

// mostRows bounds the parameters of one statement.
const mostRows = 500

func (s *Store) addBulkItems(ctx context.Context, tx *tx, b bulkKey, refs []ticketRef) error {
	for chunk := range slices.Chunk(refs, mostRows) {
		var args []any
		for _, ref := range chunk {
			id, outcome, reason := any(ref.ID), ItemWaiting, ""
			if ref.ID == 0 {
				id, outcome, reason = nil, ItemRefused, errNoTicket.Error()
			}
			args = append(args, b.id, ref.Number, b.team, id, outcome, reason)
		}
		if _, err := tx.exec(ctx, `
			INSERT INTO bulk_items (bulk_id, number, team_id, ticket_id, outcome, reason)
			VALUES `+rowsOf(`(?, ?, ?, ?, ?, ?)`, len(chunk)), args...); err != nil {
			return fmt.Errorf("add tickets to bulk %d: %w", b.id, err)
		}
	}
	refused := 0
	for _, ref := range refs {
		if ref.ID == 0 {
			refused++
		}
	}
	_, err := tx.exec(ctx, `UPDATE bulks SET total = total + ?, refused = refused + ? WHERE id = ?`, len(refs), refused, b.id)
	if err != nil {
		return fmt.Errorf("count tickets of bulk %d: %w", b.id, err)
	}
	return nil
}

// CheckBulk refuses what StartBulk would refuse of a change, and does nothing.
func (s *Store) CheckBulk(ctx context.Context, m desk.Member, c BulkChange) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error { return s.checkBulk(ctx, tx, m, c) })
}

// checkBulk refuses what no ticket could take: it is tried on a blank one.
func (s *Store) checkBulk(ctx context.Context, tx *tx, m desk.Member, c BulkChange) error {
	if c.IsZero() {
		return desk.Errorf(desk.Invalid, "Nothing was chosen to change. Choose a status, a priority, an assignee or tags.")
	}
	if !c.Workflow.IsZero() {
		_, err := s.manualStart(ctx, tx, m.TeamID, c.Workflow)
		return err
	}
	change, err := s.complete(ctx, tx, &ticketRow{TeamID: m.TeamID}, c.all())
	if err != nil {
		return err
	}
	blank := desk.Ticket{TeamID: m.TeamID, Status: desk.New}
	_, err = desk.Apply(&blank, desk.Agent(m.ID, m.Name), s.now(), change)
	return err
}

// UndoBulk begins a bulk that restores each field that the given one changed and that nobody has touched since.
func (s *Store) UndoBulk(ctx context.Context, m desk.Member, id desk.ID) (desk.ID, error) {
	undo := newBulk{id: s.newID(), member: m, change: `{}`}
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.findBulk(ctx, tx, m, id)
		if err != nil {
			return err
		}
		b, err := row.bulk()
		if err != nil {
			return err
		}
		if !b.CanUndo() {
			return desk.Errorf(desk.Conflict, "There is nothing of this bulk change left to undo.")
		}
		n, err := tx.exec(ctx, `UPDATE bulks SET undone_at = ? WHERE id = ? AND undone_at IS NULL`, s.now(), row.ID)
		if err != nil {
			return fmt.Errorf("mark bulk %d undone: %w", row.ID, err)
		}
		if n == 0 {
			return desk.Errorf(desk.Conflict, "Somebody has undone this bulk change a moment ago.")
		}
		undo.undoes = &row.ID
		return s.insertBulk(ctx, tx, undo, nil)
	})
	return undo.id, err
}

// CancelBulk ends a bulk before its time; what it has changed stays so. One that is over is left alone.
func (s *Store) CancelBulk(ctx context.Context, m desk.Member, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.findBulk(ctx, tx, m, id)
		if err != nil {
			return err
		}
		return s.endBulk(ctx, tx, &row, BulkCancelled, "")
	})
}

// endBulk leaves alone a bulk that is over. Of an undo that did not come to its end the rest can be undone again.
func (s *Store) endBulk(ctx context.Context, tx *tx, row *bulkRow, state BulkState, why string) error {
	n, err := tx.exec(ctx, `
		UPDATE bulks
		SET state = ?, why = ?, ended_at = ?
		WHERE id = ? AND state IN ('listing', 'running')`, state, why, s.now(), row.ID)
	if err != nil {
		return fmt.Errorf("end bulk %d: %w", row.ID, err)
	}
	if n == 0 {
		return nil
	}
	if err := s.tellOfBulk(ctx, tx, row); err != nil || state == BulkDone || row.Undoes == nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE bulks SET undone_at = NULL WHERE id = ?`, *row.Undoes); err != nil {
		return fmt.Errorf("mark bulk %d not undone: %w", *row.Undoes, err)
	}
	return nil
}
