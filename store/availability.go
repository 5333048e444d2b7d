package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const (
	usualSince   = 30 * 24 * time.Hour
	usualTickets = 100 // the newest that were answered: enough for a median, and a bound to what is read
	habit        = 5   // answered tickets: fewer are none
)

// Availability says when a visitor who writes to a team now is answered. Nothing has to be set for that: it is what the
// workflows that are on would do about a new ticket from the widget, its deadline and the business hours of the step
// that sets it. Where they set none, the answer takes what it usually takes: half of the newest 100 widget tickets that
// were answered within 30 days had their first reply sooner. With fewer than 5 of those nothing is promised.
func (s *Store) Availability(ctx context.Context, team int64) (desk.Availability, error) {
	rules, err := s.latestRules(ctx, team)
	if err != nil {
		return desk.Availability{}, err
	}
	now := s.now()
	runs, err := s.imagine(ctx, rules, now)
	if err != nil {
		return desk.Availability{}, err
	}
	due, hours := workflow.Promise(runs)
	a, err := desk.Available(now, due, hours, rules.directory.Team.Timezone)
	if err == nil && due.IsZero() {
		a.Answer, err = s.usualAnswer(ctx, team, now)
	}
	return a, err
}

// imagine runs the team's workflows on a ticket that somebody might open now. Nothing of it is kept.
func (s *Store) imagine(ctx context.Context, r *rules, now time.Time) ([]workflow.Run, error) {
	facts := look{q: s.db, store: s, rules: r, now: now}
	t, opened, err := desk.OpenTicket(desk.Actor{Kind: desk.ByCustomer}, now, desk.Opening{
		PublicID: s.newID(), TeamID: r.directory.Team.ID, Channel: desk.Widget, PausesSLA: r.directory.Team.PausesSLA,
		Message: desk.AddMessage{ID: s.newID(), Body: "Hello"},
	})
	if err != nil {
		return nil, err
	}
	var all []workflow.Run
	ticket := &workflow.TicketFacts{Ticket: t, CustomerCount: new(int)}
	for _, e := range opened.Events {
		event := workflow.Event{PublicID: s.newID(), TeamID: t.TeamID, Event: e}
		runs, err := workflow.NewDecider(nil).Decide(ctx, workflow.Claim{
			Event: event, Ticket: ticket, Directory: r.directory, URL: s.config.URL, NewID: s.newID, Load: facts.load,
			Workflows: r.live(e.Name),
		}, now)
		if err != nil {
			return nil, fmt.Errorf("imagine a ticket of team %d: %w", t.TeamID, err)
		}
		all, ticket = append(all, runs...), found(ticket, runs)
	}
	return all, nil
}

// live are the workflows that an event starts and that do what they say.
func (r *rules) live(event desk.EventName) []workflow.Workflow {
	return slices.DeleteFunc(slices.Clone(r.byEvent[event]), func(w workflow.Workflow) bool { return w.Muted || w.Tripped })
}

const answered = `
	SELECT first_response_at - created_at
	FROM tickets
	WHERE team_id = ? AND channel = 'widget' AND first_response_at IS NOT NULL AND created_at >= ?
	ORDER BY created_at DESC
	LIMIT ?`

// usualAnswer is the median time to a first reply, 0 when too few are known.
func (s *Store) usualAnswer(ctx context.Context, team int64, now time.Time) (time.Duration, error) {
	var took []int64
	if err := list(ctx, s.db, &took, answered, team, now.Add(-usualSince), usualTickets); err != nil {
		return 0, fmt.Errorf("list times to the first replies of team %d: %w", team, err)
	}
	if len(took) < habit {
		return 0, nil
	}
	slices.Sort(took)
	return time.Duration(took[len(took)/2]) * time.Microsecond, nil
}
