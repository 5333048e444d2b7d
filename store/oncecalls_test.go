package store_test

import (
	"testing"
	"time"

	"signalbox/workflow"
)

func TestAKeyStandsForOneCallForADay(t *testing.T) {
	onStage(t, func(d *stage) {
		hook := `","trigger":{"events":[],"webhook":true},"steps":[{"type":"stop"}]}`
		one, other := d.publish(`{"name":"One`+hook), d.publish(`{"name":"Other`+hook)
		for i, test := range []struct {
			token string
			after time.Duration
			again bool
		}{
			{one.HookToken, 0, false},
			{other.HookToken, 0, false},
			{one.HookToken, 23 * time.Hour, true},
			{one.HookToken, time.Hour, false},
			{one.HookToken, 23 * time.Hour, true},
			{one.HookToken, 26 * time.Hour, false},
		} {
			d.clock.add(test.after)
			again, err := d.store.CallWorkflow(d.Context(), test.token, "key", nil)
			if err != nil || again != test.again {
				d.Errorf("call %d: again is %t, %v, want %t", i+1, again, err, test.again)
			}
			d.settle()
		}
		d.wantRuns(workflow.Completed, workflow.Completed, workflow.Completed, workflow.Completed)
	})
}
