package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAFailedRunWithoutATicketIsStartedAgainOnce(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(`{"name":"Hook","trigger":{"events":[],"webhook":true},"steps":[` + set(`"status":"open"`) + `]}`)
		_, err := d.store.CallWorkflow(d.Context(), row.HookToken, "", nil)
		check(d.T, err)
		d.settle()
		d.wantRuns(workflow.Failed)
		rows, err := d.store.Runs(d.Context(), d.team, store.RunQuery{Limit: 1})
		check(d.T, err)
		check(d.T, d.store.RetryRun(d.Context(), d.team, rows[0].PublicID))
		wantKind(d.T, "again", d.store.RetryRun(d.Context(), d.team, rows[0].PublicID), desk.Conflict)
	})
}
