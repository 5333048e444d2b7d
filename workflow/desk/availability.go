package desk

import (
	"slices"
	"time"
)

// What a team's usual answer is made of: the newest tickets of the widget that were answered lately.
const (
	UsualSince   = 30 * 24 * time.Hour
	UsualTickets = 100 // enough for a median, and a bound to what is read

	habit = 5 // answered tickets: fewer are none
)

// UsualAnswer is how long an answer usually takes, when these first replies took so long: half of them came sooner. It
// is 0 when they are too few to promise anything.
func UsualAnswer(took []time.Duration) time.Duration {
	if len(took) < habit {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return sorted[len(sorted)/2]
}

// Availability is when a team answers.
type Availability struct {
	Open    bool
	OpensAt time.Time     // zero while it is open
	Answer  time.Duration // until the answer, from now on or, while it is closed, from OpensAt on; 0: nothing is known
	Zone    string        // of its hours
}

// Available says when a team answers what is written now. Its deadline is due, zero when it has none, and it works
// within the hours, always without them. A deadline that passes before the team opens promises nothing.
func Available(now, due time.Time, hours *Hours, zone string) (Availability, error) {
	a := Availability{Open: true, Zone: zone}
	from := now
	if hours != nil {
		opens, err := hours.Opens(now, zone)
		if err != nil {
			return Availability{}, err
		}
		a.Zone = hours.in(zone).Timezone
		if opens.After(now) {
			a.Open, a.OpensAt, from = false, opens, opens
		}
	}
	if due.After(from) {
		a.Answer = due.Sub(from)
	}
	return a, nil
}
