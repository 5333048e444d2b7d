package desk

import "time"

// SLAMode says when SetSLA moves the deadline.
type SLAMode string

// The SLA modes of spec/2; the empty mode is SLASet.
const (
	SLASet     SLAMode = "set"     // always
	SLAEarlier SLAMode = "earlier" // only if the new deadline is earlier, or there was none
	SLALater   SLAMode = "later"   // only if the new deadline is later, or there was none
)

// SetSLA sets the deadline an amount of time after now, or clears it. Amount, Unit and Hours are
// those of Deadline; Zone is the team's, for Hours that name none.
type SetSLA struct {
	Amount string
	Unit   string
	Hours  *Hours
	Zone   string
	Mode   SLAMode
}

func (c SetSLA) apply(d *draft) error {
	due, err := Deadline(d.now, c.Amount, c.Unit, c.Hours.in(c.Zone))
	if err != nil {
		return err
	}
	had := d.ticket.deadlineAt(d.now)
	switch c.Mode {
	case SLASet, "":
	case SLAEarlier:
		if !had.IsZero() && !due.IsZero() && !due.Before(had) {
			return nil
		}
	case SLALater:
		if !had.IsZero() && !due.IsZero() && !due.After(had) {
			return nil
		}
	default:
		return FieldErrorf("sla_mode", "%q is not a way to set an SLA. Use set, earlier or later.", Cut(string(c.Mode), 40))
	}
	return SetSLADue{At: due}.apply(d)
}

// SetSLADue sets the deadline to an instant; the zero time clears it.
type SetSLADue struct{ At time.Time }

func (c SetSLADue) apply(d *draft) error {
	if c.At.After(d.now.AddDate(maxYears, 0, 0)) {
		return FieldErrorf("sla_due_at", "The SLA deadline is more than %d years away. Choose an earlier one.", maxYears)
	}
	d.ticket.SLADueAt = utc(c.At)
	d.ticket.SLAPaused, d.ticket.SLALeft = false, 0
	return nil
}

// settleClock stops the clock while the team waits for others, when the team has chosen so, and starts it again.
func (d *draft) settleClock() {
	t := &d.ticket
	waits := t.PausesSLA && (t.Status == Pending || t.Status == OnHold)
	switch {
	case waits && !t.SLADueAt.IsZero():
		t.SLAPaused, t.SLALeft, t.SLADueAt = true, t.SLADueAt.Sub(d.now), time.Time{}
	case !waits && t.SLAPaused:
		t.SLADueAt, t.SLAPaused, t.SLALeft = d.now.Add(t.SLALeft), false, 0
	}
}

// deadlineAt is when the deadline would fall if a paused clock went on at now; zero without one.
func (t *Ticket) deadlineAt(now time.Time) time.Time {
	if t.SLAPaused {
		return now.Add(t.SLALeft)
	}
	return t.SLADueAt
}

// SLAState is how a ticket stands to its deadline.
type SLAState string

// The SLA states of spec/1.
const (
	SLANone     SLAState = "none"     // no deadline
	SLAOnTrack  SLAState = "on-track" // more than AtRisk left
	SLAAtRisk   SLAState = "at-risk"  // AtRisk or less left
	SLABreached SLAState = "breached" // past the deadline
	SLAPaused   SLAState = "paused"   // the clock stands
)

// SLAStates lists every SLAState, the most pressing first.
func SLAStates() []SLAState {
	return []SLAState{SLABreached, SLAAtRisk, SLAOnTrack, SLAPaused, SLANone}
}

// AtRisk is how long before its deadline a ticket is at risk; exactly this long before, it is.
const AtRisk = time.Hour

// SLA returns the state at now and the time left, negative once breached, 0 without a deadline.
func (t *Ticket) SLA(now time.Time) (SLAState, time.Duration) {
	if t.SLAPaused {
		return SLAPaused, t.SLALeft
	}
	if t.SLADueAt.IsZero() {
		return SLANone, 0
	}
	left := t.SLADueAt.Sub(now)
	switch {
	case left < 0:
		return SLABreached, left
	case left <= AtRisk:
		return SLAAtRisk, left
	}
	return SLAOnTrack, left
}
