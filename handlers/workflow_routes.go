package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// workflowTable holds the addresses of workflows and their runs. Agents may read a run, since the
// history of a ticket links to it.
func (h *Handlers) workflowTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	const may = desk.ManageWorkflows
	return []route{
		{get, "/workflows", may, h.listWorkflows},
		{post, "/workflows", may, h.createWorkflow},
		{get, "/workflows/new", may, h.newWorkflow},
		{get, "/workflows/import", may, h.showImport},
		{post, "/workflows/import", may, h.importWorkflow},
		{get, "/workflows/gallery/{slug}", may, h.previewTemplate},
		{post, "/workflows/install/{slug}", may, h.installTemplate},
		{get, "/workflows/{id}", may, h.showWorkflow},
		{get, "/workflows/{id}/export", may, h.exportWorkflow},
		{get, "/workflows/{id}/runs", may, h.listRuns},
		{get, "/workflows/{id}/test", may, h.testWorkflow},
		{get, "/workflows/{id}/cases", may, h.listCases},
		{post, "/workflows/{id}/cases", may, h.saveCase},
		{get, "/workflows/{id}/cases/new", may, h.newCase},
		{get, "/workflows/{id}/cases/{case}", may, h.showCase},
		{post, "/workflows/{id}/cases/{case}", may, h.saveCase},
		{post, "/workflows/{id}/cases/{case}/delete", may, h.deleteCase},
		{get, "/workflows/{id}/shadow", may, h.showShadow},
		{post, "/runs/{id}/retry", may, h.retryRun},
		{post, "/workflows/{id}/details", may, h.editDetails},
		{post, "/workflows/{id}/trigger", may, h.editTrigger},
		{post, "/workflows/{id}/steps", may, h.addStep},
		{post, "/workflows/{id}/step", may, h.editStep},
		{post, "/workflows/{id}/undo", may, h.undoDraft},
		{post, "/workflows/{id}/redo", may, h.redoDraft},
		{get, "/workflows/{id}/publish", may, h.showPublish},
		{post, "/workflows/{id}/publish", may, h.publishWorkflow},
		{post, "/workflows/{id}/live", may, h.goLive},
		{post, "/workflows/{id}/unmute", may, h.stopShadow},
		{get, "/workflows/{id}/backtest", may, h.showBacktest},
		{post, "/workflows/{id}/backtest", may, h.startBacktest},
		{post, "/workflows/{id}/backtest/cancel", may, h.cancelBacktest},
		{get, "/workflows/{id}/versions", may, h.listVersions},
		{get, "/workflows/{id}/versions/{version}", may, h.showVersion},
		{post, "/workflows/{id}/versions/{version}/restore", may, h.restoreVersion},
		{post, "/workflows/{id}/versions/{version}/undo", may, h.undoVersion},
		{get, "/workflows/{id}/compare", may, h.compareVersions},
		{get, "/workflows/{id}/held", may, h.listHeld},
		{post, "/workflows/{id}/resume", may, h.resumeWorkflow},
		{post, "/workflows/{id}/discard-held", may, h.discardHeld},
		{post, "/workflows/{id}/discard", may, h.discardDraft},
		{post, "/workflows/{id}/delete", may, h.deleteWorkflow},
		{post, "/workflows/{id}/enable", may, h.enableWorkflow},
		{get, "/workflows/{id}/disable", may, h.askDisable},
		{post, "/workflows/{id}/disable", may, h.disableWorkflow},
		{post, "/workflows/{id}/up", may, h.moveWorkflowUp},
		{post, "/workflows/{id}/down", may, h.moveWorkflowDown},
		{post, "/events/{id}/retry", may, h.retryEvent},
		{get, "/runs/{id}", desk.AnswerTickets, h.showRun},
		{get, "/runs/{id}/undo", may, h.showUndo},
		{post, "/runs/{id}/undo", may, h.undoRun},
	}
}
