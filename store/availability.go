package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// mostTold is for how many teams it is kept what their visitors are told.
const mostTold = 1_000

// availabilities keep what all visitors of a team are told alike.
type availabilities struct {
	mu    sync.Mutex
	teams map[int64]*toldAvailability
}

// toldAvailability is what the visitors of one team are told within a minute, under one version of its rules. It is
// looked at and found out by whoever has its turn, the others wait for them.
type toldAvailability struct {
	turn    chan struct{}
	version int64
	minute  time.Time
	desk.Availability
}

func (a *availabilities) of(team int64) *toldAvailability {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := a.teams[team]
	if told == nil {
		if a.teams == nil || len(a.teams) >= mostTold {
			a.teams = map[int64]*toldAvailability{}
		}
		told = &toldAvailability{turn: make(chan struct{}, 1)}
		a.teams[team] = told
	}
	return told
}

// Availability says when a visitor who writes to a team now is answered, as of the minute. Nothing has to be set for
// that: it is what the workflows that are on would do about a new ticket from the widget, its deadline and the business
// hours of the step that sets it. Where they set none, the answer takes what it usually takes: see desk.UsualAnswer.
func (s *Store) Availability(ctx context.Context, team int64) (desk.Availability, error) {
	rules, err := s.latestRules(ctx, team)
	if err != nil {
		return desk.Availability{}, err
	}
	told := s.available.of(team)
	select {
	case told.turn <- struct{}{}:
		defer func() { <-told.turn }()
	case <-ctx.Done():
		return desk.Availability{}, ctx.Err()
	}
	minute := s.now().Truncate(time.Minute)
	if told.minute.Equal(minute) && told.version == rules.version {
		return told.Availability, nil
	}
	a, err := s.findAvailability(ctx, rules, minute)
	if err == nil {
		told.version, told.minute, told.Availability = rules.version, minute, a
	}
	return a, err
}

func (s *Store) findAvailability(ctx context.Context, rules *rules, now time.Time) (desk.Availability, error) {
	runs, err := s.imagine(ctx, rules, now)
	if err != nil {
		return desk.Availability{}, err
	}
	due, hours := workflow.Promise(runs)
	a, err := desk.Available(now, due, hours, rules.directory.Team.Timezone)
	if err == nil && due.IsZero() {
		a.Answer, err = s.usualAnswer(ctx, rules.directory.Team.ID, now)
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

func (s *Store) usualAnswer(ctx context.Context, team int64, now time.Time) (time.Duration, error) {
	var micros []int64
	if err := list(ctx, s.db, &micros, answered, team, now.Add(-desk.UsualSince), desk.UsualTickets); err != nil {
		return 0, fmt.Errorf("list times to the first replies of team %d: %w", team, err)
	}
	took := make([]time.Duration, len(micros))
	for i, m := range micros {
		took[i] = time.Duration(m) * time.Microsecond
	}
	return desk.UsualAnswer(took), nil
}
