package store

import (
	"context"
	"encoding/json"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// maxDefinition bounds a workflow as it is stored, in bytes: every event reads all that it can start.
const maxDefinition = 1 << 20

// CreateWorkflow keeps a new draft, after all others and off. A name that is taken is a Conflict.
func (s *Store) CreateWorkflow(ctx context.Context, by desk.Actor, team int64, d workflow.Definition) (WorkflowRow, error) {
	d, err := cleanDefinition(d)
	if err != nil {
		return WorkflowRow{}, err
	}
	var created WorkflowRow
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		id, err := s.insertWorkflow(ctx, tx, by, team, d)
		if err != nil {
			return err
		}
		if err := bumpRules(ctx, tx, team); err != nil {
			return err
		}
		created, err = s.workflow(ctx, tx, team, id)
		return err
	})
	return created, err
}

// insertWorkflow keeps a new draft of a team that is locked.
func (s *Store) insertWorkflow(ctx context.Context, tx *tx, by desk.Actor, team int64, d workflow.Definition) (desk.ID, error) {
	if err := nameFree(ctx, tx, team, d.Name, 0); err != nil {
		return desk.ID{}, err
	}
	draft, err := s.writeDraft(ctx, tx, team, d)
	if err != nil {
		return desk.ID{}, err
	}
	id, now := s.newID(), s.now()
	_, err = tx.exec(ctx, `
		INSERT INTO workflows (public_id, team_id, name, position, draft, created_at, updated_at, updated_by)
		VALUES (?, ?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM workflows WHERE team_id = ?), ?, ?, ?, ?)`,
		id, team, d.Name, team, draft, now, now, by.ID)
	if err != nil {
		return desk.ID{}, fmt.Errorf("insert workflow: %w", err)
	}
	return id, nil
}

// SaveDraft replaces the draft that the caller saw as rev; when someone else has saved since, it is a Conflict.
// A secret that d names without its value stays what it is.
func (s *Store) SaveDraft(ctx context.Context, by desk.Actor, team int64, w Revision, d workflow.Definition) (WorkflowRow, error) {
	d, err := cleanDefinition(d)
	if err != nil {
		return WorkflowRow{}, err
	}
	return s.changeWorkflow(ctx, team, w.ID, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := w.current(row); err != nil {
			return err
		}
		draft, err := row.withSecrets(d) // not into d: the closure may run twice
		if err != nil {
			return err
		}
		return s.putDraft(ctx, tx, &row, draftWrite{team: team, by: by, draft: draft})
	})
}

// withSecrets fills in the secrets that the draft, or else the published version, has and d leaves blank.
func (r *workflowRow) withSecrets(d workflow.Definition) (workflow.Definition, error) {
	for _, text := range []*string{&r.Draft, r.Definition} {
		if text == nil {
			continue
		}
		kept, err := readDefinition(*text)
		if err != nil {
			return d, fmt.Errorf("secrets of workflow %d: %w", r.ID, err)
		}
		d = workflow.KeepSecrets(kept, d)
	}
	return d, nil
}

// Revision is a workflow as an editor saw it.
type Revision struct {
	ID  desk.ID
	Rev int // WorkflowRow.DraftRev
}

func (r Revision) current(row workflowRow) error {
	if r.Rev != row.DraftRev {
		return desk.Errorf(desk.Conflict, "Someone else has saved this workflow meanwhile. Reload it and make your change again.")
	}
	return nil
}

// changeWorkflow runs change on a workflow of the team that nobody else changes meanwhile.
func (s *Store) changeWorkflow(ctx context.Context, team int64, id desk.ID, change func(context.Context, *tx, workflowRow) error) (WorkflowRow, error) {
	var changed WorkflowRow
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, row); err != nil {
			return err
		}
		if err := bumpRules(ctx, tx, team); err != nil {
			return err
		}
		changed, err = s.workflow(ctx, tx, team, id)
		return err
	})
	return changed, err
}

func cleanDefinition(d workflow.Definition) (workflow.Definition, error) {
	name, err := cleanName("name", d.Name)
	d.Name = name
	return d, err
}

// writeDraft is the stored form of d. Names that nobody has stay as they are: a draft may be wrong.
func (s *Store) writeDraft(ctx context.Context, tx *tx, team int64, d workflow.Definition) (string, error) {
	directory, err := s.directory(ctx, tx, team)
	if err != nil {
		return "", err
	}
	d, _ = workflow.Resolve(d, directory)
	return writeDefinition(d)
}

func writeDefinition(d workflow.Definition) (string, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("write workflow: %w", err)
	}
	if len(text) > maxDefinition {
		return "", desk.Errorf(desk.TooLarge, "The workflow has %d bytes; the limit is %d. Split it.", len(text), maxDefinition)
	}
	return string(text), nil
}

func nameFree(ctx context.Context, tx *tx, team int64, name string, except int64) error {
	var taken bool
	err := get(ctx, tx, &taken, `
		SELECT EXISTS (
			SELECT 1
			FROM workflows
			WHERE team_id = ? AND name = ? AND id <> ? AND deleted = ?)`, team, name, except, false)
	if err != nil {
		return fmt.Errorf("look for workflow name: %w", err)
	}
	if taken {
		return desk.Errorf(desk.Conflict, "There is a workflow %q already. Choose another name.", shorten(name))
	}
	return nil
}
