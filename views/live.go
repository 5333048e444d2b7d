package views

import "strings"

// The names of the live signals: each says what to fetch again, and carries nothing.
const (
	LiveTickets = "tickets" // a ticket of the team changed: lists and counts
	liveResync  = "resync"  // signals may have been missed
)

// LiveTicket is the signal that this ticket changed.
func LiveTicket(n int64) string { return "ticket-" + number(n) }

// live is the hx-trigger of an element that fetches itself again: at once, and while signals go on coming, twice a
// second. Waiting for a pause would never come to an end on a busy desk.
func live(signals ...string) string {
	triggers := make([]string, 0, len(signals)+1)
	for _, signal := range append(signals, liveResync) {
		triggers = append(triggers, signal+" from:#live throttle:500ms")
	}
	return strings.Join(triggers, ", ")
}
