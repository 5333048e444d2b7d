package workflow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// RoleFacts are what is known of a role's members beside their names.
type RoleFacts struct {
	LastTurn map[int64]time.Time // of a user; a user who had none yet is absent
	Open     map[int64]int       // how many tickets that are not resolved a user has; nil: not counted
}

// after returns the facts with a turn more.
func (r RoleFacts) after(t Turn) RoleFacts {
	last, open := maps.Clone(r.LastTurn), maps.Clone(r.Open)
	if last == nil {
		last = map[int64]time.Time{}
	}
	last[t.UserID] = t.At
	if open != nil {
		open[t.UserID]++
	}
	return RoleFacts{LastTurn: last, Open: open}
}

// Turn is a member's turn that a run has used up.
type Turn struct {
	RoleID int64
	UserID int64
	At     time.Time
}

// assignStep assigns a ticket to a member of a role.
type assignStep struct {
	ticket ticketRef
	role   *Target
	mode   TurnMode
}

func (s assignStep) run(e *evaluation, t *StepTrace) flow {
	facts, goOn, err := s.ticket.load(e, t)
	if goOn != next || err != nil {
		return failedOr(t, goOn, err)
	}
	t.Inputs = append(t.Inputs, Named{Name: "role", Value: s.role.Name}, Named{Name: "mode", Value: string(s.mode)})
	found, ok := e.facts.Directory.resolve(*s.role)
	if !ok {
		return failStep(t, errNoTarget(*s.role))
	}
	load, known := e.facts.Roles[found.ID]
	if !known || s.mode == LeastOpen && load.Open == nil {
		e.result.Need = &Need{Role: found.ID, Open: s.mode == LeastOpen}
		return lacked
	}
	user, ok := e.nextOf(found.ID, s.mode, load)
	if !ok {
		return failStep(t, desk.FieldErrorf("role", "Nobody of the role %.80q is there to take a ticket. Add a member to it.", found.Name))
	}
	goOn = e.apply(t, facts, desk.All{desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: user.ID}}})
	if t.Outcome == StepFailed {
		return goOn
	}
	e.result.Turns = append(e.result.Turns, Turn{RoleID: found.ID, UserID: user.ID, At: e.turnAt(found.ID, load)})
	t.Detail = fmt.Sprintf("It was %s's turn to take ticket #%d.", user.Name, facts.Ticket.Number)
	return next
}

// nextOf is the available member whose turn it is, counting the turns that this run has given.
func (e *evaluation) nextOf(role int64, mode TurnMode, load RoleFacts) (desk.User, bool) {
	var members []desk.User
	for _, id := range e.facts.Directory.Roles[role].Members {
		if u, ok := e.facts.Directory.Users[id]; ok {
			members = append(members, u)
		}
	}
	if len(members) == 0 {
		return desk.User{}, false
	}
	for _, turn := range e.result.Turns {
		if turn.RoleID == role {
			load = load.after(turn)
		}
	}
	last, open := load.LastTurn, load.Open
	return slices.MinFunc(members, func(a, b desk.User) int {
		if mode == LeastOpen && open[a.ID] != open[b.ID] {
			return cmp.Compare(open[a.ID], open[b.ID])
		}
		return cmp.Or(last[a.ID].Compare(last[b.ID]), cmp.Compare(a.ID, b.ID))
	}), true
}

// turnAt is now, or just after the latest turn when several fall on one instant.
func (e *evaluation) turnAt(role int64, load RoleFacts) time.Time {
	at := e.facts.Now.Truncate(time.Microsecond)
	for _, turn := range e.result.Turns {
		if turn.RoleID == role {
			load = load.after(turn)
		}
	}
	for _, last := range load.LastTurn {
		if !last.Before(at) {
			at = last.Add(time.Microsecond)
		}
	}
	return at
}
