package handlers

import (
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const runsPerPage = 50

func (h *Handlers) listRuns(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	directory, err := h.Store.Directory(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	filter, query, err := runFilter(r, location(directory.Team.Timezone))
	if err != nil {
		return err
	}
	query.Workflow = row.PublicID
	if query.Before, err = beforeRun(r); err != nil {
		return err
	}
	runs, err := h.Store.Runs(r.Context(), h.member(r).TeamID, query)
	if err != nil {
		return err
	}
	shell, err := h.workflowShell(w, r, "Runs of "+row.Name)
	if err != nil {
		return err
	}

	page := views.WorkflowRuns{
		Shell: shell, Workflow: row.PublicID, Name: row.Name, Filter: filter, Newest: query.Before == 0,
		Definitions: []workflow.Definition{row.Draft},
	}
	if row.Published != nil {
		page.Definitions = append(page.Definitions, *row.Published)
	}
	if len(runs) > runsPerPage {
		runs = runs[:runsPerPage]
		page.Older = views.OlderRunsPath(row.PublicID, filter, runs[runsPerPage-1].ID)
	}
	for _, run := range runs {
		page.Runs = append(page.Runs, runLine(run))
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowRunsPage(page))
}

// beforeRun reads where a page of runs goes on; 0 is the first.
func beforeRun(r *http.Request) (int64, error) {
	text := r.FormValue("before")
	if text == "" {
		return 0, nil
	}
	before, err := strconv.ParseInt(text, 10, 64)
	if err != nil || before <= 0 {
		return 0, desk.FieldErrorf("before", "%q is no place in the log. Start from the newest runs.", text)
	}
	return before, nil
}

func (h *Handlers) showRun(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	m := h.member(r)
	run, err := h.Store.Run(r.Context(), m.TeamID, id)
	if err != nil {
		return err
	}
	shell, err := h.workflowShell(w, r, "Run of "+run.WorkflowName)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.RunPage(views.Run{
		Shell: shell, RunLine: runLine(run.RunRow), Steps: run.Steps, Properties: run.Event.Properties,
		EventAt: run.Event.At, CanEdit: m.Can(desk.ManageWorkflows), EventID: run.Event.PublicID, Wait: run.Wait, Held: run.Held, Deleted: run.Deleted,
	}))
}

func runLine(run store.RunRow) views.RunLine {
	return views.RunLine{
		ID: run.PublicID, WorkflowID: run.WorkflowID, WorkflowName: run.WorkflowName, Version: run.Version,
		Ticket: run.TicketNumber, Event: run.Event, Outcome: run.Outcome, Why: run.Why, StartedAt: run.StartedAt, Took: run.Took,
	}
}
