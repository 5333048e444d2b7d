package store

import (
	"context"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Publish makes the draft that the caller saw the version that runs, and switches the workflow on. What
// keeps it from running comes as workflow.Problems. A draft that is published already gets no new version.
// One that ran muted is muted no longer. One that fails at saved cases is a Conflict.
func (s *Store) Publish(ctx context.Context, by desk.Actor, team int64, w Revision) (WorkflowRow, error) {
	return s.PublishDespite(ctx, by, team, w, "")
}

// PublishDespite is Publish in spite of something that speaks against it: override says what, and stays with the version.
func (s *Store) PublishDespite(ctx context.Context, by desk.Actor, team int64, w Revision, override string) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, w.ID, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := w.current(row); err != nil {
			return err
		}
		return s.publishDraft(ctx, tx, team, row, publication{by: by, override: override})
	})
}

// publishDraft makes the draft of the row live; of p, who does it and in spite of what is known.
func (s *Store) publishDraft(ctx context.Context, tx *tx, team int64, row workflowRow, p publication) error {
	ready, err := s.publishable(ctx, tx, team, row.Draft)
	if err != nil {
		return err
	}
	ready.by, ready.override = p.by, p.override
	version, err := s.versionOf(ctx, tx, &row, ready)
	if err != nil {
		return err
	}

	// The draft is written too, with the names that its users and roles have now.
	if _, err := tx.exec(ctx, `UPDATE workflows SET draft = ? WHERE id = ?`, ready.text, row.ID); err != nil {
		return fmt.Errorf("write draft of workflow %d: %w", row.ID, err)
	}
	return s.putLive(ctx, tx, &row, version, ready)
}

// publication is a definition that may run, on its way to becoming a version.
type publication struct {
	definition workflow.Definition
	text       string // its stored form
	directory  *workflow.Directory
	by         desk.Actor
	override   string
}

// publishable returns a stored definition, with the names of now, if it may run.
func (s *Store) publishable(ctx context.Context, tx *tx, team int64, text string) (publication, error) {
	d, err := readDefinition(text)
	if err != nil {
		return publication{}, err
	}
	directory, err := s.directory(ctx, tx, team)
	if err != nil {
		return publication{}, err
	}
	if err := append(workflow.Validate(d, directory), workflow.MissingSecrets(d)...).Err(); err != nil {
		return publication{}, err
	}
	d, problems := workflow.Resolve(d, directory)
	if err := problems.Err(); err != nil {
		return publication{}, err
	}
	text, err = writeDefinition(d)
	return publication{definition: d, text: text, directory: directory}, err
}

// versionOf returns the version that says what p says: the live or the muted one where it does, else a new one.
func (s *Store) versionOf(ctx context.Context, tx *tx, row *workflowRow, p publication) (int, error) {
	version, err := sameVersion(ctx, tx, row, p.text)
	if err != nil || version == 0 {
		return s.addVersion(ctx, tx, row.ID, p)
	}
	if p.override == "" {
		return version, nil
	}
	_, err = tx.exec(ctx, `
		UPDATE workflow_versions
		SET override = ?
		WHERE workflow_id = ? AND version = ?`, p.override, row.ID, version)
	if err != nil {
		return 0, fmt.Errorf("note on version %d of workflow %d: %w", version, row.ID, err)
	}
	return version, nil
}

func sameVersion(ctx context.Context, tx *tx, row *workflowRow, text string) (int, error) {
	var version int
	err := get(ctx, tx, &version, `
		SELECT version
		FROM workflow_versions
		WHERE workflow_id = ? AND version IN (?, ?) AND definition = ?
		ORDER BY version DESC
		LIMIT 1`, row.ID, row.Version, row.Shadow, text)
	if err != nil && !noRows(err) {
		return 0, fmt.Errorf("look for version of workflow %d: %w", row.ID, err)
	}
	return version, nil
}

func (s *Store) addVersion(ctx context.Context, tx *tx, id int64, p publication) (int, error) {
	var version int
	err := tx.returning(ctx, &version, `
		INSERT INTO workflow_versions (workflow_id, version, definition, published_by, published_at, override)
		VALUES (?, (SELECT COALESCE(MAX(version), 0) + 1 FROM workflow_versions WHERE workflow_id = ?), ?, ?, ?, ?)
		RETURNING version`, id, id, p.text, p.by.ID, s.now(), p.override)
	if err != nil {
		return 0, fmt.Errorf("insert version of workflow %d: %w", id, err)
	}
	return version, nil
}

// putLive makes a version the one that runs: on, and muted no longer. One that fails at saved cases is a Conflict, unless
// it is put live in spite of that.
func (s *Store) putLive(ctx context.Context, tx *tx, row *workflowRow, version int, p publication) error {
	if p.override == "" {
		if err := refuseFailing(ctx, tx, row.ID, p.definition, p.directory); err != nil {
			return err
		}
	}
	next := nextOf(p.text, p.directory.Team.Timezone, s.now())
	_, err := tx.exec(ctx, `
		UPDATE workflows
		SET version = ?, enabled = ?, shadow_version = 0, shadow_since = NULL, next_at = ?, hook_token = ?,
			updated_at = ?, updated_by = ?
		WHERE id = ?`, version, true, next, hookToken(row, p.definition), s.now(), p.by.ID, row.ID)
	if err != nil {
		return fmt.Errorf("publish workflow %d: %w", row.ID, err)
	}
	return nil
}

// hookToken is the secret in the address of a workflow's webhook; once made it stays, whatever is published later.
func hookToken(row *workflowRow, d workflow.Definition) string {
	if row.HookToken != "" || !d.Trigger.Webhook {
		return row.HookToken
	}
	return newKey()
}
