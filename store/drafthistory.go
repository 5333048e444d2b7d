package store

import (
	"context"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// keptDrafts is how many drafts of a workflow are kept, the present one among them.
const keptDrafts = 100

// UndoDraft makes the draft what it was before the last save; a save that follows forgets what was undone.
// The conflicts are those of SaveDraft, and one more when nothing is left to undo.
func (s *Store) UndoDraft(ctx context.Context, by desk.Actor, team int64, w Revision) (WorkflowRow, error) {
	return s.stepDraft(ctx, by, team, w, draftStep{
		query: `
			SELECT seq, definition
			FROM workflow_drafts
			WHERE workflow_id = ? AND seq < ?
			ORDER BY seq DESC
			LIMIT 1`,
		none: "There is nothing to undo.",
	})
}

// RedoDraft takes the last undo back.
func (s *Store) RedoDraft(ctx context.Context, by desk.Actor, team int64, w Revision) (WorkflowRow, error) {
	return s.stepDraft(ctx, by, team, w, draftStep{
		query: `
			SELECT seq, definition
			FROM workflow_drafts
			WHERE workflow_id = ? AND seq > ?
			ORDER BY seq
			LIMIT 1`,
		none: "There is nothing to redo.",
	})
}

// draftStep finds the neighbour of a draft in its history, or says that there is none.
type draftStep struct{ query, none string }

func (s *Store) stepDraft(ctx context.Context, by desk.Actor, team int64, w Revision, to draftStep) (WorkflowRow, error) {
	return s.changeWorkflow(ctx, team, w.ID, func(ctx context.Context, tx *tx, row workflowRow) error {
		if err := w.current(row); err != nil {
			return err
		}
		var kept struct {
			Seq        int64  `db:"seq"`
			Definition string `db:"definition"`
		}
		err := get(ctx, tx, &kept, to.query, row.ID, row.DraftSeq)
		if noRows(err) {
			return desk.Errorf(desk.Conflict, "%s", to.none)
		}
		if err != nil {
			return fmt.Errorf("read kept draft of workflow %d: %w", row.ID, err)
		}
		d, err := readDefinition(kept.Definition)
		if err != nil {
			return fmt.Errorf("draft %d of workflow %d: %w", kept.Seq, row.ID, err)
		}
		return s.putDraft(ctx, tx, &row, draftWrite{team: team, by: by, draft: d, seq: kept.Seq})
	})
}

// draftWrite is a draft on its way into its workflow's row.
type draftWrite struct {
	team  int64
	by    desk.Actor
	draft workflow.Definition
	seq   int64 // its place in the history; 0: a new one
}

// putDraft makes w the draft of the workflow. One that is new and says something else than the present draft
// goes behind it into the history, in place of what was undone.
func (s *Store) putDraft(ctx context.Context, tx *tx, row *workflowRow, w draftWrite) error {
	if err := nameFree(ctx, tx, w.team, w.draft.Name, row.ID); err != nil {
		return err
	}
	text, err := s.writeDraft(ctx, tx, w.team, w.draft)
	if err != nil {
		return err
	}
	switch {
	case w.seq != 0:
	case text == row.Draft:
		w.seq = row.DraftSeq
	default:
		if w.seq, err = s.keepDraft(ctx, tx, row, w.by, text); err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, `
		UPDATE workflows
		SET name = ?, draft = ?, draft_seq = ?, draft_rev = draft_rev + 1, updated_at = ?, updated_by = ?
		WHERE id = ?`, w.draft.Name, text, w.seq, s.now(), w.by.ID, row.ID)
	if err != nil {
		return fmt.Errorf("save draft of workflow %d: %w", row.ID, err)
	}
	return nil
}

// keepDraft writes a draft behind the present one, which the history of a workflow begins with, and returns its place.
func (s *Store) keepDraft(ctx context.Context, tx *tx, row *workflowRow, by desk.Actor, text string) (int64, error) {
	present := max(row.DraftSeq, 1) // 0: nothing was kept yet
	next := present + 1
	_, err := tx.exec(ctx, `
		DELETE FROM workflow_drafts
		WHERE workflow_id = ? AND (seq > ? OR seq <= ?)`, row.ID, present, next-keptDrafts)
	if err != nil {
		return 0, fmt.Errorf("forget drafts of workflow %d: %w", row.ID, err)
	}
	_, err = tx.exec(ctx, `
		INSERT INTO workflow_drafts (workflow_id, seq, definition, saved_by, saved_at)
		VALUES (?, ?, ?, 0, ?), (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`,
		row.ID, present, row.Draft, row.UpdatedAt, row.ID, next, text, by.ID, s.now())
	if err != nil {
		return 0, fmt.Errorf("keep draft of workflow %d: %w", row.ID, err)
	}
	return next, nil
}
