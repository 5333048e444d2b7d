package views

import (
	"net/url"

	"signalbox/workflow/desk"
)

// TestEventPath tries the draft of a workflow on a recorded event.
func TestEventPath(id, event desk.ID) string { return TestPath(id) + "?event=" + event.String() }

// TestTicketPath offers the events of a ticket to try the draft on.
func TestTicketPath(id desk.ID, ticket int64) string { return TestPath(id) + "?of=" + number(ticket) }

// CasesPath lists the saved cases of a workflow; a POST keeps a new one.
func CasesPath(id desk.ID) string { return WorkflowPath(id) + "/cases" }

// NewCasePath asks for a new case. With an event, it is filled in with what the draft does at it now.
func NewCasePath(id desk.ID, chosen url.Values) string {
	path := CasesPath(id) + "/new"
	if len(chosen) == 0 {
		return path
	}
	return path + "?" + chosen.Encode()
}

// EventCasePath asks for a new case out of a recorded event.
func EventCasePath(id, event desk.ID) string {
	return NewCasePath(id, url.Values{"event": {event.String()}})
}

// CasePath is the form of a case; a POST changes it.
func CasePath(id, saved desk.ID) string { return CasesPath(id) + "/" + saved.String() }

// DeleteCasePath takes a POST that deletes a case.
func DeleteCasePath(id, saved desk.ID) string { return CasePath(id, saved) + "/delete" }

// ShadowPath compares what a muted version would have done with what the live one did.
func ShadowPath(id desk.ID) string { return WorkflowPath(id) + "/shadow" }

// RetryRunPath takes a POST that starts a failed run anew.
func RetryRunPath(id desk.ID) string { return RunPath(id) + "/retry" }

// WhyNotPath answers for every workflow why it did not run on a ticket's latest events.
func WhyNotPath(ticket int64) string { return TicketPath(ticket) + "/why" }
