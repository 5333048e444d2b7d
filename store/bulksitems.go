package store

import (
	"context"
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// ItemOutcome is what became of one ticket of a bulk.
type ItemOutcome string

// The outcomes of a ticket.
const (
	ItemWaiting ItemOutcome = "waiting" // its turn has not come
	ItemChanged ItemOutcome = "changed" // Reason may say what stayed as it was
	ItemSame    ItemOutcome = "same"    // it was so already
	ItemRefused ItemOutcome = "refused" // Reason says why
)

// ItemOutcomes lists them in the order that people read them.
func ItemOutcomes() []ItemOutcome {
	return []ItemOutcome{ItemChanged, ItemRefused, ItemSame, ItemWaiting}
}

// BulkItem is one ticket of a bulk. Subject is "" where there is no such ticket.
type BulkItem struct {
	Number  int64       `db:"number"`
	Subject string      `db:"subject"`
	Outcome ItemOutcome `db:"outcome"`
	Reason  string      `db:"reason"`
}

// BulkItems asks for a page of the tickets of a bulk, in the order of their numbers.
type BulkItems struct {
	Outcome ItemOutcome // "" for any
	After   int64       // a number, of the last ticket of the page before
	Limit   int
}

// BulkItems returns a page of the tickets of a bulk that Bulk or Bulks gave.
func (s *Store) BulkItems(ctx context.Context, b Bulk, q BulkItems) ([]BulkItem, error) {
	var where clauses
	where.add(`i.bulk_id = ? AND i.number > ?`, b.id, q.After)
	if q.Outcome != "" {
		where.add(`i.outcome = ?`, q.Outcome)
	}
	var items []BulkItem
	err := list(ctx, s.db, &items, `
		SELECT i.number, COALESCE(t.subject, '') AS subject, i.outcome, i.reason
		FROM bulk_items i
		LEFT JOIN tickets t ON t.id = i.ticket_id
		WHERE `+where.text()+`
		ORDER BY i.number
		LIMIT ?`, append(where.args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list tickets of bulk %d: %w", b.id, err)
	}
	return items, nil
}

// BulkReason is why tickets were left as they were, and how many.
type BulkReason struct {
	Reason  string `db:"reason"`
	Tickets int    `db:"tickets"`
}

// reasonsOf is how many refusals are looked at for their reasons.
const reasonsOf = 10_000

// BulkReasons counts up to limit reasons of refusals, the most frequent first.
func (s *Store) BulkReasons(ctx context.Context, b Bulk, limit int) ([]BulkReason, error) {
	var reasons []BulkReason
	err := list(ctx, s.db, &reasons, `
		SELECT reason, COUNT(*) AS tickets
		FROM (SELECT reason FROM bulk_items WHERE bulk_id = ? AND outcome = ? LIMIT ?) AS refused
		GROUP BY reason
		ORDER BY tickets DESC, reason
		LIMIT ?`, b.id, ItemRefused, reasonsOf, limit)
	if err != nil {
		return nil, fmt.Errorf("count refusals of bulk %d: %w", b.id, err)
	}
	return reasons, nil
}

func saveItem(ctx context.Context, tx *tx, bulk, number int64, r itemResult) error {
	_, err := tx.exec(ctx, `
		UPDATE bulk_items
		SET outcome = ?, reason = ?, first_change = ?, last_change = ?
		WHERE bulk_id = ? AND number = ?`, r.outcome, r.reason, r.first, r.last, bulk, number)
	if err != nil {
		return fmt.Errorf("save outcome: %w", err)
	}
	return nil
}

// saveStep counts what a batch did; after the last one the bulk is done.
func (s *Store) saveStep(ctx context.Context, tx *tx, w *bulkWork, last bool) error {
	_, err := tx.exec(ctx, `
		UPDATE bulks
		SET changed = changed + ?, same = same + ?, refused = refused + ?, seen_at = ?
		WHERE id = ?`, w.changed, w.same, w.refused, s.now(), w.row.ID)
	if err != nil {
		return fmt.Errorf("count bulk %d: %w", w.row.ID, err)
	}
	if last {
		return s.endBulk(ctx, tx, w.row, BulkDone, "")
	}
	return nil
}

const skippedItem = "Something went wrong here. The log of the server says more."

// skipBulkItem leaves out the next ticket, which could not be saved.
func (s *Store) skipBulkItem(ctx context.Context, id int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.lockBulk(ctx, tx, id)
		if err != nil || row.State != BulkRunning {
			return err
		}
		items, err := s.waitingItems(ctx, tx, row, 1)
		if err != nil || len(items) == 0 {
			return err
		}
		w := bulkWork{row: row, refused: 1}
		if err := saveItem(ctx, tx, id, items[0].Number, itemResult{outcome: ItemRefused, reason: skippedItem}); err != nil {
			return err
		}
		return s.saveStep(ctx, tx, &w, false)
	})
}

// undoItem restores what a bulk changed in a ticket and nobody has touched since, and says what stays.
func (s *Store) undoItem(ctx context.Context, tx *tx, row *bulkRow, i *waitingItem) (itemResult, error) {
	plan, err := s.planTicket(ctx, tx, undoTarget{
		key: ticketKey{row.TeamID, i.TicketID}, first: i.First, bulk: *row.Undoes, lock: s.ticketLock(),
		own: func(c pastChange) bool { return c.ID >= i.First && c.ID <= i.Last },
	})
	if err != nil {
		return itemResult{}, err
	}
	if len(plan.change) > 0 {
		if _, err := s.changeInBulk(ctx, tx, row, plan.key, plan.change); err != nil {
			return itemResult{}, err
		}
	}
	_, err = tx.exec(ctx, `UPDATE bulk_items SET undone = ? WHERE bulk_id = ? AND number = ?`, true, *row.Undoes, i.Number)
	if err != nil {
		return itemResult{}, fmt.Errorf("mark ticket undone: %w", err)
	}
	r := itemResult{outcome: ItemSame, reason: keptWords(plan.kept)}
	switch {
	case len(plan.change) > 0:
		r.outcome = ItemChanged
	case len(plan.kept) > 0:
		r.outcome = ItemRefused
	}
	return r, nil
}

// keptWords says which fields an undo leaves as they are, and why.
func keptWords(kept []UndoneField) string {
	var words strings.Builder
	for _, k := range kept {
		why := k.Why
		if why == "" {
			why = k.By + " has changed it since."
		}
		stays := " stays: "
		if k.Field == desk.FieldTags {
			stays = " stay: "
		}
		words.WriteString(" The " + fieldWord(k.Field) + stays + why)
	}
	if words.String() == "" {
		return ""
	}
	return words.String()[1:]
}

func fieldWord(f desk.Field) string {
	switch f {
	case desk.FieldSLA:
		return "SLA deadline"
	case desk.FieldSnooze:
		return "snooze"
	case desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
		desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return string(f)
}
