package store

import (
	"context"
	"fmt"
	"slices"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Changed is a ticket after a change, and what the change did.
type Changed struct {
	Ticket  desk.Ticket
	Outcome desk.Outcome
}

// ChangeTicket applies one change to the team's ticket and saves it with its records and events in
// one transaction. A zero AddMessage.ID and an empty SetSLA.Zone are filled in; an AddMessage.ID that is there
// already is ErrSent.
func (s *Store) ChangeTicket(ctx context.Context, by desk.Actor, team, ticketID int64, change desk.Change) (Changed, error) {
	var changed Changed
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		var err error
		changed, err = s.changeTicket(ctx, tx, by, ticketKey{team, ticketID}, change)
		return err
	})
	return changed, err
}

type ticketKey struct{ team, id int64 }

func (s *Store) changeTicket(ctx context.Context, tx *tx, by desk.Actor, key ticketKey, change desk.Change) (Changed, error) {
	c, err := s.decide(ctx, tx, by, key, change)
	if err != nil {
		return Changed{}, err
	}
	if err := s.saveOutcome(ctx, tx, c); err != nil {
		return Changed{}, err
	}
	return Changed{Ticket: *c.after, Outcome: c.outcome}, nil
}

// decide locks the ticket and applies a change to it, and saves nothing yet.
func (s *Store) decide(ctx context.Context, tx *tx, by desk.Actor, key ticketKey, change desk.Change) (saved, error) {
	return s.decideWith(ctx, tx, fileClaim{ticketKey: key, by: by}, change)
}

// decideWith is decide for whoever claims the files that the change names.
func (s *Store) decideWith(ctx context.Context, tx *tx, who fileClaim, change desk.Change) (saved, error) {
	row, err := s.findTicketRow(ctx, tx, who.team, `t.id = ?`+s.ticketLock(), who.id)
	if err != nil {
		return saved{}, err
	}
	t, err := row.ticket()
	if err != nil {
		return saved{}, err
	}
	if who.by.Kind == desk.ByCustomer && desk.Writes(change) {
		if err := checkCustomer(ctx, tx, row.CustomerID); err != nil {
			return saved{}, err
		}
	}
	if change, err = s.withFiles(ctx, tx, who, change); err != nil {
		return saved{}, err
	}
	if change, err = s.complete(ctx, tx, &row, change); err != nil {
		return saved{}, err
	}

	before := t
	outcome, err := desk.Apply(&t, who.by, s.now(), change)
	if err != nil {
		return saved{}, err
	}
	return saved{before: &before, after: &t, by: who.by, outcome: outcome}, nil
}

// complete adds to a change what only the database knows, and refuses new assignees that the team does not have.
func (s *Store) complete(ctx context.Context, tx *tx, row *ticketRow, change desk.Change) (desk.Change, error) {
	switch c := change.(type) {
	case desk.All:
		all := slices.Clone(c)
		for i := range all {
			var err error
			if all[i], err = s.complete(ctx, tx, row, all[i]); err != nil {
				return nil, err
			}
		}
		return all, nil
	case desk.AddMessage:
		return s.completeMessage(ctx, tx, row, c)
	case desk.SetSLA:
		if c.Zone == "" {
			c.Zone = row.Timezone
		}
		return c, nil
	case desk.SetAssignee:
		if c.To == (desk.Assignee{Kind: row.AssigneeKind, ID: row.AssigneeID}) {
			return c, nil // who has left since stays it
		}
		return c, checkAssignee(ctx, tx, row.TeamID, c.To)
	}
	return change, nil
}

func checkAssignee(ctx context.Context, q queryer, team int64, to desk.Assignee) error {
	var found int
	var err error
	switch to.Kind {
	case desk.ToUser:
		err = get(ctx, q, &found, `
			SELECT 1
			FROM members m
			JOIN users u ON u.id = m.user_id
			WHERE m.team_id = ? AND m.user_id = ? AND u.disabled = ?`, team, to.ID, false)
	case desk.ToRole:
		err = get(ctx, q, &found, `SELECT 1 FROM roles WHERE team_id = ? AND id = ?`, team, to.ID)
	case desk.Nobody:
	}
	if noRows(err) {
		return desk.FieldErrorf("assignee", "There is no such %s in this team. Choose another assignee.", to.Kind)
	}
	if err != nil {
		return fmt.Errorf("look up assignee: %w", err)
	}
	return nil
}

// saved is one accepted change on its way into the database. before is nil for a new ticket.
type saved struct {
	before, after *desk.Ticket
	by            desk.Actor
	outcome       desk.Outcome
	bulk          int64 // of which this is a part, 0: of none
}

// nothing reports whether there is nothing to save. What no record tells of may have changed still: the SLA's clock.
func (c *saved) nothing() bool {
	return c.before != nil && len(c.outcome.Changes) == 0 && c.before.SLAPaused == c.after.SLAPaused &&
		c.before.SLAStage == c.after.SLAStage
}

// saveOutcome writes all that a change did: the ticket, its thread, records, events and counts.
func (s *Store) saveOutcome(ctx context.Context, tx *tx, c saved) error {
	if c.nothing() {
		return nil
	}
	if err := saveTicket(ctx, tx, c.before, c.after); err != nil {
		return err
	}
	if err := s.saveOverrides(ctx, tx, &c); err != nil {
		return err
	}
	if err := s.saveRecords(ctx, tx, []saved{c}); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, &c); err != nil {
		return err
	}
	if err := s.mailUnread(ctx, tx, c.before, c.after); err != nil {
		return err
	}
	s.announce(tx, c.after, []saved{c})
	if c.before == nil {
		return nil // nobody can have waited for a new ticket
	}
	return s.wakeWatchers(ctx, tx, c.after.ID)
}

// saveTicket writes how the ticket now stands, and what is derived from that.
func saveTicket(ctx context.Context, tx *tx, before, after *desk.Ticket) error {
	if before != nil {
		if err := updateTicket(ctx, tx, before, after); err != nil {
			return err
		}
	}
	if err := saveTags(ctx, tx, before, after); err != nil {
		return err
	}
	return saveCounts(ctx, tx, before, after)
}

// saveRecords writes what is only ever added: messages, change records and events.
func (s *Store) saveRecords(ctx context.Context, tx *tx, changes []saved) error {
	for _, c := range changes {
		for i := range c.outcome.Messages {
			if err := insertMessage(ctx, tx, c.after, &c.outcome.Messages[i]); err != nil {
				return err
			}
		}
		if err := s.insertEvents(ctx, tx, c.after, c.outcome.Events); err != nil {
			return err
		}
	}
	return s.insertChanges(ctx, tx, changes)
}

// announce tells this process, after the commit, what changed in a ticket: whom to show it and whether the engine has work.
func (s *Store) announce(tx *tx, t *desk.Ticket, changes []saved) {
	note := Note{TeamID: t.TeamID, TicketID: t.ID, Number: t.Number}
	for _, c := range changes {
		if c.after.ID != t.ID {
			continue
		}
		note.Events += len(c.outcome.Events)
		for _, r := range c.outcome.Changes {
			note.Fields = append(note.Fields, r.Field)
			note.Public = note.Public || r.Public(c.by)
		}
	}
	if len(note.Fields) == 0 && note.Events == 0 {
		return
	}
	tx.after(func() {
		s.config.Committed(note)
		if note.Events > 0 {
			s.wakeLane(workflow.Lane(note.TicketID))
		}
		s.engine.tellOthers(note)
	})
}
