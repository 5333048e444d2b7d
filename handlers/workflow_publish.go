package handlers

import (
	"net/http"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func (h *Handlers) discardDraft(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	if row.Published == nil {
		return desk.Errorf(desk.Conflict, "This workflow was never published, so there is nothing to go back to.")
	}
	return h.saveEdit(w, r, row, edit{draft: *row.Published, panel: views.WorkflowPanel{Form: row.DraftRev + 1}})
}

func (h *Handlers) showPublish(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	return h.askToPublish(w, r, row, publishing{status: http.StatusOK})
}

// publishing is what an answer of the publish page shows beside the workflow.
type publishing struct {
	status        int
	note, problem string // with what it was sent, and what is wrong with that
}

func (h *Handlers) askToPublish(w http.ResponseWriter, r *http.Request, row store.WorkflowRow, p publishing) error {
	team := h.member(r).TeamID
	directory, err := h.Store.Directory(r.Context(), team)
	if err != nil {
		return err
	}
	page := views.WorkflowPublish{
		ID: row.PublicID, Draft: row.Draft, Rev: row.DraftRev, Version: row.Version, Muted: row.Shadow, Differs: row.DraftDiffers,
		Problems: obstacles(row.Draft, directory), Note: p.note, Problem: p.problem,
	}
	if row.Published != nil {
		page.Changes = views.Differences(workflow.Compare(*row.Published, row.Draft), directory)
	}
	if page.Waiting, err = h.waitingLines(r, row.PublicID); err != nil {
		return err
	}
	if page.Failing, err = h.failingCases(r, row.PublicID); err != nil {
		return err
	}
	if page.Findings, err = h.findings(r, row, directory); err != nil {
		return err
	}
	if page.Shell, err = h.versionShell(w, r, "Publish "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, p.status, views.WorkflowPublishPage(page))
}

// waitingLines say where the runs of a workflow wait.
func (h *Handlers) waitingLines(r *http.Request, id desk.ID) ([]views.WaitingLine, error) {
	waits, err := h.Store.WaitingRuns(r.Context(), h.member(r).TeamID, id)
	lines := make([]views.WaitingLine, len(waits))
	for i, at := range waits {
		title := views.StepTitle(workflow.Step{Type: at.Type, Name: at.Name})
		lines[i] = views.WaitingLine{Version: at.Version, Step: title, Count: at.Count}
	}
	return lines, err
}

// failingCases names the saved cases that the draft does not pass.
func (h *Handlers) failingCases(r *http.Request, id desk.ID) ([]string, error) {
	failing, err := h.Store.FailingCases(r.Context(), h.member(r).TeamID, id)
	names := make([]string, len(failing))
	for i, c := range failing {
		names[i] = c.Name
	}
	return names, err
}

// findings are what the analyser says of the draft beside the other workflows that run.
func (h *Handlers) findings(r *http.Request, row store.WorkflowRow, directory *workflow.Directory) ([]workflow.Finding, error) {
	rows, err := h.Store.Workflows(r.Context(), h.member(r).TeamID)
	if err != nil {
		return nil, err
	}
	var others []workflow.Workflow
	for _, other := range rows {
		if other.Enabled && other.Published != nil && other.ID != row.ID {
			others = append(others, workflow.Workflow{ID: other.ID, Position: other.Position, Version: other.Version, Definition: *other.Published})
		}
	}
	draft := workflow.Workflow{ID: row.ID, Position: row.Position, Definition: row.Draft}
	return workflow.Analyse(draft, others, directory), nil
}

func (h *Handlers) publishWorkflow(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("as") == "muted" {
		return h.publishMuted(w, r, row)
	}
	panel := views.WorkflowPanel{Step: r.PostFormValue("step")}
	note := strings.TrimSpace(r.PostFormValue("override"))
	failing, err := h.failingCases(r, row.PublicID)
	if err != nil {
		return err
	}
	if len(failing) > 0 && note == "" && formRevision(r, row).Rev == row.DraftRev {
		return h.askToPublish(w, r, row, publishing{
			status: http.StatusUnprocessableEntity, problem: "Saved cases fail. Say why you publish it anyway.",
		})
	}
	published, err := h.Store.PublishDespite(r.Context(), h.actor(r), h.member(r).TeamID, formRevision(r, row), note)
	if err != nil {
		return h.refuseEdit(w, r, err, panel)
	}
	return h.redirectWith(w, r, views.PanelPath(published.PublicID, panel), "Published and switched on.")
}

func (h *Handlers) publishMuted(w http.ResponseWriter, r *http.Request, row store.WorkflowRow) error {
	_, err := h.Store.PublishShadow(r.Context(), h.actor(r), h.member(r).TeamID, formRevision(r, row))
	if err != nil {
		return h.refuseEdit(w, r, err, views.WorkflowPanel{})
	}
	return h.redirectWith(w, r, views.VersionsPath(row.PublicID), "It runs muted: it is evaluated on live events and touches nothing.")
}

func (h *Handlers) goLive(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if _, err := h.Store.GoLive(r.Context(), h.actor(r), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.VersionsPath(id), "The muted version is live now.")
}

func (h *Handlers) stopShadow(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if _, err := h.Store.StopShadow(r.Context(), h.actor(r), h.member(r).TeamID, id); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.VersionsPath(id), "The version runs muted no longer.")
}

// obstacles are all that keeps a draft from being published on this desk.
func obstacles(d workflow.Definition, directory *workflow.Directory) workflow.Problems {
	return append(workflow.Validate(d, directory), workflow.MissingSecrets(d)...)
}
