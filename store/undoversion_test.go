package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// TestRunsThatCannotBeUndoneHoldUpNoPortion has more of them in front than one portion holds.
func TestRunsThatCannotBeUndoneHoldUpNoPortion(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket, other := d.open(), d.open()
		runs := store.VersionRuns{Workflow: d.row.PublicID, Version: 1, Since: d.clock.read()}
		wants := func(what string, want store.UndoneRuns) {
			d.Helper()
			got, err := d.store.UndoVersion(d.Context(), d.by(), d.done.TeamID, runs, 1)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				d.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
			}
		}
		fails := func(n int) {
			for i := range n {
				if i%3 == 0 { // some begin at the same time
					d.clock.add(time.Minute)
				}
				broken := d.act(desk.SetPriority{To: []desk.Priority{desk.Low, desk.High}[i%2]}, other)
				send(d.T, d.store, `UPDATE runs SET steps = 'no JSON' WHERE public_id = ?`, broken.id)
			}
		}

		d.act(desk.SetPriority{To: desk.Medium}, ticket)
		d.act(desk.SetPriority{To: desk.Low}, ticket)
		fails(4)
		wants("past 4", store.UndoneRuns{Runs: 1, Restored: 1, Sent: 1, Failed: 4, More: true})
		wants("past 4 again", store.UndoneRuns{Runs: 1, Restored: 1, Sent: 1, Failed: 4})
		wants("all fail", store.UndoneRuns{Failed: 4})
		fails(7)
		wants("too many fail", store.UndoneRuns{Failed: 10, More: true})
		if now := d.read(ticket); now.Priority != desk.NoPriority {
			d.Errorf("priority: got %q, want what it was before the runs", now.Priority)
		}
	})
}
