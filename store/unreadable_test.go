package store_test

import (
	"errors"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAnUnreadableWorkflowFailsAloneAndIsNobodysInput(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		bad := publish(t, s, team, tagging("Bad"))
		publish(t, s, team, tagging("Good"))
		err := s.Write(t.Context(), func(exec func(string, ...any) error) error {
			if err := exec(`UPDATE workflow_versions SET definition = '{"format":99}' WHERE workflow_id = ?`, bad.ID); err != nil {
				return err
			}
			return exec(`UPDATE teams SET rules_version = rules_version + 1`)
		})
		if err != nil {
			t.Fatal(err)
		}

		ticket := openTicket(t, s, team, question("Hello"))
		if _, err := s.ProcessNext(t.Context(), workflow.Lane(ticket.ID), farFuture, workflow.NewDecider(nil).Decide); err != nil {
			t.Fatalf("process: %v, want the unreadable workflow to fail alone", err)
		}
		runs, err := s.Runs(t.Context(), team, store.RunQuery{TicketID: ticket.ID, Limit: 9})
		if err != nil || len(runs) != 2 {
			t.Fatalf("runs: got %+v, %v, want both", runs, err)
		}
		for _, r := range runs {
			if good := r.WorkflowName == "Good"; good != (r.Outcome == workflow.Completed) {
				t.Errorf("%s: got %s", r.WorkflowName, r.Outcome)
			} else if !good && !strings.Contains(r.Why, "cannot be read") {
				t.Errorf("%s: got the reason %q", r.WorkflowName, r.Why)
			}
		}
		_, err = s.Workflow(t.Context(), team, bad.PublicID)
		if e := (*desk.Error)(nil); err == nil || errors.As(err, &e) {
			t.Errorf("reading it: got %v, want a fault of ours", err)
		}
		rows, err := s.Workflows(t.Context(), team)
		if err != nil || len(rows) != 2 {
			t.Fatalf("list: got %d, %v, want both", len(rows), err)
		}
		if !strings.Contains(rows[0].Unreadable, "version 1 of workflow") || rows[0].Name != "Bad" || rows[0].Failed != 1 {
			t.Errorf("list: got %+v, want the unreadable one with its name, its reason and its runs", rows[0])
		}
		if rows[1].Unreadable != "" || rows[1].Published == nil {
			t.Errorf("list: got %+v, want the other one whole", rows[1])
		}
	})
}
