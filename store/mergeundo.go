package store

import (
	"context"
	"encoding/json"
	"fmt"

	"signalbox/workflow/desk"
)

type mergeRow struct {
	ID       int64     `db:"id"`
	Kind     MergeKind `db:"kind"`
	From     int64     `db:"from_number"`
	Into     int64     `db:"into_number"`
	Before   string    `db:"before"`
	UndoneAt micros    `db:"undone_at"`
}

func findMerge(ctx context.Context, q queryer, team int64, id desk.ID) (mergeRow, error) {
	var row mergeRow
	err := get(ctx, q, &row, `
		SELECT m.id, m.kind, f.number AS from_number, i.number AS into_number, m.before, m.undone_at
		FROM merges m
		JOIN tickets f ON f.id = m.from_id
		JOIN tickets i ON i.id = m.into_id
		WHERE m.team_id = ? AND m.public_id = ?`, team, id)
	if noRows(err) {
		return row, desk.Errorf(desk.NotFound, "There is no such merge in this team.")
	}
	if err != nil {
		return row, fmt.Errorf("find merge %s: %w", id, err)
	}
	return row, nil
}

// UndoMerge takes a merge or a split back; undoing a split merges the new ticket into the one that it came from. What
// came since stays where it is. One that was undone is a Conflict, and so is one whose target was merged since.
func (s *Store) UndoMerge(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := findMerge(ctx, tx, team, id)
		if err != nil {
			return err
		}
		pair, err := s.lockPair(ctx, tx, team, row.From, row.Into)
		if err != nil {
			return err
		}
		if row, err = findMerge(ctx, tx, team, id); err != nil { // now nobody else changes it
			return err
		}
		if row.UndoneAt != (micros{}) {
			return desk.Errorf(desk.Conflict, "This was undone already.")
		}
		if row.Kind == Merging && pair.into.MergedInto != 0 {
			return desk.Errorf(desk.Conflict, "Ticket #%d was itself merged into another one. Undo that merge first.", pair.into.Number)
		}
		_, err = tx.exec(ctx, `
			UPDATE merges
			SET undone_at = ?, undone_by = ?
			WHERE id = ?`, s.now(), by.ID, row.ID)
		if err != nil {
			return fmt.Errorf("mark merge %d undone: %w", row.ID, err)
		}
		if row.Kind == Splitting {
			back := ticketPair{from: pair.into, into: pair.from}
			_, err := s.mergePair(ctx, tx, by, back, NewMerge{Vouched: true}) // whoever reads the old one read it all before
			return err
		}
		return s.undoMerge(ctx, tx, by, pair, &row)
	})
}

func (s *Store) undoMerge(ctx context.Context, tx *tx, by desk.Actor, p ticketPair, row *mergeRow) error {
	var before mergeBefore
	if err := json.Unmarshal([]byte(row.Before), &before); err != nil {
		return fmt.Errorf("read what merge %d changed: %w", row.ID, err)
	}
	if err := s.returnMessages(ctx, tx, p, row.ID); err != nil {
		return err
	}
	if err := returnReplies(ctx, tx, p, row.ID); err != nil {
		return err
	}
	back, err := thread(ctx, tx, &p.from)
	if err != nil {
		return err
	}
	left, err := thread(ctx, tx, &p.into)
	if err != nil {
		return err
	}
	_, err = s.changeHeld(ctx, tx, by, p.from, desk.UndoMergeInto{Was: &before.From, Target: &p.into, Thread: back})
	if err != nil {
		return err
	}
	_, err = s.changeHeld(ctx, tx, by, p.into, desk.UndoAbsorb{Source: &before.From, Thread: left, Tags: before.Tags})
	return err
}
