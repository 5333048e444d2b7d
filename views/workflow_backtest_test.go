package views

import (
	"strings"
	"testing"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func someBacktest(t *testing.T) WorkflowBacktest {
	t.Helper()
	page := someWorkflow(t, WorkflowPanel{})
	line := BacktestLine{ID: desk.ID{7}, Days: 30, State: ui.Badge{Text: "Done", Icon: "circle-check", Tone: ui.Good}, By: "Ada <Lindqvist>", At: minutesAgo(5)}
	changes := func(n int) workflow.BacktestCounts {
		fields := make(map[desk.Field]int)
		fields[desk.FieldPriority], fields[desk.FieldAssignee] = n, n
		return workflow.BacktestCounts{Fields: fields, Replies: 3, Notices: 2, Calls: 1}
	}
	big := workflow.Exit{StepID: "who"}
	result := workflow.BacktestResult{
		Events: 1284, Runs: 1284, Failed: 2, Waiting: 1, Tripped: 1, Touched: 96, Total: changes(96), Agreed: 163, Compared: 192, Live: 3, Differs: 41,
		Branches: []workflow.BacktestBranch{
			{Runs: 1284},
			{Exit: big, Runs: 96, BacktestCounts: changes(96), Agreed: 163, Compared: 192},
			{Exit: workflow.Exit{StepID: "who", Branch: 1}, Runs: 212},
			{Exit: workflow.Exit{StepID: "who", Branch: workflow.Else}, Runs: 976},
		},
		Agreements: []workflow.Agreement{
			{Exit: big, Field: desk.FieldAssignee, Value: "Billing <&>", Tickets: 96, Agreed: 80}, {Exit: big, Field: desk.FieldPriority, Value: "high", Tickets: 96, Agreed: 83},
		},
		Tickets: []workflow.BacktestTicket{
			{Number: 12, Differs: true, Replies: 1, Values: []workflow.ValueInTest{
				{Field: desk.FieldAssignee, Set: "Billing <&>", Ended: "محمد"}, {Field: desk.FieldPriority, Set: "high", Ended: "high", Agrees: true},
			}},
			{Number: 11, Differs: true},
			{Number: 10, Values: []workflow.ValueInTest{{Field: desk.FieldTags, Set: "+vip", Ended: "vip", Agrees: true}}},
		},
		Calls:    []workflow.BacktestCall{{StepID: "big", Method: "POST", URL: "https://example.com/{event.properties.ticket_id}", Times: 1}},
		Failures: []workflow.BacktestFailure{{StepID: "rest", Why: "The step <does> not say which ticket.", Ticket: 9, Times: 2}},
		Trips:    []workflow.BacktestTrip{{At: minutesAgo(600), Why: "It has begun 10 runs within a minute, which is its limit."}},
		Notes:    []string{"3 runs did not wait."},
	}
	return WorkflowBacktest{
		Shell: page.Shell, ID: page.ID, Name: page.Draft.Name, Days: 30, Former: []BacktestLine{line},
		Shown: &BacktestShown{BacktestLine: line, Moved: true, Definition: page.Draft, Result: &result},
	}
}

func TestTheBacktestPage(t *testing.T) {
	golden(t, "backtest", WorkflowBacktestPage(someBacktest(t)))
	p := someBacktest(t)
	p.Shown, p.Former, p.Problem = nil, nil, "The draft cannot run yet."
	golden(t, "backtest-none", WorkflowBacktestPage(p))
	p = someBacktest(t)
	p.Shown.Result, p.Shown.Open, p.Shown.Done, p.Shown.Total = nil, true, 12000, 100000
	golden(t, "backtest-running", BacktestFragment(p))
	p.Shown.Open, p.Shown.Error = false, "The server was stopped."
	golden(t, "backtest-failed", BacktestFragment(p))
}

func TestOnlyTicketsThatDifferCanBeListed(t *testing.T) {
	p := someBacktest(t)
	if _, all := p.tickets(); all != 3 {
		t.Errorf("got %d tickets, want 3", all)
	}
	p.Listed = DifferentOnly
	if listed, all := p.tickets(); all != 2 || listed[0].Number != 12 || listed[1].Number != 11 {
		t.Errorf("got %+v, want those that differ", listed)
	}
	for range 60 {
		p.Shown.Result.Tickets = append(p.Shown.Result.Tickets, workflow.BacktestTicket{Number: 1, Differs: true})
	}
	if listed, all := p.tickets(); all != 62 || len(listed) != ticketsAtFirst {
		t.Errorf("got %d of %d, want %d of 62", len(listed), all, ticketsAtFirst)
	}
	p.Listed = AllTickets
	if listed, _ := p.tickets(); len(listed) != 63 {
		t.Errorf("got %d, want all 63", len(listed))
	}
}

func TestABacktestLooksForNewsUntilItIsOver(t *testing.T) {
	for _, open := range []bool{true, false} {
		p := someBacktest(t)
		p.Shown.Open = open
		if got := strings.Contains(string(render(t, BacktestFragment(p))), "hx-trigger"); got != open {
			t.Errorf("open %t: looks for news %t", open, got)
		}
	}
}
