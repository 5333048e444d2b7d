package views

import "strings"

// The names of the live signals: each says what to fetch again, and carries nothing.
const (
	LiveTickets = "tickets" // a ticket of the team changed: lists and counts
	liveResync  = "resync"  // signals may have been missed
)

// LiveTicket is the signal that this ticket changed.
func LiveTicket(n int64) string { return "ticket-" + number(n) }

// live is the hx-trigger of an element that fetches itself again; a burst of signals counts once.
func live(signals ...string) string {
	triggers := make([]string, 0, len(signals)+1)
	for _, signal := range append(signals, liveResync) {
		triggers = append(triggers, signal+" from:#live delay:150ms")
	}
	return strings.Join(triggers, ", ")
}
