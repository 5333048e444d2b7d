package views

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const someDraft = `{
	"name": "Full <SLA> workflow",
	"trigger": {"events": [
		{"event": "$conversation_ticket_created"},
		{"event": "$conversation_ticket_status_changed", "where": {"all": [{"left": "event.properties.new_status", "op": "equals", "value": ["pending", "open"]}]}}
	]},
	"steps": [
		{"id": "get", "type": "get_ticket", "ticket_id": "{event.properties.ticket_id}", "output": "ticket"},
		{"id": "who", "type": "if", "branches": [
			{"name": "Big", "when": {"all": [
				{"left": "event.properties.customer_email", "op": "contains", "value": "@enterprise.com"},
				{"any": [{"left": "variables.ticket.mailbox", "op": "equals", "value": "a@b.c"}, {"left": "variables.score", "op": "is_set"}]}
			]}, "steps": [
				{"id": "big", "type": "update_ticket", "ticket_id": "{event.properties.ticket_id}", "priority": "{event.properties.priority}",
					"sla_amount": 1, "sla_business_hours": {"days": ["monday"], "time": [["09:00", "17:00"]]}, "assignee": {"role": "Engineering", "id": 1}, "tags": ["vip"]}
			]},
			{"when": {"all": [{"left": "", "op": "equals"}]}, "steps": [{"id": "stop", "type": "stop", "reason": "done"}]}
		], "else": [
			{"id": "rest", "type": "update_ticket", "ticket_id": "", "sla_amount": "abc", "assignee": {"role": "Gone", "id": 9}}
		]}
	]}`

const allSteps = `{
	"name": "Every step",
	"trigger": {"events": [], "manual": true, "webhook": true, "schedule": {"cron": "0 9 * * 1-5", "zone": "Europe/Berlin"}, "limit": {"times": 1, "within": "1h"}},
	"limits": {"runs_per_minute": 10},
	"steps": [
		{"id": "until", "type": "wait", "when": {"all": [{"left": "variables.ticket.status", "op": "equals", "value": "resolved"}]}, "timeout": "2d", "output": "ticket",
			"held": [{"id": "set", "type": "set_variable", "variable": "score", "value": 3}],
			"timed_out": [{"id": "notify", "type": "notify", "to": {"role": "Engineering", "id": 1}, "via": ["email"], "text": "Still <open>"}]},
		{"id": "for", "type": "wait", "for": "90m", "disabled": true},
		{"id": "window", "type": "wait", "window": {"days": ["monday", "tuesday", "wednesday", "friday"], "time": [["09:00", "17:00"]]}},
		{"id": "time", "type": "wait", "until": "2026-01-31T09:00:00Z"},
		{"id": "reply", "type": "send_reply", "body": "Hello {variables.ticket.customer_name}"},
		{"id": "note", "type": "add_note", "body": "شكرا"},
		{"id": "outside", "type": "notify", "url": "https://hooks.example/T0/SECRETPART", "text": "x"},
		{"id": "call", "type": "webhook", "method": "PUT", "url": "https://example.com/hook", "output": "answer", "headers": [{"name": "Authorization", "value": "STORED"}, {"name": "X-New"}]},
		{"id": "turn", "type": "assign_in_turn", "role": {"role": "Engineering", "id": 1}, "mode": "least_open"}
	]}`

func someSteps(t *testing.T, panel WorkflowPanel) WorkflowPage {
	t.Helper()
	page := someWorkflow(t, panel)
	d, err := workflow.Parse([]byte(allSteps))
	if err != nil {
		t.Fatal(err)
	}
	page.Draft, page.Problems, page.Hook = d, nil, "https://desk.example/hooks/abc"
	page.Next = []time.Time{noon(), noon().Add(24 * time.Hour)}
	return page
}

func someWorkflow(t *testing.T, panel WorkflowPanel) WorkflowPage {
	t.Helper()
	d, err := workflow.Parse([]byte(someDraft))
	if err != nil {
		t.Fatal(err)
	}
	directory := &workflow.Directory{
		Users: map[int64]desk.User{1: {ID: 1, Name: "Ada Lindqvist", Email: "ada@acme.example"}},
		Roles: map[int64]desk.Role{1: {ID: 1, Name: "Engineering"}},
	}
	return WorkflowPage{
		Shell: someShell(), ID: desk.ID{15: 1}, Draft: d, Rev: 7, Version: 3, Enabled: true, Differs: true,
		Directory: directory, Problems: workflow.Validate(d, directory), Panel: panel,
	}
}

func workflowPages(t *testing.T) map[string]templ.Component {
	t.Helper()
	pages := map[string]templ.Component{}
	for name, panel := range map[string]WorkflowPanel{
		"details": {}, "trigger": {Step: TriggerStep}, "get": {Step: "get"}, "if": {Step: "who"}, "update": {Step: "big"},
		"problems": {Step: "rest"}, "stop": {Step: "stop"}, "add": {At: &workflow.Place{Parent: "who", Branch: workflow.Else}},
	} {
		pages["workflow-"+name] = WorkflowBuilderPage(someWorkflow(t, panel))
	}
	for _, step := range []string{TriggerStep, "until", "for", "window", "time", "reply", "notify", "outside", "call", "turn", "set"} {
		pages["workflow-all-"+step] = WorkflowBuilderPage(someSteps(t, WorkflowPanel{Step: step}))
	}
	conflict := someWorkflow(t, WorkflowPanel{Step: "stop", Typed: &Typed{
		Step: &workflow.Step{ID: "stop", Type: workflow.Stop, Stop: &workflow.StopStep{Reason: "typed"}},
	}})
	conflict.Notices = []ui.Alert{{Tone: ui.Warn, Title: "Somebody else saved", Text: "Both are here."}}
	pages["workflow-conflict"] = WorkflowBuilderPage(conflict)

	card := TemplateCard{Slug: "full-sla", Name: "Full SLA", Summary: "All of it.", Trigger: conflict.Draft.Trigger, Roles: []string{"Support"}}
	line := WorkflowLine{ID: desk.ID{15: 1}, Name: "Full SLA", Trigger: conflict.Draft.Trigger, Version: 3, Enabled: true, First: true, LastRunAt: noon(), Completed: 1001, Failed: 2}
	draft := WorkflowLine{ID: desk.ID{15: 2}, Name: "Draft"}
	unreadable := WorkflowLine{ID: desk.ID{15: 5}, Name: "Newer", Version: 1, Enabled: true, Unreadable: "version 1 of workflow 5: read stored workflow: <format 99>", Last: true}
	pages["workflows"] = WorkflowsList(WorkflowsPage{Shell: someShell(), Workflows: []WorkflowLine{line, draft, unreadable}, Gallery: Gallery{TeamID: 7, Address: WorkflowsPath, Cards: []TemplateCard{card, {Slug: "b", Name: "B", Taken: true}}}})
	pages["workflows-parked"] = WorkflowsList(WorkflowsPage{Shell: someShell(), Parked: []ParkedLine{
		{ID: desk.ID{15: 4}, Event: desk.TicketCreated, Ticket: 1042, Why: "save run: <disk full>", At: noon()},
	}})
	pages["workflows-empty"] = WorkflowsList(WorkflowsPage{Shell: someShell(), Gallery: Gallery{TeamID: 7, Address: WorkflowsPath, Query: "sla", Cards: []TemplateCard{card}}})
	pages["workflow-new"] = NewWorkflowForm(NewWorkflow{Shell: someShell(), Name: "Taken", Problem: "There is one already.", Gallery: Gallery{TeamID: 7, Address: WorkflowsPath, Query: "sla", Cards: []TemplateCard{card}}})

	run := RunLine{
		ID: desk.ID{15: 3}, WorkflowID: desk.ID{15: 1}, WorkflowName: "Full SLA", Version: 3, Ticket: 1042, Event: desk.TicketCreated,
		Outcome: workflow.Failed, Why: "Step rest failed.", StartedAt: noon(), Took: 1_234_567,
	}
	pages["runs"] = WorkflowRunsPage(WorkflowRuns{Shell: someShell(), Workflow: desk.ID{15: 1}, Name: "Full SLA", Runs: []RunLine{run}, Older: OlderRunsPath(desk.ID{15: 1}, RunFilter{}, 9), Newest: true})
	pages["runs-empty"] = WorkflowRunsPage(WorkflowRuns{Shell: someShell(), Workflow: desk.ID{15: 1}, Name: "Full SLA", Newest: true})
	pages["runs-filtered"] = WorkflowRunsPage(WorkflowRuns{
		Shell: someShell(), Workflow: desk.ID{15: 1}, Name: "Full SLA", Definitions: []workflow.Definition{someWorkflow(t, WorkflowPanel{}).Draft}, Newest: true,
		Filter: RunFilter{Outcome: "failed", Ticket: "7", Path: PathValue("gone", 1), Version: "2", From: "2026-01-05", To: "2026-01-06"},
	})
	pages["run"] = RunPage(someRun(run))
	return pages
}

func someRun(line RunLine) Run {
	return Run{
		Shell: someShell(), RunLine: line, CanEdit: true, EventAt: noon(), Properties: map[string]any{"status": "new", "priority": nil},
		Steps: []workflow.StepTrace{
			{StepID: "get", Type: workflow.GetTicket, Outcome: workflow.StepDone, Outputs: []workflow.Named{{Name: "ticket", Value: map[string]any{"status": "new"}}}, Micros: 120},
			{StepID: "who", Type: workflow.If, Outcome: workflow.StepDone, Branches: []workflow.BranchTrace{
				{Name: "Big", Tested: []workflow.ConditionTrace{{Left: "event.properties.customer_email", Op: workflow.Contains, Value: "@enterprise.com", Actual: "<b>@x"}}},
				{Matched: true, Tested: []workflow.ConditionTrace{{Left: "variables.score", Op: workflow.IsSet, Actual: int64(3), Matched: true}}},
			}},
			{StepID: "big", Type: workflow.UpdateTicket, Outcome: workflow.StepDone, Outputs: []workflow.Named{{Name: "priority", Value: "high"}}},
			{StepID: "rest", Type: workflow.UpdateTicket, Outcome: workflow.StepFailed, Detail: "Invalid SLA amount."},
		},
	}
}

func TestWorkflowPagesLookAsKept(t *testing.T) {
	for name, page := range workflowPages(t) {
		t.Run(name, func(t *testing.T) { golden(t, name, page) })
	}
}

func TestWorkflowPagesAreSoundToBrowsersAndReaders(t *testing.T) {
	for name, page := range workflowPages(t) {
		wantSound(t, name, page)
	}
}

func wantSound(t *testing.T, name string, page templ.Component) {
	t.Helper()
	doc := parsed(t, page)
	ids := doc.Find("[id]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("id", "") })
	slices.Sort(ids)
	if unique := slices.Compact(slices.Clone(ids)); len(unique) != len(ids) {
		t.Errorf("%s: an id is there twice", name)
	}
	doc.Find("label[for]").Each(func(_ int, s *goquery.Selection) {
		if !slices.Contains(ids, s.AttrOr("for", "")) {
			t.Errorf("%s: the label %q leads nowhere", name, s.Text())
		}
	})
	doc.Find(`main form[method="post"]`).Each(func(_ int, s *goquery.Selection) {
		if s.Find("[name=team]").Length() != 1 {
			t.Errorf("%s: the form to %s does not send its team", name, s.AttrOr("action", ""))
		}
		if s.Find("[name=form], [name=method], [name=action], [name=id]").Length() != 0 {
			t.Errorf("%s: a control of the form to %s hides a property of it", name, s.AttrOr("action", ""))
		}
	})
	if n := doc.Find("[style], script:not([src]), style").Length(); n != 0 {
		t.Errorf("%s: %d elements that the content security policy forbids", name, n)
	}
}

func TestAStoredHeaderReachesNoBrowser(t *testing.T) {
	stored, ok := workflow.Find(someSteps(t, WorkflowPanel{}).Draft, "call")
	if !ok || stored.Webhook.Headers[0].Value != "STORED" {
		t.Fatalf("got %+v, want a step with a secret", stored)
	}
	for _, panel := range []WorkflowPanel{{}, {Step: "call"}, {Step: "call", Typed: &Typed{Step: &stored}}} {
		if page := render(t, WorkflowBuilderPage(someSteps(t, panel))); bytes.Contains(page, []byte("STORED")) {
			t.Errorf("the page of %+v holds the value", panel)
		}
	}
}

func TestASecretThatWasTypedAndNotSavedIsNotLost(t *testing.T) {
	typed := workflow.Step{ID: "call", Type: workflow.Webhook, Webhook: &workflow.WebhookStep{
		Headers: []workflow.Header{{Name: "Authorization", Value: "TYPED"}, {Name: "X-New", Value: "STORED"}},
	}}
	page := parsed(t, WorkflowBuilderPage(someSteps(t, WorkflowPanel{Step: "call", Typed: &Typed{Step: &typed}})))
	for name, want := range map[string]string{"h0.value": "TYPED", "h1.value": ""} {
		if got := page.Find(`[name="`+name+`"]`).AttrOr("value", "?"); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
}

func TestWaitsAndHoursReadAsPeopleSayThem(t *testing.T) {
	for text, want := range map[string]string{
		"2d": "2 days", "1h": "1 hour", "90m": "90 minutes", "{variables.x}": "{variables.x}", "": "", "d": "d", "soon": "soon",
	} {
		if got := lengthWords(text); got != want {
			t.Errorf("lengthWords(%q) = %q, want %q", text, got, want)
		}
	}
	for want, days := range map[string][]string{
		"Mon–Fri": Weekdays()[:5], "Mon, Tue": Weekdays()[:2], "Mon–Wed, Fri": {"friday", "monday", "tuesday", "wednesday"},
		"any day": nil, "no day": {}, "Sun": {"sunday"},
	} {
		if got := daysWords(days); got != want {
			t.Errorf("daysWords(%q) = %q, want %q", days, got, want)
		}
	}
}
