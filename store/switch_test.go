package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestWaitingRunsAreCountedByVersionAndStep(t *testing.T) {
	onTripped(t, func(d *tripped) {
		draft := d.row.Draft
		draft.Description = "Second."
		row, err := d.store.SaveDraft(d.Context(), desk.Agent(1, "Ann"), d.team, store.Revision{ID: d.row.PublicID, Rev: d.row.DraftRev}, draft)
		if err != nil {
			d.Fatal(err)
		}
		row, err = d.store.Publish(d.Context(), desk.Agent(1, "Ann"), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
		if err != nil {
			d.Fatal(err)
		}
		addWait(d.T, d.store, row, wait{ticket: d.held, step: "s3", wake: farFuture})

		got, err := d.store.WaitingRuns(d.Context(), d.team, d.row.PublicID)
		want := []store.WaitingRuns{
			{Version: 2, StepID: "s3", Type: workflow.GetTicket, Name: "Cool down", Count: 1},
			{Version: 1, StepID: "s1", Type: workflow.GetTicket, Count: 2},
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			d.Errorf("%v (-want +got):\n%s", err, diff)
		}
		other, err := d.store.WaitingRuns(d.Context(), d.team+1, d.row.PublicID)
		wantEmpty(d.T, "waiting runs for another team", len(other), err)
	})
}

func TestSwitchingOffLetsWaitingRunsFinishOrEndsThem(t *testing.T) {
	tests := map[string]struct {
		off  func(*store.Store, context.Context, desk.Actor, int64, desk.ID) error
		want []workflow.Outcome
	}{
		"disable": {(*store.Store).DisableWorkflow, []workflow.Outcome{workflow.Waiting, workflow.Waiting}},
		"end":     {(*store.Store).EndWorkflow, []workflow.Outcome{"cancelled", "cancelled"}},
	}
	for name, test := range tests {
		onTripped(t, func(d *tripped) {
			if err := test.off(d.store, d.Context(), desk.Agent(1, "Ann"), d.team, d.row.PublicID); err != nil {
				d.Fatal(err)
			}
			if row := d.read(); row.Enabled {
				d.Errorf("%s: it is still on", name)
			}
			if diff := cmp.Diff(test.want, d.outcomes()); diff != "" {
				d.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestNothingOfADeletedWorkflowGoesOn(t *testing.T) {
	onTripped(t, func(d *tripped) {
		if err := d.store.DeleteWorkflow(d.Context(), d.team, d.row.PublicID); err != nil {
			d.Fatal(err)
		}
		held, err := d.store.HeldEvents(d.Context(), d.team, d.row.PublicID, 9)
		wantEmpty(d.T, "held events", len(held), err)
		if diff := cmp.Diff([]workflow.Outcome{"cancelled", "cancelled"}, d.outcomes()); diff != "" {
			d.Errorf("runs (-want +got):\n%s", diff)
		}
	})
}
