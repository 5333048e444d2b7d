package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// paused is a workflow that went over its limit, and a ticket with events.
func paused(t *testing.T) (*stage, store.WorkflowRow, desk.Ticket) {
	t.Helper()
	clock, c := newClock(), storetest.Postgres(t)
	clock.use(&c)
	s := storetest.Open(t, c)
	d := &stage{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, decider: workflow.NewDecider(nil)}
	row := d.publish(flow("W", `{"type":"wait","for":"1h"},`+set(`"tags":["done"]`)))
	ticket := openTicket(t, s, d.team, question("Hello"))
	return d, row, ticket
}

// trip pauses the workflow as going over a limit does.
func (d *stage) trip(row store.WorkflowRow) {
	d.Helper()
	send(d.T, d.store, `UPDATE workflows SET tripped_at = ?, tripped_why = 'Too many.' WHERE id = ?`, d.clock.read(), row.ID)
	send(d.T, d.store, `UPDATE teams SET rules_version = rules_version + 1`)
}

// resumeMeanwhile is a Decide during which somebody lets the workflow run again.
func (d *stage) resumeMeanwhile(row store.WorkflowRow) workflow.Decide {
	return func(ctx ctx, c workflow.Claim, now time.Time) ([]workflow.Run, error) {
		runs, err := d.decider.Decide(ctx, c, now)
		if err == nil {
			_, err = d.store.ResumeWorkflow(d.Context(), desk.Agent(1, "Ann"), d.team, row.PublicID)
		}
		return runs, err
	}
}

func TestAnEventIsNotKeptForAWorkflowThatRunsAgainMeanwhile(t *testing.T) {
	d, row, ticket := paused(t)
	d.trip(row)
	_, err := d.store.ProcessNext(t.Context(), workflow.Lane(ticket.ID), d.clock.read(), d.resumeMeanwhile(row))
	check(t, err)
	d.settle()
	d.wantRuns(workflow.Waiting)
}

func TestARunIsNotStoppedForAWorkflowThatRunsAgainMeanwhile(t *testing.T) {
	d, row, ticket := paused(t)
	d.settle()
	d.trip(row)
	d.clock.add(time.Hour)
	_, err := d.store.ProcessNext(t.Context(), workflow.Lane(ticket.ID), d.clock.read(), d.resumeMeanwhile(row))
	check(t, err)
	d.settle()
	d.wantRuns(workflow.Completed)
}
