package store_test

import (
	"testing"
	"time"

	"signalbox/store/storetest"
	"signalbox/workflow"
)

// onPostgres is a stage where several tickets are worked on at once.
func onPostgres(t *testing.T) *stage {
	t.Helper()
	clock, c := newClock(), storetest.Postgres(t)
	clock.use(&c)
	s := storetest.Open(t, c)
	return &stage{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, decider: workflow.NewDecider(nil)}
}

// twoAtOnce opens two tickets and processes the events of the second between deciding on the first and saving it.
func (d *stage) twoAtOnce() {
	d.Helper()
	first, second := openTicket(d.T, d.store, d.team, question("a")), openTicket(d.T, d.store, d.team, question("b"))
	other := make(chan error, 1)
	_, err := d.store.ProcessNext(d.Context(), workflow.Lane(first.ID), d.clock.read(), func(ctx ctx, c workflow.Claim, now time.Time) ([]workflow.Run, error) {
		runs, err := d.decider.Decide(ctx, c, now)
		go func() {
			_, err := d.store.ProcessNext(d.Context(), workflow.Lane(second.ID), d.clock.read(), d.decider.Decide)
			other <- err
		}()
		d.awaitLock(other)
		return runs, err
	})
	check(d.T, err)
	check(d.T, <-other)
}

func TestTwoTicketsAtOnceTakeTwoTurns(t *testing.T) {
	d := onPostgres(t)
	addMembers(t, d.store, d.team, "Support", "bea@example.com", "cy@example.com")
	d.publish(flow("Turns", `{"type":"assign_in_turn","role":{"role":"Support"}}`))
	d.twoAtOnce()
	if a, b := d.ticket(1).Assignee, d.ticket(2).Assignee; a == b {
		t.Errorf("both tickets went to %v, want one for each member", a)
	}
}

func TestTwoTicketsAtOnceCountUnderOneLimit(t *testing.T) {
	d := onPostgres(t)
	d.publish(`{"name":"Once","trigger":{"events":["$conversation_ticket_created"],"limit":{"key":"all","times":1,"within":"1h"}},"steps":[{"type":"stop"}]}`)
	d.twoAtOnce()
	d.wantRuns(workflow.Completed)
}

// awaitLock waits until somebody waits for a lock of the database, or is done.
func (d *stage) awaitLock(done chan error) {
	d.Helper()
	for waits := 0; waits == 0; {
		select {
		case err := <-done:
			done <- err
			return
		default:
		}
		check(d.T, d.store.Read(d.Context(), &waits, `
			SELECT COUNT(*)
			FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`))
	}
}
