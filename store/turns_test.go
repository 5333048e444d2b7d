package store_test

import (
	"testing"
	"time"

	"signalbox/store/storetest"
	"signalbox/workflow"
)

func TestTwoTicketsAtOnceTakeTwoTurns(t *testing.T) {
	clock, c := newClock(), storetest.Postgres(t)
	clock.use(&c)
	s := storetest.Open(t, c)
	d := &stage{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, decider: workflow.NewDecider(nil)}
	addMembers(t, s, d.team, "Support", "bea@example.com", "cy@example.com")
	d.publish(flow("Turns", `{"type":"assign_in_turn","role":{"role":"Support"}}`))
	first, second := openTicket(t, s, d.team, question("a")), openTicket(t, s, d.team, question("b"))

	other := make(chan error, 1)
	_, err := s.ProcessNext(t.Context(), workflow.Lane(first.ID), clock.read(), func(ctx ctx, c workflow.Claim, now time.Time) ([]workflow.Run, error) {
		runs, err := d.decider.Decide(ctx, c, now)
		go func() {
			_, err := s.ProcessNext(d.Context(), workflow.Lane(second.ID), clock.read(), d.decider.Decide)
			other <- err
		}()
		d.awaitLock(other)
		return runs, err
	})
	check(t, err)
	check(t, <-other)
	if a, b := d.ticket(1).Assignee, d.ticket(2).Assignee; a == b {
		t.Errorf("both tickets went to %v, want one for each member", a)
	}
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
