package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// runBacktests runs those that are queued until the test has seen enough and calls stop.
func runBacktests(t *testing.T, s *store.Store) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.RunBacktests(ctx) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run backtests: %v", err)
		}
	}
	return stop
}

// backtestThat waits until the newest backtest of a workflow is as it should be.
func backtestThat(t *testing.T, s *store.Store, team int64, id desk.ID, is func(store.Backtest) bool) store.Backtest {
	t.Helper()
	deadline := time.After(20 * time.Second)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		all, err := s.Backtests(t.Context(), team, id, 1)
		if err != nil || len(all) == 0 {
			t.Fatalf("got %v, %v, want a backtest", all, err)
		}
		if is(all[0]) {
			return all[0]
		}
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("the backtest stays %+v", all[0])
		}
	}
}

func over(b store.Backtest) bool { return !b.State.Open() }

func TestABacktestIsQueuedRunAndKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done := setUp(t, s)
		team := done.TeamID
		openTicket(t, s, team, question("Hello"))
		w := create(t, s, team, tagging("Tag"))
		by := desk.Agent(done.UserID, "Ann")
		started, err := s.StartBacktest(t.Context(), by, team, w.PublicID, 7)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.StartBacktest(t.Context(), by, team, w.PublicID, 7)
		wantKind(t, "a second one", err, desk.Conflict)

		stop := runBacktests(t, s)
		defer stop()
		ended := backtestThat(t, s, team, w.PublicID, over)
		if ended.State != store.BacktestDone || ended.PublicID != started || ended.Done != 2 || ended.By == "" || ended.Days != 7 {
			t.Fatalf("got %+v, want it done", ended)
		}
		got, err := s.Backtest(t.Context(), team, w.PublicID, started)
		if err != nil || got.Result.Events != 2 || got.Result.Total.Fields[desk.FieldTags] != 1 || got.Moved || got.Definition.Name != "Tag" {
			t.Errorf("got %+v, %v, want a result of two events", got, err)
		}
		_, err = s.Backtest(t.Context(), team+1, w.PublicID, started)
		wantKind(t, "another team's", err, desk.NotFound)
		if saved, err := s.Ticket(t.Context(), team, 1); err != nil || len(saved.Tags) > 0 {
			t.Errorf("the ticket has the tags %v, %v, want none: nothing is to be written", saved.Tags, err)
		}
	})
}

func TestABacktestCanBeCancelled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := create(t, s, team, tagging("Tag"))
		if _, err := s.StartBacktest(t.Context(), desk.System(), team, w.PublicID, 30); err != nil {
			t.Fatal(err)
		}
		if err := s.CancelBacktest(t.Context(), team, w.PublicID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.StartBacktest(t.Context(), desk.System(), team, w.PublicID, 30); err != nil {
			t.Errorf("after cancelling: %v, want the next to start", err)
		}
		stop := runBacktests(t, s)
		defer stop()
		backtestThat(t, s, team, w.PublicID, over)
		all, err := s.Backtests(t.Context(), team, w.PublicID, 9)
		if err != nil || len(all) != 2 || all[0].State != store.BacktestDone || all[1].State != store.BacktestCancelled {
			t.Errorf("got %+v, %v, want one done and one cancelled", all, err)
		}
	})
}

func TestABacktestThatWasLeftBehindHasFailed(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := create(t, s, team, tagging("Tag"))
		if _, err := s.StartBacktest(t.Context(), desk.System(), team, w.PublicID, 30); err != nil {
			t.Fatal(err)
		}
		err := s.Write(t.Context(), func(exec func(string, ...any) error) error {
			return exec(`UPDATE backtests SET state = 'running', seen_at = ?`, clock.read())
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.add(2 * time.Minute)
		stop := runBacktests(t, s)
		defer stop()
		if got := backtestThat(t, s, team, w.PublicID, over); got.State != store.BacktestFailed || got.Error != "The server was stopped." {
			t.Errorf("got %+v, want it failed", got)
		}
	}, clock.use)
}

func TestWhatCannotRunIsNotTried(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := tagging("Tag")
		d.Steps[0].Update.TicketID = ""
		w := create(t, s, team, d)
		_, err := s.StartBacktest(t.Context(), desk.System(), team, w.PublicID, 30)
		if err == nil || !strings.Contains(err.Error(), "ticket_id") {
			t.Errorf("got %v, want the problem of the draft", err)
		}
		for _, days := range []int{0, store.MaxBacktestDays + 1} {
			_, err = s.StartBacktest(t.Context(), desk.System(), team, w.PublicID, days)
			wantKind(t, "days", err, desk.Invalid)
		}
		all, err := s.Backtests(t.Context(), team, w.PublicID, 9)
		if err != nil || len(all) != 0 {
			t.Errorf("got %v, %v, want none", all, err)
		}
	})
}

func TestAWaitingRunIsWokenByALaterWorkflowOfItsEvent(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		high := workflow.Group{All: []workflow.Clause{{Condition: workflow.Condition{Left: "variables.ticket.priority", Op: workflow.Equals, Value: "high"}}}}
		first := listening("First")
		first.Trigger.Events = first.Trigger.Events[:1]
		first.Steps = []workflow.Step{{ID: "wait", Type: workflow.Wait, Wait: &workflow.WaitStep{
			When: &high, Held: []workflow.Step{{ID: "note", Type: workflow.AddNote, Message: &workflow.MessageStep{Body: "It is high."}}},
		}}}
		second := first
		second.Name = "Second"
		second.Steps = []workflow.Step{{ID: "set", Type: workflow.UpdateTicket, Update: &workflow.UpdateTicketStep{TicketID: workflow.EventTicket, Priority: "high"}}}
		w := publish(t, s, team, first)
		publish(t, s, team, second)
		clock.add(time.Minute)
		ticket := openTicket(t, s, team, question("Hello"))

		decider := workflow.NewDecider(nil)
		for work := (workflow.Work{Event: 1}); work != none; {
			var err error
			if work, err = s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), clock.read(), decider.Decide); err != nil {
				t.Fatal(err)
			}
		}
		runs, err := s.Runs(t.Context(), team, store.RunQuery{Workflow: w.PublicID, Limit: 9})
		if err != nil || len(runs) != 1 || runs[0].Outcome != workflow.Completed {
			t.Errorf("live: got %+v, %v, want the run completed", runs, err)
		}
		clock.add(time.Minute)
		r, err := s.ReplayPast(t.Context(), store.Replay{Team: team, Definition: first, Instead: w.PublicID, Days: 1})
		if err != nil || r.Total.Notes != 1 || r.Waiting != 0 {
			t.Errorf("backtest: got %d notes, %d waiting, %v, want one note", r.Total.Notes, r.Waiting, err)
		}
	}, clock.use)
}
