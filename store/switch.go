package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// EnableWorkflow switches a published workflow on.
func (s *Store) EnableWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	_, err := s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if row.Definition == nil {
			return desk.Errorf(desk.Conflict, "This workflow has never been published. Publish it to switch it on.")
		}
		t, err := s.team(ctx, tx, team)
		if err != nil {
			return err
		}
		next := nextOf(*row.Definition, t.Timezone, s.now())
		return s.switchWorkflow(ctx, tx, row.ID, switching{on: true, next: next, by: by})
	})
	return err
}

// DisableWorkflow switches a workflow off; what is published stays so, and its waiting runs go on when their time comes.
func (s *Store) DisableWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	_, err := s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		return s.switchWorkflow(ctx, tx, row.ID, switching{by: by})
	})
	return err
}

// EndWorkflow switches a workflow off as DisableWorkflow does, and cancels its waiting runs.
func (s *Store) EndWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	_, err := s.changeWorkflow(ctx, team, id, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := endWaits(ctx, tx, row.ID, "The workflow was switched off by "+by.Name+"."); err != nil {
			return err
		}
		return s.switchWorkflow(ctx, tx, row.ID, switching{by: by})
	})
	return err
}

type switching struct {
	on   bool
	next time.Time // of its schedule
	by   desk.Actor
}

func (s *Store) switchWorkflow(ctx context.Context, tx *tx, id int64, to switching) error {
	_, err := tx.exec(ctx, `
		UPDATE workflows
		SET enabled = ?, next_at = ?, updated_at = ?, updated_by = ?
		WHERE id = ?`, to.on, to.next, s.now(), to.by.ID, id)
	if err != nil {
		return fmt.Errorf("switch workflow %d: %w", id, err)
	}
	return nil
}

// DeleteWorkflow takes a workflow out of the team: its waiting runs end, and what was kept for it is dropped. Its row
// and versions stay, for the runs and the history that name them.
func (s *Store) DeleteWorkflow(ctx context.Context, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		if err := endWaits(ctx, tx, row.ID, "The workflow was deleted."); err != nil {
			return err
		}
		if err := dropHeld(ctx, tx, row.ID); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE workflows
			SET deleted = ?, enabled = ?, shadow_version = 0, next_at = NULL, hook_token = '', updated_at = ?
			WHERE id = ?`, true, false, s.now(), row.ID)
		if err != nil {
			return fmt.Errorf("delete workflow %s: %w", id, err)
		}
		return bumpRules(ctx, tx, team)
	})
}

// endWaits cancels the waiting runs of a workflow.
func endWaits(ctx context.Context, tx *tx, id int64, why string) error {
	_, err := tx.exec(ctx, `
		UPDATE runs
		SET outcome = 'cancelled', why = ?, wake_at = NULL, watching = ?
		WHERE workflow_id = ? AND outcome = 'waiting'`, why, false, id)
	if err != nil {
		return fmt.Errorf("end waiting runs of workflow %d: %w", id, err)
	}
	return nil
}
