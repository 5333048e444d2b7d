package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// UndoneField is a field of a ticket that an undo restores, or leaves as it is.
type UndoneField struct {
	Ticket   int64 // its number
	Field    desk.Field
	From, To any // what the run left and what was before it, as JSON shows them
	// Why it is left says By and At who changed it since and when, or else a sentence.
	By  string
	At  time.Time
	Why string
}

// ticketUndo is what an undo does to one ticket.
type ticketUndo struct {
	key      ticketKey
	change   desk.All
	restored []UndoneField
	kept     []UndoneField
}

// pastChange is a change of a field since a run began.
type pastChange struct {
	ID           int64          `db:"id"`
	Field        desk.Field     `db:"field"`
	Before       string         `db:"before"`
	After        string         `db:"after"`
	RunID        desk.ID        `db:"run_id"`
	Actor        desk.ActorKind `db:"actor"`
	ActorName    string         `db:"actor_name"`
	WorkflowName string         `db:"workflow_name"`
	CreatedAt    micros         `db:"created_at"`
}

// planUndo says what undoing a run does to each ticket that it changed, in the order in which tickets are locked.
// lock ends the statement that reads a ticket.
func (s *Store) planUndo(ctx context.Context, q queryer, run *undoRow, lock string) ([]ticketUndo, error) {
	var tickets []struct {
		ID    int64 `db:"ticket_id"`
		First int64 `db:"first"`
	}
	err := list(ctx, q, &tickets, `
		SELECT ticket_id, MIN(id) AS first
		FROM changes
		WHERE run_id = ?
		GROUP BY ticket_id
		ORDER BY ticket_id`, run.PublicID)
	if err != nil {
		return nil, fmt.Errorf("list tickets of run %s: %w", run.PublicID, err)
	}
	var plan []ticketUndo
	for _, t := range tickets {
		undo, err := s.planTicket(ctx, q, undoTarget{
			key: ticketKey{run.TeamID, t.ID}, first: t.First, lock: lock,
			own: func(c pastChange) bool { return c.RunID == run.PublicID },
		})
		if err != nil {
			return nil, err
		}
		plan = append(plan, undo)
	}
	return plan, nil
}

// undoTarget is a ticket and what is to be undone of it: the work of one run or one bulk.
type undoTarget struct {
	key   ticketKey
	first int64 // change that is to be undone
	bulk  int64 // whose work it is, 0 of a run
	own   func(pastChange) bool
	lock  string
}

func (s *Store) planTicket(ctx context.Context, q queryer, to undoTarget) (ticketUndo, error) {
	t, err := s.findTicket(ctx, q, to.key.team, `t.id = ?`+to.lock, to.key.id)
	if err != nil {
		return ticketUndo{}, err
	}
	// What runs and bulks did that were undone since, the undo took back: neither stands between this one and now.
	var changes []pastChange
	err = list(ctx, q, &changes, `
		SELECT c.id, c.field, c.before, c.after, c.run_id, c.actor, c.actor_name,
			COALESCE(w.name, '') AS workflow_name, c.created_at
		FROM changes c
		LEFT JOIN runs r ON r.public_id = c.run_id
		LEFT JOIN workflows w ON w.id = c.workflow_id
		WHERE c.ticket_id = ? AND c.id >= ? AND r.undone_at IS NULL AND NOT EXISTS (
			SELECT 1
			FROM bulk_items i
			JOIN bulks b ON b.id = i.bulk_id
			WHERE i.ticket_id = c.ticket_id AND i.first_change <= c.id AND i.last_change >= c.id
				AND i.bulk_id <> ? AND (i.undone = ? OR b.undoes IS NOT NULL))
		ORDER BY c.id`, to.key.id, to.first, to.bulk, true)
	if err != nil {
		return ticketUndo{}, fmt.Errorf("list changes of ticket %d: %w", to.key.id, err)
	}
	p := undoPlan{ticket: &t, own: to.own, now: s.now(), values: make(map[desk.Field]string)}
	p.undo.key = to.key
	for _, field := range restorable() {
		if err := p.field(field, changes); err != nil {
			return ticketUndo{}, err
		}
	}
	if err := s.checkRestored(ctx, q, &p); err != nil {
		return ticketUndo{}, err
	}
	p.undo.change, err = p.change()
	return p.undo, err
}

// restorable lists the fields that can be set back; what was said or sent cannot.
func restorable() []desk.Field {
	return []desk.Field{
		desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags, desk.FieldSLA, desk.FieldSnooze,
	}
}

// undoPlan decides what an undo does to one ticket.
type undoPlan struct {
	ticket *desk.Ticket
	own    func(pastChange) bool // what is to be undone
	now    time.Time
	values map[desk.Field]string // to be restored, as JSON
	undo   ticketUndo
}

// field looks at all that happened to a field since the run. It is restored to what it was before the run touched
// it last, if nobody has touched it since.
func (p *undoPlan) field(field desk.Field, changes []pastChange) error {
	own := slices.DeleteFunc(slices.Clone(changes), func(c pastChange) bool { return c.Field != field })
	if !slices.ContainsFunc(own, p.own) {
		return nil
	}
	last := own[len(own)-1]
	first := len(own) - 1
	for first > 0 && p.own(own[first]) && p.own(own[first-1]) {
		first--
	}
	u := UndoneField{Ticket: p.ticket.Number, Field: field}
	if !p.own(last) {
		u.By, u.At = last.author(), time.Time(last.CreatedAt)
		return p.keep(u, last.After, last.After)
	}
	value, err := restoredValue(field, own[first:], p.ticket, p.now)
	switch {
	case errors.Is(err, errPassed):
		u.Why = "The time to snooze until has passed."
		return p.keep(u, last.After, own[first].Before)
	case err != nil:
		return fmt.Errorf("undo %s of ticket %d: %w", field, p.ticket.ID, err)
	case value == last.After:
		return nil // it was there and back again
	}
	p.values[field] = value
	if u.From, u.To, err = decoded(last.After, value); err == nil {
		p.undo.restored = append(p.undo.restored, u)
	}
	return err
}

func (p *undoPlan) keep(u UndoneField, from, to string) error {
	var err error
	u.From, u.To, err = decoded(from, to)
	p.undo.kept = append(p.undo.kept, u)
	return err
}

func (c *pastChange) author() string {
	switch {
	case c.WorkflowName != "":
		return c.WorkflowName
	case c.ActorName == "" && c.Actor == desk.ByCustomer:
		return "The customer"
	}
	return c.ActorName
}

func decoded(from, to string) (a, b any, err error) {
	if err := json.Unmarshal([]byte(from), &a); err != nil {
		return nil, nil, fmt.Errorf("read change: %w", err)
	}
	if err := json.Unmarshal([]byte(to), &b); err != nil {
		return nil, nil, fmt.Errorf("read change: %w", err)
	}
	return a, b, nil
}

// checkRestored leaves an assignee as it is when the one before is no longer there.
func (s *Store) checkRestored(ctx context.Context, q queryer, p *undoPlan) error {
	text, restored := p.values[desk.FieldAssignee]
	if !restored {
		return nil
	}
	var to desk.Assignee
	if err := json.Unmarshal([]byte(text), &to); err != nil {
		return fmt.Errorf("read assignee: %w", err)
	}
	err := checkAssignee(ctx, q, p.undo.key.team, to)
	if !desk.IsKind(err, desk.Invalid) {
		return err
	}
	delete(p.values, desk.FieldAssignee)
	i := slices.IndexFunc(p.undo.restored, func(u UndoneField) bool { return u.Field == desk.FieldAssignee })
	kept := p.undo.restored[i]
	kept.Why = "Who it was assigned to is no longer in the team."
	p.undo.restored = slices.Delete(p.undo.restored, i, i+1)
	p.undo.kept = append(p.undo.kept, kept)
	return nil
}
