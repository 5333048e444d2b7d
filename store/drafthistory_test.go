package store_test

import (
	"fmt"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// draftEditor edits one workflow, always knowing its latest revision.
type draftEditor struct {
	*testing.T
	store *store.Store
	team  int64
	row   store.WorkflowRow
}

func (e *draftEditor) seen() store.Revision {
	return store.Revision{ID: e.row.PublicID, Rev: e.row.DraftRev}
}

func (e *draftEditor) save(description string) {
	e.Helper()
	d := e.row.Draft
	d.Description = description
	e.took(e.store.SaveDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen(), d))
}

func (e *draftEditor) undo() {
	e.Helper()
	e.took(e.store.UndoDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen()))
}

func (e *draftEditor) redo() {
	e.Helper()
	e.took(e.store.RedoDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen()))
}

func (e *draftEditor) took(row store.WorkflowRow, err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
	if row.DraftRev <= e.row.DraftRev {
		e.Errorf("revision: got %d after %d, want it to move", row.DraftRev, e.row.DraftRev)
	}
	e.row = row
}

func (e *draftEditor) want(description string, canUndo, canRedo bool) {
	e.Helper()
	if e.row.Draft.Description != description || e.row.CanUndo != canUndo || e.row.CanRedo != canRedo {
		e.Errorf("draft: got %q, undo %v, redo %v; want %q, %v, %v",
			e.row.Draft.Description, e.row.CanUndo, e.row.CanRedo, description, canUndo, canRedo)
	}
}

func onDraft(t *testing.T, test func(e *draftEditor)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		test(&draftEditor{T: t, store: s, team: team, row: create(t, s, team, tagging("Tag"))})
	})
}

func TestSavesOfADraftAreUndoneAndRedone(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		e.want("", false, false)
		e.save("a")
		e.save("b")
		e.want("b", true, false)
		e.save("b") // says nothing new
		e.undo()
		e.want("a", true, true)
		e.undo()
		e.want("", false, true)
		_, err := e.store.UndoDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen())
		wantKind(e.T, "undo with nothing left", err, desk.Conflict)
		e.redo()
		e.redo()
		e.want("b", true, false)
		_, err = e.store.RedoDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen())
		wantKind(e.T, "redo with nothing left", err, desk.Conflict)
	})
}

func TestASaveAfterAnUndoForgetsWhatWasUndone(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		e.save("a")
		e.save("b")
		e.undo()
		e.save("c")
		e.want("c", true, false)
		e.undo()
		e.want("a", true, true)
	})
}

func TestUndoOfADraftThatSomebodyElseSavedIsAConflict(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		e.save("a")
		seen := e.seen()
		e.save("b")
		_, err := e.store.UndoDraft(e.Context(), desk.Agent(2, "Bob"), e.team, seen)
		wantKind(e.T, "undo", err, desk.Conflict)
		e.undo()
		e.want("a", true, true)
	})
}

func TestTheHistoryOfADraftHasAnEnd(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		for i := range 110 {
			e.save(fmt.Sprint(i))
		}
		steps := 0
		for ; e.row.CanUndo; steps++ {
			e.undo()
		}
		e.want("10", false, true)
		if steps != 99 {
			e.Errorf("undone: got %d steps, want 99 from the newest of 100 drafts", steps)
		}
	})
}

func TestAnUndoneNameThatIsTakenIsAConflict(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		e.took(e.store.SaveDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen(), tagging("Renamed")))
		create(e.T, e.store, e.team, tagging("Tag"))
		_, err := e.store.UndoDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen())
		wantKind(e.T, "undo", err, desk.Conflict)
		if row, err := e.store.Workflow(e.Context(), e.team, e.row.PublicID); err != nil || row.Name != "Renamed" {
			e.Errorf("after the refusal: got %q, %v, want it as it was", row.Name, err)
		}
	})
}

func TestASecretThatIsLeftBlankStays(t *testing.T) {
	onDraft(t, func(e *draftEditor) {
		call := func(value string) workflow.Definition {
			d := tagging("Tag")
			d.Steps[0] = workflow.Step{ID: "s1", Type: workflow.Webhook, Webhook: &workflow.WebhookStep{
				Method: "POST", URL: "https://example.com", Headers: []workflow.Header{{Name: "Authorization", Value: value}},
			}}
			return d
		}
		for _, value := range []string{"Bearer 1", ""} {
			e.took(e.store.SaveDraft(e.Context(), desk.Agent(1, "Ann"), e.team, e.seen(), call(value)))
			if got := e.row.Draft.Steps[0].Webhook.Headers[0].Value; got != "Bearer 1" {
				e.Errorf("saved with %q: got %q, want the secret", value, got)
			}
		}
	})
}
