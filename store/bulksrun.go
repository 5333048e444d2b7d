package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

const (
	bulkBatch  = 25                   // tickets of one transaction: others wait no longer than for so many changes
	bulkListed = 500                  // tickets written down at once
	bulkPause  = 5 * time.Millisecond // between two batches, for everyone else's writes
	bulkLook   = 5 * time.Second      // how late a bulk of another process is noticed
	bulkRetry  = time.Second          // after an error
	bulkPassed = 10 * time.Second     // for how long a bulk with an error lets the others go first
)

// RunBulks works on the bulks that are open until ctx ends. They take turns, a batch at a time, and so do processes:
// whoever holds the row of a bulk may do its next batch. A batch commits with what it did to each ticket, so that a
// process that dies leaves nothing half done and nothing to be done twice.
func (s *Store) RunBulks(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := s.nextBulk(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			s.config.Log.ErrorContext(ctx, "run bulks", "error", err)
			pauseFor(ctx, bulkRetry)
		case worked:
			pauseFor(ctx, bulkPause)
		default:
			s.awaitBulks(ctx)
		}
	}
}

func (s *Store) rouseBulks() {
	select {
	case s.bulkWakes <- struct{}{}:
	default:
	}
}

func (s *Store) awaitBulks(ctx context.Context) {
	look := time.NewTimer(bulkLook)
	defer look.Stop()
	select {
	case <-ctx.Done():
	case <-s.bulkWakes:
	case <-look.C:
	}
}

// nextBulk does a batch of the bulk that has waited longest for one, and reports whether there was any.
func (s *Store) nextBulk(ctx context.Context) (bool, error) {
	var id int64
	err := get(ctx, s.db, &id, `
		SELECT id
		FROM bulks
		WHERE state IN ('listing', 'running')
		ORDER BY seen_at, id
		LIMIT 1`)
	if noRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for bulks: %w", err)
	}
	if _, err = s.advanceBulk(ctx, id); err != nil && ctx.Err() == nil {
		err = errors.Join(err, s.passTurn(ctx, id))
	}
	return true, err
}

// passTurn puts a bulk with an error behind the others: they would never have a turn while it has the oldest.
func (s *Store) passTurn(ctx context.Context, id int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, `UPDATE bulks SET seen_at = ? WHERE id = ?`, s.now().Add(bulkPassed), id); err != nil {
			return fmt.Errorf("put bulk %d behind the others: %w", id, err)
		}
		return nil
	})
}

// FinishBulk works on a bulk until it is over, or for about as long as given while somebody waits, and returns it.
func (s *Store) FinishBulk(ctx context.Context, m desk.Member, id desk.ID, wait time.Duration) (Bulk, error) {
	until := s.now().Add(wait)
	row, err := s.findBulk(ctx, s.db, m, id)
	for open := row.State.Open(); open && err == nil && s.now().Before(until); {
		open, err = s.advanceBulk(ctx, row.ID)
	}
	if err != nil {
		return Bulk{}, err
	}
	return s.Bulk(ctx, m, id)
}

// advanceBulk does one batch and reports whether the bulk was still open before it.
func (s *Store) advanceBulk(ctx context.Context, id int64) (bool, error) {
	var row bulkRow
	err := get(ctx, s.db, &row, `SELECT `+bulkColumns+` FROM `+bulkTables+` WHERE b.id = ?`, id)
	if err != nil {
		return false, fmt.Errorf("read bulk %d: %w", id, err)
	}
	switch row.State {
	case BulkListing:
		err = s.listBulk(ctx, &row)
		if refusal, ok := refused(err); ok { // and would be again
			err = s.stopBulk(ctx, &row, refusal.Error())
		}
		return true, err
	case BulkRunning:
		return true, s.changeBulk(ctx, id)
	case BulkDone, BulkCancelled, BulkStopped:
	}
	return false, nil
}

// refused returns what an error tells people, unless it may be gone the next time.
func refused(err error) (*desk.Error, bool) {
	var refusal *desk.Error
	return refusal, errors.As(err, &refusal) && !desk.IsKind(err, desk.Unavailable)
}

func (s *Store) stopBulk(ctx context.Context, row *bulkRow, why string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error { return s.endBulk(ctx, tx, row, BulkStopped, why) })
}

// changeBulk changes the next tickets. One that cannot be saved must not hold up the others: it is found by going one
// by one, and left out.
func (s *Store) changeBulk(ctx context.Context, id int64) error {
	err := s.bulkStep(ctx, id, bulkBatch)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if err = s.bulkStep(ctx, id, 1); err == nil || ctx.Err() != nil {
		return err
	}
	s.config.Log.ErrorContext(ctx, "change a ticket of a bulk", "bulk", id, "error", err)
	return s.skipBulkItem(ctx, id)
}

// bulkStep changes up to limit tickets in one transaction.
func (s *Store) bulkStep(ctx context.Context, id int64, limit int) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := s.lockBulk(ctx, tx, id)
		if err != nil || row.State != BulkRunning {
			return err
		}
		m, err := s.member(ctx, tx, row.TeamID, row.UserID)
		if err != nil && !desk.IsKind(err, desk.NotFound) {
			return err
		}
		if !m.Can(desk.AnswerTickets) {
			return s.endBulk(ctx, tx, row, BulkStopped, row.ByName+" is no longer an active member of the team.")
		}
		items, err := s.waitingItems(ctx, tx, row, limit)
		if err != nil {
			return err
		}
		work := bulkWork{row: row}
		if err := json.Unmarshal([]byte(row.Change), &work.change); err != nil {
			return fmt.Errorf("read change of bulk %d: %w", id, err)
		}
		for i := range items {
			if err := s.workOnItem(ctx, tx, &work, &items[i]); err != nil {
				return fmt.Errorf("bulk %d: ticket %d: %w", id, items[i].TicketID, err)
			}
		}
		return s.saveStep(ctx, tx, &work, len(items) < limit)
	})
}

// lockBulk locks the row of a bulk alone: whoever has it does the next batch, or cancels.
func (s *Store) lockBulk(ctx context.Context, tx *tx, id int64) (*bulkRow, error) {
	lock := s.forUpdate()
	if lock != "" {
		lock += ` OF b`
	}
	row := &bulkRow{}
	if err := get(ctx, tx, row, `SELECT `+bulkColumns+` FROM `+bulkTables+` WHERE b.id = ?`+lock, id); err != nil {
		return nil, fmt.Errorf("lock bulk %d: %w", id, err)
	}
	return row, nil
}

// waitingItem is a ticket that has not had its turn; First and Last are what an undo takes back.
type waitingItem struct {
	Number   int64 `db:"number"`
	TicketID int64 `db:"ticket_id"`
	First    int64 `db:"first_change"`
	Last     int64 `db:"last_change"`
}

// waitingItems locks the next tickets in the order of their ids, as everyone does.
func (s *Store) waitingItems(ctx context.Context, tx *tx, row *bulkRow, limit int) ([]waitingItem, error) {
	var items []waitingItem
	err := list(ctx, tx, &items, `
		SELECT i.number, i.ticket_id, COALESCE(o.first_change, 0) AS first_change, COALESCE(o.last_change, 0) AS last_change
		FROM bulk_items i
		LEFT JOIN bulk_items o ON o.bulk_id = ? AND o.number = i.number
		WHERE i.bulk_id = ? AND i.outcome = ?
		ORDER BY i.number
		LIMIT ?`, row.Undoes, row.ID, ItemWaiting, limit)
	if err != nil {
		return nil, fmt.Errorf("list tickets of bulk %d: %w", row.ID, err)
	}
	slices.SortFunc(items, func(a, b waitingItem) int { return cmp.Compare(a.TicketID, b.TicketID) })
	lock := s.ticketLock()
	if lock == "" || len(items) == 0 {
		return items, nil
	}
	args := make([]any, len(items))
	for i := range items {
		args[i] = items[i].TicketID
	}
	var locked []int64
	err = list(ctx, tx, &locked, `SELECT t.id FROM tickets t WHERE t.id IN (`+rowsOf(`?`, len(args))+`) ORDER BY t.id`+lock, args...)
	if err != nil {
		return nil, fmt.Errorf("lock tickets of bulk %d: %w", row.ID, err)
	}
	return items, nil
}

// bulkWork is what a batch does and has done.
type bulkWork struct {
	row                    *bulkRow
	change                 BulkChange
	changed, same, refused int
}

// itemResult is what became of one ticket.
type itemResult struct {
	outcome     ItemOutcome
	reason      string
	first, last int64
}

func (s *Store) workOnItem(ctx context.Context, tx *tx, w *bulkWork, i *waitingItem) error {
	before, err := newestChange(ctx, tx, i.TicketID)
	if err != nil {
		return err
	}
	r, err := s.bulkItem(ctx, tx, w, i)
	refusal, ok := refused(err)
	switch {
	case ok:
		r = itemResult{outcome: ItemRefused, reason: refusal.Error()}
	case err != nil:
		return err
	case r.outcome == ItemChanged:
		if r.last, err = newestChange(ctx, tx, i.TicketID); err != nil {
			return err
		}
		r.first = before + 1
	}
	w.count(r.outcome)
	return saveItem(ctx, tx, w.row.ID, i.Number, r)
}

func (w *bulkWork) count(o ItemOutcome) {
	switch o {
	case ItemChanged:
		w.changed++
	case ItemSame:
		w.same++
	case ItemRefused:
		w.refused++
	case ItemWaiting:
	}
}

// bulkItem does what the bulk is for to one ticket.
func (s *Store) bulkItem(ctx context.Context, tx *tx, w *bulkWork, i *waitingItem) (itemResult, error) {
	key := ticketKey{w.row.TeamID, i.TicketID}
	switch {
	case w.row.Undoes != nil:
		return s.undoItem(ctx, tx, w.row, i)
	case !w.change.Workflow.IsZero():
		e, err := s.manualStart(ctx, tx, key.team, w.change.Workflow)
		if err != nil {
			return itemResult{}, err
		}
		return itemResult{outcome: ItemChanged}, s.runOn(ctx, tx, e, w.row.actor(), i.Number)
	}
	changed, err := s.changeInBulk(ctx, tx, w.row, key, w.change.all())
	if err != nil || !changed {
		return itemResult{outcome: ItemSame}, err
	}
	return itemResult{outcome: ItemChanged}, nil
}

// newestChange is the id of the ticket's newest record. Those of one ticket grow under its lock.
func newestChange(ctx context.Context, tx *tx, ticket int64) (int64, error) {
	var id int64
	err := get(ctx, tx, &id, `SELECT COALESCE(MAX(id), 0) FROM changes WHERE ticket_id = ?`, ticket)
	if err != nil {
		return 0, fmt.Errorf("find newest change of ticket %d: %w", ticket, err)
	}
	return id, nil
}
