package store

import (
	"context"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// PinnedViews lists the views of a member's side bar, in its order.
func (s *Store) PinnedViews(ctx context.Context, by desk.Member) ([]SavedView, error) {
	var rows []viewRow
	err := list(ctx, s.quick, &rows, `
		SELECT v.id, v.public_id, v.team_id, v.owner_id, v.created_by, v.name, v.query, '' AS by_name, TRUE AS pinned
		FROM view_pins p JOIN views v ON v.id = p.view_id
		WHERE p.team_id = ? AND p.user_id = ?
		ORDER BY p.position, p.view_id`, by.TeamID, by.ID)
	if err != nil {
		return nil, fmt.Errorf("list pinned views of user %d: %w", by.ID, err)
	}
	return savedViews(rows), nil
}

// PinView puts a view at the end of the member's side bar; one that is there stays where it is.
func (s *Store) PinView(ctx context.Context, by desk.Member, id desk.ID) (SavedView, error) {
	return s.changePins(ctx, by, id, func(pins []int64, view int64) ([]int64, error) {
		if slices.Contains(pins, view) {
			return pins, nil
		}
		if len(pins) >= desk.MaxPins {
			return nil, desk.Errorf(desk.Conflict, "The side bar holds up to %d views. Take one off it first.", desk.MaxPins)
		}
		return append(pins, view), nil
	})
}

// UnpinView takes a view off the member's side bar.
func (s *Store) UnpinView(ctx context.Context, by desk.Member, id desk.ID) (SavedView, error) {
	return s.changePins(ctx, by, id, func(pins []int64, view int64) ([]int64, error) {
		return slices.DeleteFunc(pins, func(id int64) bool { return id == view }), nil
	})
}

// MovePin moves a view of the member's side bar by so many places, down it for more than 0, as far as there are any.
func (s *Store) MovePin(ctx context.Context, by desk.Member, id desk.ID, places int) (SavedView, error) {
	return s.changePins(ctx, by, id, func(pins []int64, view int64) ([]int64, error) {
		at := slices.Index(pins, view)
		if at < 0 {
			return nil, desk.Errorf(desk.Conflict, "The view is not in your side bar any more. Pin it first.")
		}
		to := min(max(at+places, 0), len(pins)-1)
		return slices.Insert(slices.Delete(pins, at, at+1), to, view), nil
	})
}

// changePins gives change the rows of the member's side bar and the view's, and keeps what it makes of them.
func (s *Store) changePins(
	ctx context.Context, by desk.Member, id desk.ID, change func(pins []int64, view int64) ([]int64, error),
) (SavedView, error) {
	return s.changeView(ctx, by, id, func(ctx context.Context, tx *tx, row *viewRow) error {
		pins, err := pinnedIDs(ctx, tx, by)
		if err != nil {
			return err
		}
		if pins, err = change(pins, row.ID); err != nil {
			return err
		}
		row.Pinned = slices.Contains(pins, row.ID)
		return savePins(ctx, tx, by, pins)
	})
}

func pinnedIDs(ctx context.Context, tx *tx, by desk.Member) ([]int64, error) {
	var ids []int64
	err := list(ctx, tx, &ids, `
		SELECT view_id
		FROM view_pins
		WHERE team_id = ? AND user_id = ?
		ORDER BY position, view_id`, by.TeamID, by.ID)
	if err != nil {
		return nil, fmt.Errorf("list pins of user %d: %w", by.ID, err)
	}
	return ids, nil
}

// savePins writes a side bar anew: there are at most desk.MaxPins.
func savePins(ctx context.Context, tx *tx, by desk.Member, views []int64) error {
	_, err := tx.exec(ctx, `DELETE FROM view_pins WHERE team_id = ? AND user_id = ?`, by.TeamID, by.ID)
	if err != nil {
		return fmt.Errorf("clear pins of user %d: %w", by.ID, err)
	}
	rows := make([][]any, len(views))
	for i, view := range views {
		rows[i] = []any{by.TeamID, by.ID, view, i}
	}
	err = tx.insertRows(ctx, `
		INSERT INTO view_pins (team_id, user_id, view_id, position)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("save pins of user %d: %w", by.ID, err)
	}
	return nil
}
