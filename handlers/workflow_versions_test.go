package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const marking = `{"name":"Mark","trigger":{"events":["$conversation_ticket_created"]},"steps":[
	{"id":"s1","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"high"}]}`

// saves puts a priority into the draft of the workflow that marking made.
func (d builderDesk) saves(t *testing.T, row store.WorkflowRow, priority string) store.WorkflowRow {
	t.Helper()
	draft, err := workflow.Parse([]byte(strings.Replace(marking, "high", priority, 1)))
	check(t, err)
	row, err = d.store.SaveDraft(t.Context(), desk.Agent(1, "Ada"), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev}, draft)
	check(t, err)
	return row
}

func (d builderDesk) read(t *testing.T, row store.WorkflowRow) store.WorkflowRow {
	t.Helper()
	row, err := d.store.Workflow(t.Context(), d.team, row.PublicID)
	check(t, err)
	return row
}

func workflowPath(row store.WorkflowRow) string { return "/workflows/" + row.PublicID.String() }

func TestThePublishPageSaysWhatChangesAndPublishes(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, marking)
		admin := d.signIn(t, "ada@example.com")
		path := workflowPath(row) + "/publish"
		if p := admin.open(path); p.Find(".difference").Length() != 0 || !strings.Contains(p.Text(), "Nothing changes") {
			t.Errorf("unchanged: got %q, want that nothing changes", p.Find(".page").Text())
		}
		row = d.saves(t, row, "low")
		p := admin.open(path)
		if words := p.Find(".difference[data-step=s1]").Text(); !strings.Contains(words, "High") || !strings.Contains(words, "Low") {
			t.Errorf("difference: got %q, want from High to Low", words)
		}
		p = admin.submit(p, "form.publish", nil, "as", "live")
		if got := d.read(t, row); got.Version != 2 || !got.Enabled || p.at.Path != workflowPath(row) {
			t.Errorf("after publishing: got version %d at %s, want 2 and the builder", got.Version, p.at)
		}
	})
}

func TestADraftRunsMutedAndThenGoesLive(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.saves(t, d.publishes(t, marking), "low")
		admin := d.signIn(t, "ada@example.com")
		p := admin.submit(admin.open(workflowPath(row)+"/publish"), "form.publish", nil, "as", "muted")
		if got := d.read(t, row); got.Version != 1 || got.Shadow != 2 || p.Find("[data-version='2'] form").Length() != 2 {
			t.Fatalf("muted: got version %d, muted %d at %s, want 1 and 2 with what to do next", got.Version, got.Shadow, p.at)
		}
		admin.submit(p, `form[action$="/live"]`, nil)
		if got := d.read(t, row); got.Version != 2 || got.Shadow != 0 {
			t.Errorf("gone live: got version %d, muted %d, want 2 alone", got.Version, got.Shadow)
		}
		if p := admin.post(workflowPath(row)+"/unmute", url.Values{"team": {strconv.FormatInt(d.team, 10)}}); p.status != http.StatusConflict {
			t.Errorf("end what does not run: got %d, want %d", p.status, http.StatusConflict)
		}
	})
}

func TestVersionsAreListedComparedAndRestored(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.saves(t, d.publishes(t, marking), "low")
		row, err := d.store.Publish(t.Context(), desk.Agent(1, "Ada"), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
		check(t, err)
		admin := d.signIn(t, "ada@example.com")

		list := admin.open(workflowPath(row) + "/versions")
		if n := list.Find("[data-version]").Length(); n != 2 || list.Find("[data-version='2'] .badge").Text() == "" {
			t.Fatalf("list: got %d versions, want 2, the live one marked", n)
		}
		compared := admin.open(workflowPath(row) + "/compare?from=1&to=2")
		if words := compared.Find(".difference").Text(); !strings.Contains(words, "High") || compared.Find(".drawing [data-card=s1] .badge").Length() != 1 {
			t.Errorf("compared: got %q, want the priority, and its card marked", words)
		}
		for _, wrong := range []string{"/versions/3", "/versions/x", "/compare?from=9&to=draft"} {
			if p := admin.open(workflowPath(row) + wrong); p.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want %d", wrong, p.status, http.StatusNotFound)
			}
		}

		old := admin.open(workflowPath(row) + "/versions/1")
		if old.Find(".drawing [data-card=s1]").Length() != 1 || old.Find(".drawing a, .drawing form").Length() != 0 {
			t.Error("drawing: want the card, and nothing to open")
		}
		p := admin.submit(old, `form[action$="/restore"]`, nil)
		if got := d.read(t, row); p.at.Path != workflowPath(row) || got.Draft.Steps[0].Update.Priority != "high" || !got.CanUndo || got.Version != 2 {
			t.Errorf("restored: got %s with draft %q, want the first version in the draft, undoable", p.at, got.Draft.Steps[0].Update.Priority)
		}
		if p := admin.submit(old, `form[action$="/restore"]`, nil); p.status != http.StatusConflict {
			t.Errorf("restored over a draft that was not seen: got %d, want %d", p.status, http.StatusConflict)
		}
	})
}

// waits makes the runs of a workflow wait at s1.
func (d builderDesk) waits(t *testing.T, row store.WorkflowRow) {
	t.Helper()
	draft, err := workflow.Parse([]byte(`{"name":"Mark","trigger":{"events":["$conversation_ticket_created"]},"steps":[
		{"id":"s1","type":"wait","for":"1d"},{"id":"s2","type":"stop"}]}`))
	check(t, err)
	row, err = d.store.SaveDraft(t.Context(), desk.Agent(1, "Ada"), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev}, draft)
	check(t, err)
	_, err = d.store.Publish(t.Context(), desk.Agent(1, "Ada"), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	check(t, err)
	d.write(t, "Hello")
	d.processAll(t)
}

func TestSwitchingOffAsksAboutRunsThatWait(t *testing.T) {
	for answer, want := range map[string]int{"finish": 1, "end": 0} {
		onBuilderDesk(t, func(t *testing.T, d builderDesk) {
			row := d.publishes(t, marking)
			d.waits(t, row)
			admin := d.signIn(t, "ada@example.com")
			if p := admin.open(workflowPath(row) + "/publish"); !strings.Contains(p.Find(".waiting").Text(), "1 run") {
				t.Errorf("publish page: got %q, want the run that waits", p.Find(".waiting").Text())
			}
			p := admin.submit(admin.open(workflowPath(row)), `form[action$="/disable"]`, nil)
			if !d.read(t, row).Enabled || p.Find(".waiting li").Length() != 1 {
				t.Fatalf("at %s: want it on, and asked what becomes of the run", p.at)
			}
			p = admin.submit(p, `form[action$="/disable"]`, nil, "waiting", answer)
			waiting, err := d.store.WaitingRuns(t.Context(), d.team, row.PublicID)
			if d.read(t, row).Enabled || err != nil || len(waiting) != want || p.at.Path != workflowPath(row) {
				t.Errorf("%s: got %v at %s, %v, want it off with %d waiting", answer, waiting, p.at, err, want)
			}
			if p := admin.post(workflowPath(row)+"/disable", url.Values{"waiting": {"x"}, "team": {strconv.FormatInt(d.team, 10)}}); p.status < 400 || p.status >= 500 {
				t.Errorf("another answer: got %d, want it refused", p.status)
			}
		})
	}
}

func TestARunIsUndoneFromItsPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, marking)
		d.write(t, "Hello")
		d.processAll(t)
		runs, err := d.store.Runs(t.Context(), d.team, store.RunQuery{Workflow: row.PublicID, Limit: 2})
		check(t, err)
		path := "/runs/" + runs[0].PublicID.String() + "/undo"
		admin, agent := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		if p := agent.post(path, url.Values{}); p.status != http.StatusForbidden {
			t.Errorf("undo by an agent: got %d, want %d", p.status, http.StatusForbidden)
		}
		p := admin.open(path)
		if words := p.Find("[data-undo=restored]").Text(); !strings.Contains(words, "Priority") || !strings.Contains(words, "High") {
			t.Fatalf("page: got %q, want the priority", words)
		}
		p = admin.submit(p, `form[action$="/undo"]`, nil)
		ticket, err := d.store.Ticket(t.Context(), d.team, 1)
		if err != nil || ticket.Priority != desk.NoPriority || p.at.Path != path || p.Find(`form[action$="/undo"]`).Length() != 0 {
			t.Errorf("undone: got priority %q at %s, %v, want none, and no second undo offered", ticket.Priority, p.at, err)
		}
		if p := admin.post(path, url.Values{"team": {strconv.FormatInt(d.team, 10)}}); !strings.Contains(p.Text(), "undone already") {
			t.Errorf("second undo: got %q, want it said", p.Find(".toast").Text())
		}
	})
}

func TestTheRunsOfAVersionAreUndoneSinceATime(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, marking)
		d.write(t, "Hello")
		d.processAll(t)
		admin := d.signIn(t, "ada@example.com")
		page := admin.open(workflowPath(row) + "/versions/1")
		p := admin.submit(page, `form[action$="/undo"]`, nil)
		if words := p.Find(".toast").Text(); p.status != http.StatusOK || !strings.Contains(words, "1 run undone, 1 field restored") {
			t.Errorf("got %d, %q, want the run undone", p.status, words)
		}
		if p := admin.submit(page, `form[action$="/undo"]`, map[string]string{"since": "yesterday"}); p.status == http.StatusOK {
			t.Error("a time that is none was taken")
		}
	})
}

func TestKeptEventsAreShownAndTheWorkflowResumed(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		limited := strings.Replace(marking, `"steps"`, `"limits":{"runs_per_minute":1},"steps"`, 1)
		row := d.publishes(t, limited)
		for range 3 {
			d.write(t, "Hello")
		}
		d.processAll(t)
		if got := d.read(t, row); got.TrippedAt.IsZero() || got.Held != 2 {
			t.Fatalf("got tripped at %s with %d kept, want it paused with 2", got.TrippedAt, got.Held)
		}
		admin := d.signIn(t, "ada@example.com")
		if words := admin.open("/workflows").Find(".workflow-state").Text(); !strings.Contains(words, "Paused") {
			t.Errorf("list: got %q, want that it is paused", words)
		}
		p := admin.open(workflowPath(row) + "/held")
		if n := p.Find(".runs tbody tr").Length(); n != 2 || p.Find(".alert form").Length() != 2 {
			t.Fatalf("kept: got %d events, want 2 with what to do", n)
		}
		admin.submit(p, `form[action$="/discard-held"]`, nil)
		if got := d.read(t, row); !got.TrippedAt.IsZero() || got.Held != 0 {
			t.Errorf("discarded: got tripped at %s with %d kept, want it free", got.TrippedAt, got.Held)
		}
	})
}

func TestVersionsAndUndoAreForAdminsOfTheirTeam(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ours := d.publishes(t, marking)
		other, err := d.store.AddTeam(t.Context(), "Others")
		check(t, err)
		theirs, err := d.store.CreateWorkflow(t.Context(), desk.System(), other.ID, workflow.Definition{Name: "Theirs"})
		check(t, err)
		admin, agent := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		form := url.Values{"rev": {"1"}, "since": {"2026-01-01T00:00"}}
		for _, path := range []string{"/versions", "/versions/1", "/compare", "/publish", "/disable", "/held"} {
			if p := agent.open(workflowPath(ours) + path); p.status != http.StatusForbidden {
				t.Errorf("GET %s answers an agent %d, want 403", path, p.status)
			}
			if p := admin.open(workflowPath(theirs) + path); p.status != http.StatusNotFound {
				t.Errorf("GET %s of another team answers %d, want 404", path, p.status)
			}
		}
		for _, path := range []string{
			"/publish", "/live", "/unmute", "/versions/1/restore", "/versions/1/undo", "/disable", "/resume", "/discard-held",
		} {
			if p := agent.post(workflowPath(ours)+path, form); p.status != http.StatusForbidden {
				t.Errorf("POST %s answers an agent %d, want 403", path, p.status)
			}
			if p := admin.post(workflowPath(theirs)+path, form); p.status != http.StatusNotFound {
				t.Errorf("POST %s of another team answers %d, want 404", path, p.status)
			}
		}
	})
}
