package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestAWorkflowIsRunOnABoundedNumberOfTickets(t *testing.T) {
	many := store.TicketCount{Tickets: store.MaxManualRuns, More: true}
	run := store.NewBulk{Change: store.BulkChange{Workflow: desk.ID{1}}}
	wantKind(t, "more than the bound", run.Check(many), desk.Invalid)
	check(t, run.Check(store.TicketCount{Tickets: store.MaxManualRuns}))
	set := store.NewBulk{Change: high()}
	check(t, set.Check(many))
	onStage(t, func(d *stage) {
		run.Numbers = make([]int64, store.MaxManualRuns+1)
		_, err := d.store.StartBulk(d.Context(), d.member(), run)
		wantKind(d.T, "many numbers", err, desk.Invalid)
	})
}

func TestABulkOfASearchIsWrittenDownAtOnce(t *testing.T) {
	onStage(t, func(d *stage) {
		const tickets = 510 // more than are written down at once, with more messages than a bare search looks at
		d.openMany(tickets)
		index(d.T, d.store)
		q := d.everything()
		q.Text = "question"
		q.View = store.ViewWaiting
		d.wantCount(*q, tickets, store.TicketCount{Tickets: tickets})
		id := d.startBulk(store.NewBulk{Change: high(), Query: q})
		d.step(1)
		b, err := d.store.Bulk(d.Context(), d.member(), id)
		check(d.T, err)
		d.wantBulk(b, store.Bulk{State: store.BulkRunning, Total: tickets})
		q.View = store.ViewAll
		if c, err := d.store.CountTickets(d.Context(), *q, tickets); err != nil || !c.Cut {
			d.Errorf("got %+v, %v, want it said that older messages were not looked at", c, err)
		}
	})
}

func TestABulkIsWorkedOnNoLongerThanItsReaderWaits(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(1)
		id := d.startBulk(store.NewBulk{Change: high(), Numbers: []int64{1}})
		b, err := d.store.FinishBulk(d.Context(), d.member(), id, 0)
		check(d.T, err)
		d.wantBulk(b, store.Bulk{State: store.BulkRunning, Total: 1})
		b, err = d.store.FinishBulk(d.Context(), d.member(), id, time.Second)
		check(d.T, err)
		d.wantBulk(b, store.Bulk{State: store.BulkDone, Total: 1, Changed: 1})
	})
}
