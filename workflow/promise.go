package workflow

import (
	"time"

	"signalbox/workflow/desk"
)

// Promise returns the deadline that runs have left on their ticket, zero for none, and the hours in which its team
// works: those of the step that set it.
func Promise(runs []Run) (due time.Time, hours *desk.Hours) {
	for i := range runs {
		for j := range runs[i].Result.Effects {
			e := &runs[i].Result.Effects[j]
			if sla := e.deadline(); sla != nil {
				due, hours = e.Ticket.SLADueAt, sla.Hours
			}
		}
	}
	return due, hours
}

// deadline is the part of the change that moved the deadline, nil when none did.
func (e *Effect) deadline() *desk.SetSLA {
	moved := false
	for _, r := range e.Outcome.Changes {
		moved = moved || r.Field == desk.FieldSLA
	}
	for i := range e.Change {
		if sla, ok := e.Change[i].(desk.SetSLA); ok && moved {
			return &sla
		}
	}
	return nil
}
