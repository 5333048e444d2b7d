package desk

import "time"

// SLAStage is which alerts a ticket's deadline has raised. Moving the deadline makes it NotRaised again.
type SLAStage string

// The stages of a deadline.
const (
	NotRaised      SLAStage = ""         // none yet; set with every new deadline
	RaisedAtRisk   SLAStage = "at-risk"  // TicketAtRisk; set by RaiseSLA
	RaisedBreached SLAStage = "breached" // nothing is left to raise; set by RaiseSLA, and with the deadline by a run that an alert started
)

// IsAlert reports whether the event tells of a deadline.
func (n EventName) IsAlert() bool { return n == TicketAtRisk || n == TicketBreached }

// RaiseSLA raises the alert that the ticket's deadline is due for, each once per deadline (spec/1). It is the clock's
// change: it leaves no record, only an event. Resolved tickets and stopped clocks raise nothing.
type RaiseSLA struct{}

func (RaiseSLA) apply(d *draft) error {
	d.raises = d.by.emits() // what nobody would hear of stays to be raised
	return nil
}

// settleStage follows the deadline, once the clock is settled.
func (d *draft) settleStage() {
	t := &d.ticket
	if !d.before.deadlineAt(d.now).Equal(t.deadlineAt(d.now)) {
		t.SLAStage = NotRaised
		if d.by.Step.Alert {
			t.SLAStage = RaisedBreached // or the run's own deadline would start it again, for ever
		}
	}
	if d.raises && t.Status != Resolved {
		t.SLAStage = t.stageAt(d.now)
	}
}

// stageAt is the stage that the deadline has come to; it never goes back.
func (t *Ticket) stageAt(now time.Time) SLAStage {
	switch state, _ := t.SLA(now); state {
	case SLABreached:
		return RaisedBreached
	case SLAAtRisk:
		if t.SLAStage == NotRaised {
			return RaisedAtRisk
		}
	case SLANone, SLAOnTrack, SLAPaused:
	}
	return t.SLAStage
}

// alert returns the event of a stage that was just raised, "" when none was.
func (d *draft) alert() (EventName, map[string]any) {
	if !d.raises || d.before.SLAStage == d.ticket.SLAStage {
		return "", nil
	}
	extra := map[string]any{"sla_due_at": d.ticket.SLADueAt.Format(time.RFC3339Nano)}
	if d.ticket.SLAStage == RaisedBreached {
		return TicketBreached, extra
	}
	return TicketAtRisk, extra
}
