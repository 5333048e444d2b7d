package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestQueriesStandInTheirIndexes(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	w, path := desk.ID{1}, Branch{StepID: "fork", Exit: 1}
	for _, c := range []struct{ name, query, want string }{
		{"alerts", dueAlerts, "SEARCH tickets USING INDEX tickets_alerts (sla_stage=? AND sla_due_at>? AND sla_due_at<?)"},
		{"runs", logOf(RunQuery{Workflow: w}), "SEARCH r USING INDEX runs_workflow (workflow_id=?)"},
		{
			"runs of a time", logOf(RunQuery{Workflow: w, Since: time.Now(), Until: time.Now()}),
			"SEARCH r USING INDEX runs_workflow (workflow_id=? AND started_at>? AND started_at<?)",
		},
		{"completed runs", logOf(RunQuery{Workflow: w, Outcome: workflow.Completed}), "SEARCH r USING INDEX runs_workflow (workflow_id=?)"},
		{"failed runs", logOf(RunQuery{Workflow: w, Outcome: workflow.Failed}), "SEARCH r USING INDEX runs_outcome (workflow_id=? AND outcome=?)"},
		{"runs of a ticket", logOf(RunQuery{Workflow: w, Number: 3}), "SEARCH r USING INDEX runs_ticket (ticket_id=?)"},
		{"runs of a path", logOf(RunQuery{Workflow: w, Branch: path}), "SEARCH b USING PRIMARY KEY (workflow_id=? AND step_id=? AND branch=?)"},
		{
			"failed runs of a path", logOf(RunQuery{Workflow: w, Branch: path, Outcome: workflow.Failed}),
			"SEARCH b EXISTS USING PRIMARY KEY (workflow_id=? AND step_id=? AND branch=? AND started_at=? AND run_id=?)",
		},
		{"count of runs", countRuns, "SEARCH runs USING COVERING INDEX runs_workflow (workflow_id=? AND started_at>?)"},
		{"next path", countHits, "SEARCH b USING PRIMARY KEY (workflow_id=? AND (step_id,branch)>(?,?))"},
		{"count of a path", countHits, "SEARCH b USING PRIMARY KEY (workflow_id=? AND step_id=? AND branch=? AND started_at>?)"},
		{"next step", countOverrides, "SEARCH o USING COVERING INDEX overrides_step (workflow_id=? AND step_id>?)"},
		{"count of overrides", countOverrides, "SEARCH o USING COVERING INDEX overrides_step (workflow_id=? AND step_id=? AND created_at>?)"},
		{"runs to undo", notUndone, "SEARCH r USING INDEX runs_workflow (workflow_id=? AND started_at>? AND started_at<?)"},
		{"changes of fields", fieldChanges, "SEARCH c USING INDEX changes_fields (ticket_id=?)"},
		{"newest files", newestFiles, "SCAN attachments USING INDEX attachments_ticket"},
		{"usual answers", answered, "SEARCH tickets USING COVERING INDEX tickets_answered (team_id=? AND created_at>?)"},
		{"tickets of a renamed customer", ticketsOfRenamed, "SEARCH tickets USING COVERING INDEX tickets_customer (team_id=? AND customer_id=? AND created_at<?)"},
		{"drafts to a ticket", draftsOfTicket, "SEARCH d USING INDEX sqlite_autoindex_drafts_1 (team_id=? AND user_id=? AND ticket_id=?)"},
		{"newest record", `SELECT ` + newestOfField, "SEARCH changes USING INDEX changes_ticket (ticket_id=?)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := plan(t, s, c.query)
			rest := got
			if c.query == countOverrides { // tells apart the runs of PathCap rows at most, for each step
				rest = strings.ReplaceAll(got, "USE TEMP B-TREE FOR count(DISTINCT)", "")
			}
			if !strings.Contains(got+"\n", c.want+"\n") || strings.Contains(rest, "TEMP B-TREE") {
				t.Errorf("got\n%s\nwant\n%s\nand nothing sorted", got, c.want)
			}
		})
	}
}

// TestASearchReadsNoMoreThanItFound holds the two queries of a search, and those of one that walks the list.
func TestASearchReadsNoMoreThanItFound(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	order, err := Sort("").order()
	if err != nil {
		t.Fatal(err)
	}
	part := order.parts(cursor{}, nil)[0]
	arm := s.engine.fullText().matching(1, []term{{words: []string{"parcel"}}})
	few, err := s.listFew(&TicketQuery{Team: 1}, order, findings{tickets: []int64{1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, _ := few.numbers(part, 50)
	addresses := fmt.Sprintf(furtherAddresses, `?`)
	walked, err := s.listing(t.Context(), &TicketQuery{Team: 1, Text: "is:unread status:open"}, order)
	if err != nil {
		t.Fatal(err)
	}
	ends, _ := walked.ends(part)
	walked.streams[0].clauses = walked.streams[0].and(part.until, 1)
	within, _ := walked.numbers(part, 50)
	for _, c := range []struct{ name, query, want string }{
		{"matches", matchesIn([]string{arm.text()}), "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)"},
		{"people of tickets", customersOfTickets(s.engine.fullText().numbers()), "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"},
		{"addresses of customers", addresses, "SEARCH a USING COVERING INDEX customer_addresses_of (customer_id=?)"},
		{"merged customers", addresses, "SEARCH c USING COVERING INDEX customers_merged (merged_into=?)"},
		{"tickets of matches", found, "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"},
		{"where a walk ends", ends, "SEARCH t USING COVERING INDEX tickets_updated (team_id=? AND status=?)"},
		{"a walk", within, "SEARCH t USING INDEX tickets_updated (team_id=? AND status=? AND updated_at>?)"},
	} {
		got := plan(t, s, c.query)
		if !strings.Contains(got+"\n", c.want+"\n") || strings.Contains(got, "SCAN t\n") || strings.Contains(got, "SCAN d") {
			t.Errorf("%s: got\n%s\nwant\n%s\nand no table read as a whole", c.name, got, c.want)
		}
	}
}

func logOf(q RunQuery) string {
	l := q.listing(1)
	return l.query()
}

// plan is how SQLite goes about a query, whatever its arguments are, a line for each table.
func plan(t *testing.T, s *Store, query string) string {
	t.Helper()
	var steps []struct {
		ID      int    `db:"id"`
		Parent  int    `db:"parent"`
		NotUsed int    `db:"notused"`
		Detail  string `db:"detail"`
	}
	args := make([]any, strings.Count(query, `?`))
	if err := list(t.Context(), s.db, &steps, `EXPLAIN QUERY PLAN `+query, args...); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, s := range steps {
		fmt.Fprintln(&text, s.Detail)
	}
	return strings.TrimSpace(text.String())
}
