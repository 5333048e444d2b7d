package store

import (
	"context"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// InstallWorkflow makes the roles that a workflow names and the team does not have, keeps the workflow, and switches it
// on: all of it or nothing. A name that is taken is a Conflict.
func (s *Store) InstallWorkflow(ctx context.Context, by desk.Actor, team int64, d workflow.Definition) (WorkflowRow, error) {
	d, err := cleanDefinition(d)
	if err != nil {
		return WorkflowRow{}, err
	}
	var installed WorkflowRow
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		for _, name := range d.Roles() {
			if _, err := s.insertRole(ctx, tx, team, name); err != nil && !desk.IsKind(err, desk.Conflict) {
				return err
			}
		}
		id, err := s.insertWorkflow(ctx, tx, by, team, d)
		if err != nil {
			return err
		}
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		if err := s.publishDraft(ctx, tx, team, row, publication{by: by}); err != nil {
			return err
		}
		if err := bumpRules(ctx, tx, team); err != nil {
			return err
		}
		installed, err = s.workflow(ctx, tx, team, id)
		return err
	})
	return installed, err
}
