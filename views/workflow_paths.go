package views

import (
	"net/url"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// WorkflowsPath is the list of workflows; a POST makes an empty draft.
const WorkflowsPath = "/workflows"

// NewWorkflowPath asks how to start one.
const NewWorkflowPath = WorkflowsPath + "/new"

// WorkflowPath is the builder of one workflow.
func WorkflowPath(id desk.ID) string { return WorkflowsPath + "/" + id.String() }

// WorkflowRunsPath lists the runs of one workflow.
func WorkflowRunsPath(id desk.ID) string { return WorkflowPath(id) + "/runs" }

// VersionsPath lists the published versions of a workflow.
func VersionsPath(id desk.ID) string { return WorkflowPath(id) + "/versions" }

// TestPath runs the draft on a chosen event without touching anything.
func TestPath(id desk.ID) string { return WorkflowPath(id) + "/test" }

// BacktestPath replays past events through the draft.
func BacktestPath(id desk.ID) string { return WorkflowPath(id) + "/backtest" }

// PublishPath shows what publishing the draft changes; a POST publishes it.
func PublishPath(id desk.ID) string { return WorkflowPath(id) + "/publish" }

// RunPath is one run with its steps.
func RunPath(id desk.ID) string { return "/runs/" + id.String() }

// TemplatePath shows a template of the gallery.
func TemplatePath(slug string) string { return WorkflowsPath + "/gallery/" + slug }

// ImportPath takes a workflow from a file.
const ImportPath = WorkflowsPath + "/import"

// ExportPath gives the draft as a file: json, yaml or posthog.
func ExportPath(id desk.ID, format string) string {
	return WorkflowPath(id) + "/export?format=" + format
}

// InstallPath takes a POST that installs a template of the gallery.
func InstallPath(slug string) string { return WorkflowsPath + "/install/" + url.PathEscape(slug) }

// RetryPath takes a POST that lets an event be processed again.
func RetryPath(id desk.ID) string { return "/events/" + id.String() + "/retry" }

// WorkflowDo takes a POST that does something to a workflow: publish, discard, enable, step ….
func WorkflowDo(id desk.ID, verb string) string { return WorkflowPath(id) + "/" + verb }

// StepPath opens a step, or the trigger, in the builder; "" is the workflow itself.
func StepPath(id desk.ID, step string) string {
	if step == "" {
		return WorkflowPath(id)
	}
	return WorkflowPath(id) + "?step=" + url.QueryEscape(step)
}

// PanelPath opens what a panel shows.
func PanelPath(id desk.ID, p WorkflowPanel) string {
	switch {
	case p.At != nil:
		return PlacePath(id, *p.At)
	case p.Move != "":
		return MovePath(id, p.Move)
	}
	return StepPath(id, p.Step)
}

// PlacePath opens the choice of a new step for a place.
func PlacePath(id desk.ID, at workflow.Place) string {
	return WorkflowPath(id) + "?at=" + url.QueryEscape(at.String())
}

// MovePath opens the choice of a place for a step.
func MovePath(id desk.ID, step string) string {
	return WorkflowPath(id) + "?move=" + url.QueryEscape(step)
}

// HookPath is the address that starts a workflow from outside.
func HookPath(token string) string { return "/hooks/" + url.PathEscape(token) }
