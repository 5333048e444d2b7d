package views

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func someVersions() []VersionLine {
	return []VersionLine{
		{Number: 3, By: "Ada Lindqvist", At: minutesAgo(5), Muted: true, Override: "A case <fails>."},
		{Number: 2, At: minutesAgo(600), Live: true, Enabled: true},
		{Number: 1, By: "محمد العلي", At: minutesAgo(60000)},
	}
}

func someWaits() []WaitingLine {
	return []WaitingLine{{Version: 2, Step: "Wait", Count: 1}, {Version: 1, Step: "Cool <down>", Count: 1200}}
}

// edited is a draft with every kind of difference to the one that it was.
func edited(t *testing.T, page WorkflowPage) []workflow.Difference {
	t.Helper()
	d, err := workflow.Parse(workflow.Format(page.Draft))
	if err != nil {
		t.Fatal(err)
	}
	d.Steps[0], d.Steps[1] = d.Steps[1], d.Steps[0]
	d.Trigger.Manual = true
	d.Trigger.Events = d.Trigger.Events[1:]
	d.Limits.RunsPerMinute = 1200
	choice := d.Steps[0].If
	choice.Branches[0].Name = "VIP"
	choice.Branches[0].When.All[0].Value = "@big.example"
	choice.Branches[0].Steps[0].Update.Status = "on_hold"
	choice.Branches = choice.Branches[:1]
	choice.Else[0].Update.Assignee = nil
	d.Steps = append(d.Steps, workflow.Step{ID: "new", Type: workflow.SendReply, Message: &workflow.MessageStep{Body: "Hello <you>"}})
	return workflow.Compare(page.Draft, d)
}

func TestDifferencesAreSaidInWords(t *testing.T) {
	page := someWorkflow(t, WorkflowPanel{})
	var got []string
	for _, g := range Differences(edited(t, page), page.Directory) {
		for _, line := range g.Lines {
			words := strings.TrimSpace(line.What + " " + line.Note)
			if line.Note == "" {
				words += ": " + line.Before + " → " + line.After
			}
			got = append(got, g.Title+" | "+string(line.Kind)+" | "+words)
		}
	}
	want := []string{
		"Workflow and trigger | changed | Run by hand: off → on",
		"Workflow and trigger | changed | Runs in a minute: none → 1,200",
		"Workflow and trigger | removed | Trigger Ticket created",
		"If / else | changed | Path 1, name: Big → VIP",
		"If / else | changed | Path 1, conditions: customer email contains @enterprise.com and (ticket mailbox is a@b.c or variables.score has a value) → customer email contains @big.example and (ticket mailbox is a@b.c or variables.score has a value)",
		"If / else | removed | Path 2 …",
		"Update ticket | changed | Status: none → On hold",
		"Update ticket | changed | Assignee: Gone → none",
		"Get ticket | moved | The step is moved",
		"Send reply | added | The step is new: Hello <you>",
		"Stop | removed | The step is gone: done",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestEveryFieldThatCanDifferHasAName(t *testing.T) {
	for _, field := range []string{"trigger.schedule.cron", "sla_business_hours", "on_error", "branches[1].when", "headers[X-Key]", "timeout"} {
		if word := fieldWord(field); word == field || strings.ContainsAny(word, "._[") {
			t.Errorf("%s: got %q, want what the form calls it", field, word)
		}
	}
}

func TestVersionPages(t *testing.T) {
	page := someWorkflow(t, WorkflowPanel{})
	id, drawing := page.ID, Drawing{Definition: page.Draft, Directory: page.Directory}
	differences := edited(t, page)
	golden(t, "versions", WorkflowVersionsPage(WorkflowVersions{
		Shell: someShell(), ID: id, Name: "Full <SLA>", Versions: someVersions(), Differs: true, Newest: true, Older: OlderVersionsPath(id, 1),
	}))
	golden(t, "version", WorkflowVersionPage(WorkflowVersion{
		Shell: someShell(), ID: id, Name: "Full <SLA>", Rev: 7, Version: someVersions()[0], Drawing: drawing,
		Since: "2026-01-05T11:55", Zone: "UTC",
	}))
	drawing.Marks = DifferenceMarks(differences)
	golden(t, "compare", WorkflowComparePage(WorkflowCompare{
		Shell: someShell(), ID: id, Name: "Full <SLA>", From: "2", To: DraftKey, Drawing: drawing,
		Choices: []ui.Option{{Value: DraftKey, Text: "Draft"}, {Value: "2", Text: "Version 2"}},
		Groups:  Differences(differences, page.Directory),
	}))
	publish := WorkflowPublish{
		Shell: someShell(), ID: id, Draft: page.Draft, Rev: 7, Version: 2, Muted: 3, Differs: true,
		Changes: Differences(differences, page.Directory), Waiting: someWaits(), Failing: []string{"VIP <case>"}, Problem: "Say why.",
		Findings: []workflow.Finding{
			{Certainty: workflow.Proved, StepID: "big", Text: "No run can come <here>.", Event: desk.TicketCreated, Example: map[string]any{"status": "new"}}, {Text: "Something starts it twice."},
		},
	}
	golden(t, "publish", WorkflowPublishPage(publish))
	publish.Problems = workflow.Validate(page.Draft, page.Directory)
	golden(t, "publish_problems", WorkflowPublishPage(publish))
	golden(t, "disable", WorkflowDisablePage(WorkflowDisable{
		Shell: someShell(), ID: id, Name: "Full <SLA>", Back: WorkflowPath(id), Waiting: someWaits(),
	}))
	golden(t, "held", WorkflowHeldPage(WorkflowHeld{
		Shell: someShell(), Name: "Full <SLA>",
		Tripped: Tripped{ID: id, Team: 1, Since: minutesAgo(5), Why: "It ran 61 times in a minute.", Held: 1001},
		Events:  []HeldLine{{Event: desk.TicketCreated, Ticket: 7, At: minutesAgo(4)}, {Event: workflow.ScheduledRun, At: minutesAgo(3)}},
	}))
}

func TestUndoneRunsAreCountedInWords(t *testing.T) {
	for want, u := range map[string]UndoneRuns{
		"No run of this version since then is left to undo.":                                   {},
		"1 run undone, 0 fields restored.":                                                     {Runs: 1},
		"0 runs undone, 0 fields restored. Could not be undone, and are as they were: 2 runs.": {Failed: 2},
		"0 runs undone, 0 fields restored. Could not be undone, and are as they were: 2,000 runs. " +
			"There are more, which can be undone one by one on their own pages.": {Failed: 2000, More: true},
		"200 runs undone, 380 fields restored. Changed since, and left as they are: 1 field. " +
			"Messages, notices and calls that stay sent: 3. There are more: undo again to go on.": {Runs: 200, Restored: 380, Kept: 1, Sent: 3, More: true},
	} {
		if got := u.Words(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRunUndoPages(t *testing.T) {
	page := someWorkflow(t, WorkflowPanel{})
	undo := RunUndo{
		Shell: someShell(), Run: page.ID, WorkflowID: page.ID, WorkflowName: "Full <SLA>", Version: 2, Waits: true,
		Restored: []UndoLine{{Ticket: 7, Field: "Priority", From: "High", To: "none"}},
		Kept: []UndoLine{
			{Ticket: 7, Field: "Status", From: "On hold", By: "Ada <Lindqvist>", At: Clock(minutesAgo(9), noon(), time.UTC)},
			{Ticket: 8, Field: "Assignee", Why: "Who it was assigned to is no longer in the team."},
		},
		Sent: []workflow.StepTrace{{StepID: "s1", Type: workflow.SendReply, Detail: "Sent a reply."}},
	}
	golden(t, "run_undo", RunUndoPage(undo))
	undo.UndoneAt, undo.UndoneBy, undo.Kept, undo.Waits = minutesAgo(3), "Ada", nil, false
	golden(t, "run_undone", RunUndoPage(undo))
}
