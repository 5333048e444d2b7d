package views

// HistoryAnchor leads to the history on the page of a ticket.
const HistoryAnchor = "#history"

// What set a field where neither a person nor a workflow did.
const (
	SetAtSnoozeEnd = "set when the snooze ended"
	SetByClock     = "set by Signalbox itself"
)

// SetByProgram names a program as the one that set a field.
func SetByProgram(name string) string {
	if name == "" {
		return "set through the API"
	}
	return "set through the API by " + name
}

// RestoredBy says who took back what a run of a workflow had set; undo is "Undo by" and a name.
func RestoredBy(undo, workflow string) string {
	return "restored: " + undo + " of " + workflow
}
