package workflow

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs an engine until the end of the test.
func start(t *testing.T, m *memory) (*Engine, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	e := NewEngine(m, slog.New(slog.DiscardHandler), time.Now)
	e.Workers = 4
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	synctest.Wait()
	stop := func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}
	return e, stop
}

func TestEngineKeepsTheOrderWithinATicketAndWorksOnSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.takes = time.Millisecond
		_, stop := start(t, m)
		defer stop()
		began := time.Now()
		for ticket := int64(1); ticket <= 300; ticket++ {
			m.add(ticket, ticket*10, ticket*10+1, ticket*10+2)
		}
		for len(m.done()) < 900 && time.Since(began) < time.Minute {
			<-time.After(time.Millisecond)
		}
		last := map[int64]int64{}
		for _, event := range m.done() {
			if event <= last[event/10] {
				t.Fatalf("event %d after %d", event, last[event/10])
			}
			last[event/10] = event
		}
		if len(m.done()) != 900 || m.most != 4 {
			t.Errorf("%d events by up to %d workers, want 900 by 4", len(m.done()), m.most)
		}
	})
}

func TestEngineFindsEventsThatNobodyToldOfWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		_, stop := start(t, m)
		defer stop()
		m.addQuietly(1, 10)
		<-time.After(tick)
		synctest.Wait()
		if len(m.done()) != 1 {
			t.Error("the event was not processed")
		}
	})
}

func TestEngineGoesToTheLanesThatItKnowsOfAndLooksForAllOtherwise(t *testing.T) {
	for name, test := range map[string]struct {
		forgets bool
		lists   int // the first before anything came
	}{
		"known":   {forgets: false, lists: 1},
		"unknown": {forgets: true, lists: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(t)
				m.forgets = test.forgets
				_, stop := start(t, m)
				defer stop()
				synctest.Wait()
				m.add(1, 10)
				synctest.Wait()
				if got := m.done(); !slices.Equal(got, []int64{10}) || m.listed != test.lists {
					t.Errorf("processed %v after %d lists, want 10 after %d", got, m.listed, test.lists)
				}
			})
		})
	}
}

func TestEngineLeavesFreshLanesOfOthersALittleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		_, stop := start(t, m)
		defer stop()
		<-time.After(look)
		synctest.Wait()
		if late := time.Since(m.due); late != headStart {
			t.Errorf("looked for work of %s ago, want %s", late, headStart)
		}
	})
}

func TestEngineLooksAgainWhenAnEventComesWhileItsTicketIsWorkedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.takes = 100 * time.Millisecond
		_, stop := start(t, m)
		defer stop()
		m.add(1, 10)
		<-time.After(50 * time.Millisecond)
		m.add(1, 11)
		<-time.After(200 * time.Millisecond) // less than a tick
		synctest.Wait()
		if got := m.done(); !slices.Equal(got, []int64{10, 11}) {
			t.Errorf("processed %v, want 10 and 11", got)
		}
		if m.looks != 3 {
			t.Errorf("looked %d times, want 3: two events and nothing more", m.looks)
		}
	})
}

func TestEngineMissesNoEventThatComesWhileItFindsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.slowLook = 100 * time.Millisecond
		_, stop := start(t, m)
		defer stop()
		m.add(1, 10)
		<-time.After(50 * time.Millisecond)
		m.add(1, 11)
		<-time.After(100 * time.Millisecond) // less than a tick
		synctest.Wait()
		if got := m.done(); !slices.Equal(got, []int64{10, 11}) {
			t.Errorf("processed %v, want 10 and 11", got)
		}
	})
}

func TestEngineRecordsAFailureOnceAndGoesOnWithOtherTickets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		e, stop := start(t, m)
		defer stop()
		m.mu.Lock()
		m.broken[1] = errors.New("database is gone")
		m.mu.Unlock()
		m.addQuietly(1, 10)
		e.Settle(t.Context(), time.Second, 1)
		m.add(2, 20)
		synctest.Wait()
		if !slices.Equal(m.failed, []int64{10}) || !slices.Equal(m.done(), []int64{20}) {
			t.Errorf("failed %v and processed %v, want event 10 and event 20", m.failed, m.done())
		}
	})
}

func TestEngineDoesAllThatTheClockBringsEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		_, stop := start(t, m)
		defer stop()
		m.mu.Lock()
		m.snoozed, m.alerts = 250, 350
		m.mu.Unlock()
		<-time.After(tick)
		synctest.Wait()
		if m.snoozed != 0 || m.alerts != 0 {
			t.Errorf("%d snoozes were not ended, %d alerts not raised", m.snoozed, m.alerts)
		}
	})
}

func TestSettleWaitsForTheEventsOfItsTicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.takes = 10 * time.Millisecond
		e, stop := start(t, m)
		defer stop()
		m.addQuietly(1, 10, 11)
		began := time.Now()
		e.Settle(t.Context(), 50*time.Millisecond, 1)
		if got := m.done(); len(got) != 2 || time.Since(began) != 20*time.Millisecond {
			t.Errorf("after %s processed %v, want both after 20 ms", time.Since(began), got)
		}

		// The worker has the ticket already when the second event is committed.
		m.addQuietly(2, 20)
		go e.Settle(t.Context(), time.Second, 2)
		<-time.After(5 * time.Millisecond)
		m.addQuietly(2, 21)
		e.Settle(t.Context(), 50*time.Millisecond, 2)
		if got := m.done(); len(got) != 4 {
			t.Errorf("processed %v, want four", got)
		}
	})
}

func TestSettleGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.takes = 10 * time.Second
		idle := NewEngine(m, slog.New(slog.DiscardHandler), time.Now)
		took := func(e *Engine, ticket int64) time.Duration {
			began := time.Now()
			e.Settle(t.Context(), 50*time.Millisecond, ticket)
			return time.Since(began)
		}
		if d := took(idle, 1); d != 0 {
			t.Errorf("an engine that does not run was waited for %s", d)
		}
		e, stop := start(t, m)
		defer stop()
		m.addQuietly(1, 10)
		if d := took(e, 1); d != 50*time.Millisecond {
			t.Errorf("a slow event was waited for %s, want 50 ms", d)
		}
		for ticket := int64(2); ticket <= 6; ticket++ {
			m.add(ticket, ticket*10)
		}
		synctest.Wait()
		for _, ticket := range []int64{6, 99} {
			if d := took(e, ticket); d != 0 {
				t.Errorf("with all workers busy, ticket %d was waited for %s", ticket, d)
			}
		}
	})
}

func TestEngineStopsWithoutRecordingAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.takes = time.Hour
		_, stop := start(t, m)
		m.add(1, 10)
		synctest.Wait()
		stop()
		if len(m.failed) != 0 || len(m.done()) != 0 || len(m.pending[1]) != 1 {
			t.Errorf("failed %v, processed %v, want the event pending", m.failed, m.done())
		}
	})
}
