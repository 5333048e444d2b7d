package store

import (
	"context"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Publish makes the draft that the caller saw the version that runs, and switches the workflow on. What
// keeps it from running comes as workflow.Problems. A draft that is published already gets no new version.
func (s *Store) Publish(ctx context.Context, by desk.Actor, team int64, w Revision) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, w.ID, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := w.current(row); err != nil {
			return err
		}
		text, err := s.publishable(ctx, tx, team, row.Draft)
		if err != nil {
			return err
		}
		version := row.Version
		if row.Definition == nil || *row.Definition != text {
			if version, err = s.addVersion(ctx, tx, row.ID, by, text); err != nil {
				return err
			}
		}

		// The draft is written too, with the names that its users and roles have now.
		_, err = tx.exec(ctx, `
			UPDATE workflows
			SET version = ?, draft = ?, enabled = ?, updated_at = ?, updated_by = ?
			WHERE id = ?`, version, text, true, s.now(), by.ID, row.ID)
		if err != nil {
			return fmt.Errorf("publish workflow %d: %w", row.ID, err)
		}
		return nil
	})
}

// publishable returns the stored form of a draft that may run as it is now.
func (s *Store) publishable(ctx context.Context, tx *tx, team int64, draft string) (string, error) {
	d, err := readDefinition(draft)
	if err != nil {
		return "", err
	}
	directory, err := s.directory(ctx, tx, team)
	if err != nil {
		return "", err
	}
	if err := workflow.Validate(d, directory).Err(); err != nil {
		return "", err
	}
	d, problems := workflow.Resolve(d, directory)
	if err := problems.Err(); err != nil {
		return "", err
	}
	return writeDefinition(d)
}

func (s *Store) addVersion(ctx context.Context, tx *tx, id int64, by desk.Actor, text string) (int, error) {
	var version int
	err := tx.returning(ctx, &version, `
		INSERT INTO workflow_versions (workflow_id, version, definition, published_by, published_at)
		VALUES (?, (SELECT COALESCE(MAX(version), 0) + 1 FROM workflow_versions WHERE workflow_id = ?), ?, ?, ?)
		RETURNING version`, id, id, text, by.ID, s.now())
	if err != nil {
		return 0, fmt.Errorf("insert version of workflow %d: %w", id, err)
	}
	return version, nil
}

// EnableWorkflow switches a published workflow on.
func (s *Store) EnableWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.switchWorkflow(ctx, by, team, id, true)
}

// DisableWorkflow switches a workflow off; what is published stays so.
func (s *Store) DisableWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.switchWorkflow(ctx, by, team, id, false)
}

func (s *Store) switchWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID, on bool) error {
	_, err := s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if on && row.Version == 0 {
			return desk.Errorf(desk.Conflict, "This workflow has never been published. Publish it to switch it on.")
		}
		_, err := tx.exec(ctx, `
			UPDATE workflows
			SET enabled = ?, updated_at = ?, updated_by = ?
			WHERE id = ?`, on, s.now(), by.ID, row.ID)
		if err != nil {
			return fmt.Errorf("switch workflow %d: %w", row.ID, err)
		}
		return nil
	})
	return err
}

// DeleteWorkflow takes a workflow out of the team. Its row and versions stay, for the runs and the history that name them.
func (s *Store) DeleteWorkflow(ctx context.Context, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		n, err := tx.exec(ctx, `
			UPDATE workflows
			SET deleted = ?, enabled = ?, updated_at = ?
			WHERE team_id = ? AND public_id = ? AND deleted = ?`, true, false, s.now(), team, id, false)
		if err != nil {
			return fmt.Errorf("delete workflow %s: %w", id, err)
		}
		if n == 0 {
			return errNoWorkflow()
		}
		return bumpRules(ctx, tx, team)
	})
}
