package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// MoveWorkflowUp makes a workflow run before the one that it runs after now; the first one stays.
func (s *Store) MoveWorkflowUp(ctx context.Context, team int64, id desk.ID) error {
	return s.moveWorkflow(ctx, team, id, `
		SELECT id, position
		FROM workflows
		WHERE team_id = ? AND deleted = ? AND position < ?
		ORDER BY position DESC
		LIMIT 1`)
}

// MoveWorkflowDown makes a workflow run after the one that it runs before now; the last one stays.
func (s *Store) MoveWorkflowDown(ctx context.Context, team int64, id desk.ID) error {
	return s.moveWorkflow(ctx, team, id, `
		SELECT id, position
		FROM workflows
		WHERE team_id = ? AND deleted = ? AND position > ?
		ORDER BY position
		LIMIT 1`)
}

// moveWorkflow swaps places with the neighbour that the query finds. No two workflows of a team have the same place.
func (s *Store) moveWorkflow(ctx context.Context, team int64, id desk.ID, neighbour string) error {
	_, err := s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		var other struct {
			ID       int64 `db:"id"`
			Position int   `db:"position"`
		}
		err := get(ctx, tx, &other, neighbour, team, false, row.Position)
		if noRows(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("find neighbour of workflow %d: %w", row.ID, err)
		}
		if err := place(ctx, tx, row.ID, other.Position); err != nil {
			return err
		}
		return place(ctx, tx, other.ID, row.Position)
	})
	return err
}

func place(ctx context.Context, tx *tx, id int64, position int) error {
	if _, err := tx.exec(ctx, `UPDATE workflows SET position = ? WHERE id = ?`, position, id); err != nil {
		return fmt.Errorf("move workflow %d: %w", id, err)
	}
	return nil
}
