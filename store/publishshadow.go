package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// PublishShadow makes the draft that the caller saw a version that runs muted: it is evaluated on live events and
// touches nothing. What is live stays so. It refuses like Publish, and a draft that is live already is a Conflict.
func (s *Store) PublishShadow(ctx context.Context, by desk.Actor, team int64, w Revision) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, w.ID, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := w.current(row); err != nil {
			return err
		}
		p, err := s.publishable(ctx, tx, team, row.Draft)
		if err != nil {
			return err
		}
		p.by = by
		version, err := s.versionOf(ctx, tx, &row, p)
		if err != nil {
			return err
		}
		if version == row.Version {
			return desk.Errorf(desk.Conflict, "This draft is what is live already. Change it to compare the two.")
		}
		_, err = tx.exec(ctx, `
			UPDATE workflows
			SET draft = ?, shadow_version = ?, shadow_since = ?, hook_token = ?, updated_at = ?, updated_by = ?
			WHERE id = ?`, p.text, version, s.now(), hookToken(&row, p.definition), s.now(), by.ID, row.ID)
		if err != nil {
			return fmt.Errorf("publish workflow %d muted: %w", row.ID, err)
		}
		return nil
	})
}

// GoLive makes the version that runs muted the one that runs, and switches the workflow on. What has come to keep it
// from running comes as workflow.Problems.
func (s *Store) GoLive(ctx context.Context, by desk.Actor, team int64, id desk.ID) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if row.Shadow == 0 {
			return errNoShadow()
		}
		var text string
		err := get(ctx, tx, &text, `
			SELECT definition
			FROM workflow_versions
			WHERE workflow_id = ? AND version = ?`, row.ID, row.Shadow)
		if err != nil {
			return fmt.Errorf("read muted version of workflow %d: %w", row.ID, err)
		}
		p, err := s.publishable(ctx, tx, team, text)
		if err != nil {
			return err
		}
		p.by = by
		return s.putLive(ctx, tx, &row, row.Shadow, p)
	})
}

// StopShadow ends the muted version; it stays in the list of versions.
func (s *Store) StopShadow(ctx context.Context, by desk.Actor, team int64, id desk.ID) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if row.Shadow == 0 {
			return errNoShadow()
		}
		_, err := tx.exec(ctx, `
			UPDATE workflows
			SET shadow_version = 0, shadow_since = NULL, updated_at = ?, updated_by = ?
			WHERE id = ?`, s.now(), by.ID, row.ID)
		if err != nil {
			return fmt.Errorf("stop muted version of workflow %d: %w", row.ID, err)
		}
		return nil
	})
}

func errNoShadow() error {
	return desk.Errorf(desk.Conflict, "No version of this workflow runs muted. Somebody may have ended it.")
}
