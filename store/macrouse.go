package store

import (
	"context"
	"slices"
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// TriedMacro is what a macro would do to a ticket as it is. Nothing of it was done.
type TriedMacro struct {
	Macro
	workflow.MacroEffect

	Ticket desk.Ticket
}

// TryMacro evaluates a macro on one of the team's tickets. What it cannot do there is an Invalid desk.Error; the
// macro and the ticket are returned with it.
func (s *Store) TryMacro(ctx context.Context, by desk.Member, id desk.ID, number int64) (TriedMacro, error) {
	m, err := s.Macro(ctx, by, id)
	if err != nil {
		return TriedMacro{}, err
	}
	t, err := s.Ticket(ctx, by.TeamID, number)
	if err != nil {
		return TriedMacro{}, err
	}
	current, err := s.latestRules(ctx, by.TeamID)
	if err != nil {
		return TriedMacro{}, err
	}
	tried := TriedMacro{Macro: m, Ticket: t}
	tried.MacroEffect, err = s.evaluateMacro(ctx, by, &tried, look{q: s.db, store: s, rules: current, now: s.now()})
	return tried, err
}

// ApplyMacro makes the changes of fields of a macro, as the member's own act and without its text.
func (s *Store) ApplyMacro(ctx context.Context, by desk.Member, id desk.ID, ticketID int64) (Changed, error) {
	var changed Changed
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		actor := desk.Agent(by.ID, by.Name)
		change, err := s.macroChange(ctx, tx, actor, ticketKey{by.TeamID, ticketID}, id)
		if err != nil {
			return err
		}
		changed, err = s.changeTicket(ctx, tx, actor, ticketKey{by.TeamID, ticketID}, change)
		return err
	})
	return changed, err
}

// withMacro is the change of a message with those of its macro, as they are for its ticket at this moment. A status that
// its writer chose counts for more than the macro's.
func (s *Store) withMacro(ctx context.Context, tx *tx, by desk.Actor, team int64, m *Outgoing) (desk.Change, error) {
	if m.Macro.IsZero() {
		return m.change(), nil
	}
	fields, err := s.macroChange(ctx, tx, by, ticketKey{team, m.TicketID}, m.Macro)
	if desk.IsKind(err, desk.NotFound) {
		return nil, desk.Errorf(desk.Conflict, "The macro was deleted meanwhile. Take its changes out and send again.")
	}
	if m.Then != "" {
		fields = slices.DeleteFunc(fields, setsStatus)
	}
	return append(m.change(), fields...), err
}

func setsStatus(c desk.Change) bool {
	_, is := c.(desk.SetStatus)
	return is
}

// macroChange is what a macro changes beside its text, which was shown before and may have been rewritten since.
func (s *Store) macroChange(ctx context.Context, tx *tx, by desk.Actor, key ticketKey, id desk.ID) (desk.All, error) {
	member, err := s.member(ctx, tx, key.team, by.ID)
	if err != nil {
		return nil, err
	}
	used := TriedMacro{}
	if used.Macro, err = findMacro(ctx, tx, member, id); err != nil {
		return nil, err
	}
	used.Body = ""
	if used.Ticket, err = s.findTicket(ctx, tx, key.team, `t.id = ?`+s.ticketLock(), key.id); err != nil {
		return nil, err
	}
	current, err := s.rules(ctx, tx, key.team)
	if err != nil {
		return nil, err
	}
	effect, err := s.evaluateMacro(ctx, member, &used, look{q: tx, store: s, rules: current, now: s.now()})
	return effect.Change, err
}

func (s *Store) evaluateMacro(ctx context.Context, by desk.Member, m *TriedMacro, facts look) (workflow.MacroEffect, error) {
	rules := *facts.rules
	rules.countsCustomers = strings.Contains(m.Body, "customer_ticket_count_7d")
	facts.rules = &rules
	ticket, err := facts.derive(ctx, m.Ticket)
	if err != nil {
		return workflow.MacroEffect{}, err
	}
	return m.Evaluate(ctx, workflow.MacroUse{
		Agent: by.User, Ticket: *ticket, Directory: rules.directory, URL: s.config.URL, Now: facts.now,
	})
}
