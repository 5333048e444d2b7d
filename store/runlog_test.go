package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// logged is a run as TestEveryFilterOfTheLog writes it.
type logged struct {
	workflow int
	ticket   int64 // its number, 0 for none
	outcome  workflow.Outcome
	version  int
	branch   int
	at       time.Time
}

// log writes runs of two workflows, several of them at the same moment.
func log(t *testing.T, s *store.Store, workflows []store.WorkflowRow, tickets []desk.Ticket, now time.Time) []logged {
	t.Helper()
	outcomes := []workflow.Outcome{workflow.Completed, workflow.Failed, workflow.Completed, workflow.Waiting, workflow.Cancelled}
	var all []logged
	for i := range 60 {
		l := logged{
			workflow: i % 2, ticket: int64(i % 3), outcome: outcomes[i%len(outcomes)], version: 1 + i/40, branch: i%4 - 1,
			at: now.Add(time.Duration(i/4) * time.Hour),
		}
		var ticket any
		if l.ticket > 0 {
			ticket = tickets[l.ticket-1].ID
		}
		event, run := 1000+i, desk.ID(uuid.Must(uuid.NewV7()))
		send(t, s, `
			INSERT INTO events (id, public_id, team_id, ticket_id, name, properties, snapshot, state, due_at, created_at)
			VALUES (?, ?, 1, ?, 'x', '{}', '{}', 'processed', ?, ?)`, event, desk.ID(uuid.New()), ticket, l.at, l.at)
		send(t, s, `
			INSERT INTO runs (id, public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, steps, started_at, took)
			VALUES (?, ?, 1, ?, ?, ?, ?, ?, '[]', ?, 0)`, i+1, run, workflows[l.workflow].ID, l.version, event, ticket, l.outcome, l.at)
		send(t, s, `
			INSERT INTO run_branches (workflow_id, step_id, branch, started_at, run_id)
			VALUES (?, 'fork', ?, ?, ?)`, workflows[l.workflow].ID, l.branch, l.at, run)
		all = append(all, l)
	}
	return all
}

func TestEveryFilterOfTheLogAloneAndTogether(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		workflows := []store.WorkflowRow{create(t, s, team, tagging("One")), create(t, s, team, tagging("Two"))}
		tickets := []desk.Ticket{openTicket(t, s, team, question("a")), openTicket(t, s, team, question("b"))}
		now := clock.read()
		all := log(t, s, workflows, tickets, now)

		for i := range 2 * 2 * 2 * 2 * 4 * 3 {
			q := store.RunQuery{Workflow: workflows[0].PublicID}
			pick := func(of int) int { n := i % of; i /= of; return n }
			if pick(2) == 1 {
				q.Number = 2
			}
			if pick(2) == 1 {
				q.Branch = store.Branch{StepID: "fork", Exit: 1}
			}
			if pick(2) == 1 {
				q.Version = 2
			}
			if pick(2) == 1 {
				q.TicketID = tickets[1].ID
			}
			q.Outcome = []workflow.Outcome{"", workflow.Completed, workflow.Failed, workflow.Waiting}[pick(4)]
			switch pick(3) {
			case 1:
				q.Since = now.Add(5 * time.Hour)
			case 2:
				q.Until = now.Add(5 * time.Hour)
			}
			wantLog(t, s, team, q, all)
		}
		wantLog(t, s, team, store.RunQuery{Workflow: workflows[0].PublicID, Branch: store.Branch{StepID: "fork", Exit: workflow.Else}}, all)
		wantLog(t, s, team, store.RunQuery{Workflow: workflows[0].PublicID, Branch: store.Branch{StepID: "spoon"}}, nil)
		wantLog(t, s, team, store.RunQuery{Workflow: workflows[0].PublicID, Number: 77}, nil)
		wantLog(t, s, team+1, store.RunQuery{Workflow: workflows[0].PublicID}, nil)
	}, clock.use)
}

// wantLog reads the log page by page and compares it with the runs that the query means.
func wantLog(t *testing.T, s *store.Store, team int64, q store.RunQuery, all []logged) {
	t.Helper()
	var want []string
	for _, l := range slices.Backward(all) {
		if l.workflow == 0 && (q.Number == 0 && q.TicketID == 0 || l.ticket == 2) && (q.Outcome == "" || l.outcome == q.Outcome) &&
			(q.Branch.StepID == "" || l.branch == q.Branch.Exit) && (q.Version == 0 || l.version == q.Version) &&
			!l.at.Before(q.Since) && (q.Until.IsZero() || l.at.Before(q.Until)) {
			want = append(want, fmt.Sprint(l.ticket, l.outcome, l.version, l.at))
		}
	}
	var got []string
	for q.Limit = 3; ; {
		page, err := s.Runs(t.Context(), team, q)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		for _, r := range page {
			got = append(got, fmt.Sprint(r.TicketNumber, r.Outcome, r.Version, r.StartedAt))
			q.Before = r.ID
		}
		if len(page) < q.Limit {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%+v (-want +got):\n%s", q, diff)
	}
}

func TestTheRunOfAnEventWithoutATicketIsShown(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		w := create(t, s, team, tagging("One"))
		log(t, s, []store.WorkflowRow{w, w}, []desk.Ticket{openTicket(t, s, team, question("a")), openTicket(t, s, team, question("b"))}, clock.read())
		runs, err := s.Runs(t.Context(), team, store.RunQuery{Workflow: w.PublicID, Limit: 100})
		if err != nil || len(runs) != 60 {
			t.Fatalf("got %d runs, %v, want 60", len(runs), err)
		}
		last := runs[len(runs)-1]
		detail, err := s.Run(t.Context(), team, last.PublicID)
		if err != nil || last.TicketNumber != 0 || detail.TicketNumber != 0 || detail.Event.TicketID != 0 {
			t.Errorf("got %+v, %v, want a run without a ticket", detail, err)
		}
		_, err = s.Runs(t.Context(), team, store.RunQuery{Workflow: w.PublicID, Before: 77, Limit: 1})
		wantKind(t, "a place that is not in the log", err, desk.NotFound)
	}, clock.use)
}
