package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAWorkflowShowsHowItsRunsOfTheLast30DaysEnded(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w, idle := create(t, s, team, tagging("Busy")), create(t, s, team, tagging("Idle"))
		now := clock.read()
		addRuns(t, s, w.ID, []run{
			{workflow.Completed, now.AddDate(0, 0, -31)},
			{workflow.Failed, now.AddDate(0, 0, -31)},
			{workflow.Completed, now.AddDate(0, 0, -29)},
			{workflow.Completed, now.Add(-2 * time.Hour)},
			{workflow.Failed, now.Add(-time.Hour)},
			{workflow.Waiting, now.Add(-time.Minute)},
		})

		w, err := s.Workflow(t.Context(), team, w.PublicID)
		if err != nil || w.Completed != 2 || w.Failed != 1 || !w.LastRunAt.Equal(now.Add(-time.Minute)) {
			t.Errorf("got %d completed, %d failed, last %s, %v, want 2, 1, a minute ago", w.Completed, w.Failed, w.LastRunAt, err)
		}
		all, err := s.Workflows(t.Context(), team)
		if err != nil || len(all) != 2 || all[0].Completed != 2 || all[1].ID != idle.ID || all[1].Completed != 0 || !all[1].LastRunAt.IsZero() {
			t.Errorf("list: got %+v, %v, want the figures of the first alone", all, err)
		}
	}, clock.use)
}

type run struct {
	outcome workflow.Outcome
	at      time.Time
}

// addRuns writes the rows themselves: the engine would make no run of last month.
func addRuns(t *testing.T, s *store.Store, workflowID int64, runs []run) {
	t.Helper()
	id := func() desk.ID { return desk.ID(uuid.New()) }
	err := s.Write(t.Context(), func(exec func(string, ...any) error) error {
		now := runs[0].at
		if err := exec(`INSERT INTO customers (id, public_id, team_id, created_at) VALUES (1, ?, 1, ?)`, id(), now); err != nil {
			return err
		}
		if err := exec(`
			INSERT INTO tickets (id, public_id, team_id, number, customer_id, subject, channel, status, created_at, updated_at)
			VALUES (1, ?, 1, 1, 1, 'Hello', 'widget', 'new', ?, ?)`, id(), now, now); err != nil {
			return err
		}
		for i, r := range runs {
			if err := exec(`
				INSERT INTO events (id, public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at)
				VALUES (?, ?, 1, 1, 'x', '{}', '{}', ?, ?)`, i+1, id(), r.at, r.at); err != nil {
				return err
			}
			if err := exec(`
				INSERT INTO runs (public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, steps, started_at, took)
				VALUES (?, 1, ?, 1, ?, 1, ?, '[]', ?, 0)`, id(), workflowID, i+1, r.outcome, r.at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("add runs: %v", err)
	}
}
