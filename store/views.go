package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// SavedView is a saved view as one member sees it.
type SavedView struct {
	desk.SavedView
	By     string // who made it
	Pinned bool   // in the member's side bar
}

// NewView says what a saved view is to be.
type NewView struct {
	Name, Query string
	Shared      bool
}

type viewRow struct {
	ID        int64   `db:"id"`
	PublicID  desk.ID `db:"public_id"`
	TeamID    int64   `db:"team_id"`
	OwnerID   int64   `db:"owner_id"`
	CreatedBy int64   `db:"created_by"`
	Name      string  `db:"name"`
	Query     string  `db:"query"`
	By        string  `db:"by_name"`
	Pinned    bool    `db:"pinned"`
}

func (r *viewRow) view() SavedView {
	return SavedView{
		SavedView: desk.SavedView{
			ID: r.PublicID, TeamID: r.TeamID, OwnerID: r.OwnerID, CreatedBy: r.CreatedBy, Name: r.Name, Query: r.Query,
		},
		By: r.By, Pinned: r.Pinned,
	}
}

// viewTables wants the member who looks as its argument.
const (
	viewColumns = `v.id, v.public_id, v.team_id, v.owner_id, v.created_by, v.name, v.query, u.name AS by_name,
		p.user_id IS NOT NULL AS pinned`
	viewTables = `
		views v
		JOIN users u ON u.id = v.created_by
		LEFT JOIN view_pins p ON p.team_id = v.team_id AND p.user_id = ? AND p.view_id = v.id`
)

// SavedViews lists the views that a member sees, by name: the member's own and those that the team shares.
func (s *Store) SavedViews(ctx context.Context, by desk.Member) ([]SavedView, error) {
	var rows []viewRow
	err := list(ctx, s.db, &rows, `
		SELECT `+viewColumns+`
		FROM `+viewTables+`
		WHERE v.team_id = ? AND v.owner_id IN (0, ?)
		ORDER BY LOWER(v.name), v.id`, by.ID, by.TeamID, by.ID)
	if err != nil {
		return nil, fmt.Errorf("list views of team %d: %w", by.TeamID, err)
	}
	return savedViews(rows), nil
}

func savedViews(rows []viewRow) []SavedView {
	views := make([]SavedView, len(rows))
	for i := range rows {
		views[i] = rows[i].view()
	}
	return views
}

// SavedView returns a view that the member sees.
func (s *Store) SavedView(ctx context.Context, by desk.Member, id desk.ID) (SavedView, error) {
	row, err := findView(ctx, s.db, by, id)
	if err != nil {
		return SavedView{}, err
	}
	return row.view(), nil
}

func findView(ctx context.Context, q queryer, by desk.Member, id desk.ID) (viewRow, error) {
	var row viewRow
	err := get(ctx, q, &row, `
		SELECT `+viewColumns+`
		FROM `+viewTables+`
		WHERE v.team_id = ? AND v.public_id = ?`, by.ID, by.TeamID, id)
	if noRows(err) {
		return viewRow{}, desk.ErrNoView()
	}
	if err != nil {
		return viewRow{}, fmt.Errorf("read view %s: %w", id, err)
	}
	if v := row.view(); !by.Sees(&v.SavedView) {
		return viewRow{}, desk.ErrNoView()
	}
	return row, nil
}

// SaveView keeps a view and pins it for its maker, if there is room.
func (s *Store) SaveView(ctx context.Context, by desk.Member, n NewView) (SavedView, error) {
	v, err := desk.NewView(by, n.Name, n.Query)
	if err == nil {
		v, err = v.Edit(by, desk.ViewEdit{Shared: &n.Shared})
	}
	if err != nil {
		return SavedView{}, err
	}
	v.ID = s.newID()
	saved := SavedView{SavedView: v, By: by.Name}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, v.TeamID); err != nil {
			return err
		}
		if err := roomForView(ctx, tx, &v, 0); err != nil {
			return err
		}
		id, err := tx.insert(ctx, `
			INSERT INTO views (public_id, team_id, owner_id, name, query, created_by, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			RETURNING id`, v.ID, v.TeamID, v.OwnerID, v.Name, v.Query, v.CreatedBy, s.now(), s.now())
		if err != nil {
			return fmt.Errorf("insert view: %w", err)
		}
		pins, err := pinnedIDs(ctx, tx, by)
		if saved.Pinned = len(pins) < desk.MaxPins; err != nil || !saved.Pinned {
			return err
		}
		return savePins(ctx, tx, by, append(pins, id))
	})
	return saved, err
}

// roomForView refuses a name that another view of the same owner has, and one view too many. id is the view's row, 0
// for a new one.
func roomForView(ctx context.Context, tx *tx, v *desk.SavedView, id int64) error {
	var others struct {
		Count int  `db:"count"`
		Taken bool `db:"taken"`
	}
	err := get(ctx, tx, &others, `
		SELECT COUNT(*) AS count, COALESCE(MAX(CASE WHEN name = ? THEN 1 ELSE 0 END), 0) = 1 AS taken
		FROM views
		WHERE team_id = ? AND owner_id = ? AND id <> ?`, v.Name, v.TeamID, v.OwnerID, id)
	switch {
	case err != nil:
		return fmt.Errorf("look at other views: %w", err)
	case others.Taken && v.Shared():
		return desk.Errorf(desk.Conflict, "The team shares a view %q already. Choose another name.", shorten(v.Name))
	case others.Taken:
		return desk.Errorf(desk.Conflict, "You have a view %q already. Choose another name.", shorten(v.Name))
	case others.Count >= desk.MaxViews:
		return desk.Errorf(desk.Conflict, "There are %d views already. Delete one that nobody needs first.", others.Count)
	}
	return nil
}

// EditView changes a view as far as the member may. One that is shared no longer leaves the others' side bars.
func (s *Store) EditView(ctx context.Context, by desk.Member, id desk.ID, e desk.ViewEdit) (SavedView, error) {
	return s.changeView(ctx, by, id, func(ctx context.Context, tx *tx, row *viewRow) error {
		v := row.view()
		after, err := v.Edit(by, e)
		if err != nil {
			return err
		}
		if err := roomForView(ctx, tx, &after, row.ID); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE views
			SET owner_id = ?, name = ?, query = ?, updated_at = ?
			WHERE id = ?`, after.OwnerID, after.Name, after.Query, s.now(), row.ID)
		if err != nil {
			return fmt.Errorf("update view %s: %w", id, err)
		}
		row.OwnerID, row.Name, row.Query = after.OwnerID, after.Name, after.Query
		if after.Shared() {
			return nil
		}
		_, err = tx.exec(ctx, `DELETE FROM view_pins WHERE view_id = ? AND user_id <> ?`, row.ID, after.OwnerID)
		if err != nil {
			return fmt.Errorf("unpin view %s for the others: %w", id, err)
		}
		return nil
	})
}

// DeleteView takes a view away, from every side bar too, if the member may change it.
func (s *Store) DeleteView(ctx context.Context, by desk.Member, id desk.ID) (SavedView, error) {
	return s.changeView(ctx, by, id, func(ctx context.Context, tx *tx, row *viewRow) error {
		v := row.view()
		if _, err := v.Edit(by, desk.ViewEdit{}); err != nil {
			return err
		}
		for _, statement := range []string{`DELETE FROM view_pins WHERE view_id = ?`, `DELETE FROM views WHERE id = ?`} {
			if _, err := tx.exec(ctx, statement, row.ID); err != nil {
				return fmt.Errorf("delete view %s: %w", id, err)
			}
		}
		return nil
	})
}

// changeView runs change, which keeps the row in step, on a view that the member sees.
func (s *Store) changeView(
	ctx context.Context, by desk.Member, id desk.ID, change func(context.Context, *tx, *viewRow) error,
) (SavedView, error) {
	var row viewRow
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, by.TeamID); err != nil {
			return err
		}
		var err error
		if row, err = findView(ctx, tx, by, id); err != nil {
			return err
		}
		return change(ctx, tx, &row)
	})
	return row.view(), err
}
