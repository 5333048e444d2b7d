package store_test

import (
	"testing"

	"signalbox/workflow"
)

func TestACallOverTheLimitOfItsTriggerLeavesItsReasonWithoutATicket(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(`{"name":"Hook","trigger":{"events":[],"webhook":true,"limit":{"key":"all","times":1,"within":"1h"}},"steps":[{"type":"stop"}]}`)
		for range 2 {
			_, err := d.store.CallWorkflow(d.Context(), row.HookToken, "", nil)
			check(d.T, err)
		}
		d.settle()
		d.wantRuns(workflow.Completed)
		var kept int
		err := d.store.Read(d.Context(), &kept, `SELECT COUNT(*) FROM considerations WHERE ticket_id IS NULL`)
		if err != nil || kept != 1 {
			d.Errorf("reasons: got %d, %v, want that of the second call", kept, err)
		}
	})
}
