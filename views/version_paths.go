package views

import (
	"net/url"
	"strconv"

	"signalbox/workflow/desk"
)

// DraftKey names the draft where versions are named by their number.
const DraftKey = "draft"

func versionKey(n int) string { return strconv.Itoa(n) }

// VersionPath is one published version of a workflow.
func VersionPath(id desk.ID, n int) string { return VersionsPath(id) + "/" + versionKey(n) }

// UndoSincePath opens the form that undoes the runs of a version since a time, as browsers write one.
func UndoSincePath(id desk.ID, n int, since string) string {
	return VersionPath(id, n) + "?" + url.Values{"since": {since}}.Encode() + "#undo"
}

// OlderVersionsPath lists the versions before one of them.
func OlderVersionsPath(id desk.ID, before int) string {
	return VersionsPath(id) + "?before=" + versionKey(before)
}

// ComparePath compares two versions, each DraftKey or a number.
func ComparePath(id desk.ID, from, to string) string {
	return WorkflowPath(id) + "/compare?" + url.Values{"from": {from}, "to": {to}}.Encode()
}

// DisablePath asks what becomes of waiting runs when a workflow is switched off.
func DisablePath(id desk.ID, back string) string {
	return WorkflowDo(id, "disable") + "?" + url.Values{"back": {back}}.Encode()
}

// HeldPath lists the events that are kept for a workflow that went over a limit.
func HeldPath(id desk.ID) string { return WorkflowPath(id) + "/held" }

// UndoPath shows what undoing a run restores; a POST undoes it.
func UndoPath(run desk.ID) string { return RunPath(run) + "/undo" }

// FieldName is what people call a field of a ticket, at the start of a line.
func FieldName(f desk.Field) string { return titled(fieldName(f)) }
