package views

import (
	"testing"

	"github.com/a-h/templ"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func someTrial(t *testing.T) WorkflowTest {
	t.Helper()
	page := someWorkflow(t, WorkflowPanel{})
	exit, later := 1, noon().Add(50*60*60*1e9)
	draft := TrialRun{
		Name: "Full <SLA> workflow", Changes: map[string]any{"priority": "high", "tags": []string{"vip"}, "assignee": nil},
		Outward: []workflow.Outward{
			{StepID: "stop", Kind: workflow.OutReply, To: "ticket #1042", Text: "Hello <b>\nBye"},
			{StepID: "stop", Kind: workflow.OutCall, To: "POST https://example.com/x"},
		},
		Result: workflow.Result{Outcome: workflow.Completed, Why: "done", Steps: []workflow.StepTrace{
			{StepID: "get", Type: workflow.GetTicket, Outcome: workflow.StepDone},
			{StepID: "who", Type: workflow.If, Outcome: workflow.StepDone, Exit: &exit, Branches: []workflow.BranchTrace{
				{Name: "Big", Tested: []workflow.ConditionTrace{{Left: "event.properties.customer_email", Op: workflow.Contains, Value: "@enterprise.com", Actual: "<b>@x"}}},
				{Matched: true, Tested: []workflow.ConditionTrace{{Left: "variables.score", Op: workflow.IsSet, Actual: int64(3), Matched: true}}},
			}},
			{StepID: "stop", Type: workflow.Stop, Outcome: workflow.StepDone, Detail: "done", At: later},
		}},
	}
	live := TrialRun{Version: 3, Changes: map[string]any{"priority": "low"}}
	return WorkflowTest{
		Shell: someShell(), ID: desk.ID{15: 1}, Draft: page.Draft, Version: 3, Directory: page.Directory,
		Form:   TestForm{Event: desk.ID{15: 2}.String(), Others: true},
		Events: []TestEvent{{ID: desk.ID{15: 2}, Name: desk.TicketCreated, Ticket: 1042, Subject: hostile()[0], At: noon(), Current: true}},
		Trial: &Trial{
			Event: workflow.Event{Event: desk.Event{Name: desk.TicketCreated, At: noon()}}, Ticket: 1042,
			Before: map[string]any{"priority": nil, "tags": []any{"a", "b"}, "assignee": map[string]any{"type": "user", "name": "Ada"}},
			Others: []TrialRun{{Name: "Another", Changes: map[string]any{"status": "open"}, Result: workflow.Result{Outcome: workflow.Completed}}},
			Draft:  draft, Live: &live, CaseHref: EventCasePath(desk.ID{15: 1}, desk.ID{15: 2}),
		},
	}
}

func trialPages(t *testing.T) map[string]templ.Component {
	t.Helper()
	tested := someTrial(t)
	empty := tested
	empty.Trial, empty.Events, empty.Of = nil, nil, 7
	empty.Form = TestForm{Name: desk.StatusChanged, Ticket: "7", Properties: "{", Problem: "That is no JSON."}

	wrong := workflow.Verdict{Wrong: []workflow.Mismatch{{Field: "status", Want: "open", Got: "not changed"}}}
	cases := WorkflowCases{Shell: someShell(), ID: desk.ID{15: 1}, Name: "Full", Cases: []CaseLine{
		{ID: desk.ID{15: 4}, Name: "Slack is slow", Event: desk.TicketCreated},
		{ID: desk.ID{15: 5}, Name: hostile()[1], Event: desk.MessageSent, Verdict: wrong},
		{ID: desk.ID{15: 6}, Name: "Broken", Verdict: workflow.Verdict{Problem: "The run failed: no."}},
	}}
	line := ShadowLine{
		Event: desk.TicketCreated, EventID: desk.ID{15: 2}, Ticket: 1042, At: noon(), Outcome: workflow.Failed, Why: "no <such> role", Differs: true,
		Muted: []ShadowDeed{{What: "Status", Before: "New", After: "Open"}, SentWords(workflow.OutReply, "ticket #1042\nHello")},
		Did:   []ShadowDeed{{What: "Status", Before: "New", After: "Pending"}}, LiveRun: desk.ID{15: 3}, LiveOutcome: workflow.Waiting,
	}
	alone := line
	alone.LiveRun, alone.Differs, alone.Ticket, alone.Outcome = desk.ID{}, false, 0, workflow.Completed
	return map[string]templ.Component{
		"test":       WorkflowTestPage(tested),
		"test-none":  WorkflowTestPage(empty),
		"cases":      WorkflowCasesPage(cases),
		"cases-none": WorkflowCasesPage(WorkflowCases{Shell: someShell(), ID: desk.ID{15: 1}, Name: "Full"}),
		"case": WorkflowCasePage(WorkflowCase{
			Shell: someShell(), Workflow: desk.ID{15: 1}, WorkflowName: "Full", ID: desk.ID{15: 4}, Name: "Slack", Event: "{}", Ticket: "{", Expect: "{}",
			Problem: "This is no JSON.", Field: "ticket", Verdict: &wrong,
		}),
		"case-new": WorkflowCasePage(WorkflowCase{Shell: someShell(), Workflow: desk.ID{15: 1}, WorkflowName: "Full", Problem: "There are too many."}),
		"shadow": WorkflowShadowPage(WorkflowShadow{
			Shell: someShell(), ID: desk.ID{15: 1}, Name: "Full", Version: 4, Live: 3, Since: noon(), Runs: 12, Different: 1, Waiting: 2, Only: true,
			Lines: []ShadowLine{line, alone}, Older: ShadowPath(desk.ID{15: 1}) + "?before=9",
		}),
		"shadow-none": WorkflowShadowPage(WorkflowShadow{Shell: someShell(), ID: desk.ID{15: 1}, Name: "Full"}),
		"why-not": WhyNotPage(WhyNot{Shell: someShell(), Number: 1042, Subject: hostile()[0], CanEdit: true, Events: []AnsweredEvent{{
			Name: desk.TicketCreated, ID: desk.ID{15: 2}, At: noon(), Answers: []WorkflowAnswer{
				{Workflow: desk.ID{15: 1}, Name: "Full", Run: desk.ID{15: 3}, Outcome: workflow.Failed, Why: "Its own words: " + string(desk.TicketCreated)},
				{Workflow: desk.ID{15: 7}, Name: "Muted", Muted: true, Why: "It runs muted."},
				{Workflow: desk.ID{15: 8}, Name: "Other", Why: "It does not start on this event."},
			},
		}}}),
		"why-not-none": WhyNotPage(WhyNot{Shell: someShell(), Number: 1042}),
	}
}

func TestTrialPagesLookAsKept(t *testing.T) {
	for name, page := range trialPages(t) {
		t.Run(name, func(t *testing.T) { golden(t, name, page) })
	}
}

func TestTrialPagesAreSoundToBrowsersAndReaders(t *testing.T) {
	for name, page := range trialPages(t) {
		wantSound(t, name, page)
	}
}

func TestARunSaysWhatCanBeDoneAboutIt(t *testing.T) {
	page := someRun(RunLine{ID: desk.ID{15: 3}, WorkflowID: desk.ID{15: 1}, Outcome: workflow.Failed})
	if got := parsed(t, RunPage(page)).Find(`form[action$="/retry"]`).Length(); got != 1 {
		t.Errorf("failed: got %d forms to run it again, want 1", got)
	}
	page.CanEdit = false
	if got := parsed(t, RunPage(page)).Find(`form[action$="/retry"], a[href*="/test"]`).Length(); got != 0 {
		t.Errorf("for agents: got %d ways to edit, want none", got)
	}
	page.Outcome, page.Wait = workflow.Waiting, &workflow.Position{Watch: true, Until: noon()}
	if text := parsed(t, RunPage(page)).Find(".run-wait").Text(); text == "" {
		t.Error("waiting: got nothing about what wakes it")
	}
	page.Held = true
	if got := parsed(t, RunPage(page)).Find(".run-wait").Length(); got != 0 {
		t.Error("held: it says that something wakes it")
	}
}
