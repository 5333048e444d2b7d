package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// newestEvents is among how many events of a team RecentEvents looks.
const newestEvents = 5_000

// PastEvent is a recorded event with its ticket as of then.
type PastEvent struct {
	workflow.Event
	Ticket *desk.Ticket // nil: it has none
}

type recordedRow struct {
	eventRow
	Snapshot string `db:"snapshot"`
}

func (r *recordedRow) recorded() (PastEvent, error) {
	e, err := r.event()
	if err != nil {
		return PastEvent{}, err
	}
	past := PastEvent{Event: *e}
	if r.TicketID == 0 {
		return past, nil
	}
	past.Ticket = &desk.Ticket{}
	if err := json.Unmarshal([]byte(r.Snapshot), past.Ticket); err != nil {
		return PastEvent{}, fmt.Errorf("read ticket of event %d: %w", r.ID, err)
	}
	past.Ticket.ID, past.DistinctID = r.TicketID, past.Ticket.Customer.DistinctID
	return past, nil
}

// PastEvent returns an event of the team, or a NotFound desk.Error.
func (s *Store) PastEvent(ctx context.Context, team int64, id desk.ID) (PastEvent, error) {
	var row recordedRow
	err := get(ctx, s.db, &row, `SELECT `+eventColumns+`, snapshot FROM events WHERE team_id = ? AND public_id = ?`, team, id)
	if noRows(err) {
		return PastEvent{}, desk.Errorf(desk.NotFound, "There is no such event in this team.")
	}
	if err != nil {
		return PastEvent{}, fmt.Errorf("read event %s: %w", id, err)
	}
	return row.recorded()
}

// RecentEvents returns up to limit of the team's latest events that can start the draft of a workflow, newest first.
func (s *Store) RecentEvents(ctx context.Context, w WorkflowRow, team int64, limit int) ([]PastEvent, error) {
	var where clauses
	where.add(`(workflow_id IS NULL OR workflow_id = ?)`, w.ID)
	in(&where, `name`, w.Draft.Trigger.Names())
	var rows []recordedRow
	err := list(ctx, s.db, &rows, `
		SELECT `+eventColumns+`, snapshot
		FROM (
			SELECT *
			FROM events
			WHERE team_id = ?
			ORDER BY created_at DESC, id DESC
			LIMIT ?) AS newest
		WHERE `+where.text()+`
		ORDER BY created_at DESC, id DESC
		LIMIT ?`, slices.Concat([]any{team, newestEvents}, where.args, []any{limit})...)
	if err != nil {
		return nil, fmt.Errorf("list recent events of team %d: %w", team, err)
	}
	events := make([]PastEvent, len(rows))
	for i := range rows {
		if events[i], err = rows[i].recorded(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// TrialQuery says what to try a draft on: a recorded event, or one that is made up of the other fields.
type TrialQuery struct {
	Workflow   desk.ID
	Event      desk.ID        // zero: it is made up
	Name       desk.EventName // of one that is made up, as are the next two
	Ticket     int64          // its number; 0: the event has none
	Properties map[string]any // beside those that say what the ticket is
	Others     bool           // the workflows that run before this one do so here, too
}

// Trial is what a draft would do about an event. Nothing of it was done.
type Trial struct {
	Event  workflow.Event
	Then   *workflow.TicketFacts // as it was at the event; nil: there is none
	Ticket *workflow.TicketFacts // as the draft finds it
	Others []workflow.Run        // in order, each up to its first wait
	Draft  workflow.Run
	Live   *workflow.Run // what the published version would do in its place; nil: none is published
}

// TryDraft runs the draft of a workflow to its end on a virtual clock, which starts at the time of the event. Other
// tickets and whose turn it is are as they are now; messages and runs are counted as of then.
func (s *Store) TryDraft(ctx context.Context, team int64, q TrialQuery) (Trial, error) {
	row, err := s.Workflow(ctx, team, q.Workflow)
	if err != nil {
		return Trial{}, err
	}
	past, err := s.tried(ctx, team, q)
	if err != nil {
		return Trial{}, err
	}
	current, err := s.latestRules(ctx, team)
	if err != nil {
		return Trial{}, err
	}
	rules := *current
	rules.countsCustomers = true // a draft may ask for it first
	facts := look{q: s.db, store: s, rules: &rules, now: past.At}
	if !q.Event.IsZero() {
		facts.before = past.At
	}

	claim := s.trialClaim(&row, q, past.Event, &facts)
	if past.Ticket != nil {
		if claim.Ticket, err = facts.derive(ctx, *past.Ticket); err != nil {
			return Trial{}, err
		}
	}
	runs, err := workflow.NewDecider(nil).Decide(ctx, claim, past.At)
	if err != nil {
		return Trial{}, fmt.Errorf("try workflow %s: %w", q.Workflow, err)
	}
	trial := Trial{Event: past.Event, Then: claim.Ticket}
	if row.Published != nil {
		trial.Live, runs = &runs[len(runs)-1], runs[:len(runs)-1]
	}
	trial.Others, trial.Draft = runs[:len(runs)-1], runs[len(runs)-1]
	trial.Ticket = found(trial.Then, trial.Others)
	return trial, nil
}

// trialClaim is what the engine would decide on: the workflows before, the draft, and the published version last, where
// there is one. As the muted ones that they are here, the last two run to their end, and neither sees the other.
func (s *Store) trialClaim(row *WorkflowRow, q TrialQuery, e workflow.Event, facts *look) workflow.Claim {
	team := facts.rules.directory.Team.ID
	draft := workflow.Workflow{ID: row.ID, PublicID: row.PublicID, TeamID: team, Position: row.Position, Definition: row.Draft, Muted: true}
	claim := workflow.Claim{
		Event: e, Directory: facts.rules.directory, URL: s.config.URL, NewID: s.newID, Load: facts.load,
		Workflows: append(facts.rules.before(row, q, e.Name), draft),
	}
	if row.Published != nil {
		live := draft
		live.Version, live.Definition = row.Version, *row.Published
		claim.Workflows = append(claim.Workflows, live)
	}
	return claim
}

// tried is the event that a draft is tried on.
func (s *Store) tried(ctx context.Context, team int64, q TrialQuery) (PastEvent, error) {
	if !q.Event.IsZero() {
		return s.PastEvent(ctx, team, q.Event)
	}
	e := PastEvent{Event: workflow.Event{
		PublicID: s.newID(), TeamID: team, Event: desk.Event{Name: q.Name, Properties: map[string]any{}, At: s.now()},
	}}
	if q.Ticket != 0 {
		t, err := s.Ticket(ctx, team, q.Ticket)
		if err != nil {
			return PastEvent{}, err
		}
		e.Ticket, e.TicketID, e.DistinctID = &t, t.ID, t.Customer.DistinctID
		e.Properties = desk.Properties(&t)
	}
	maps.Copy(e.Properties, q.Properties)
	return e, nil
}

// before are the workflows that run before w at an event, where they are asked for.
func (r *rules) before(w *WorkflowRow, q TrialQuery, event desk.EventName) []workflow.Workflow {
	if !q.Others {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.byEvent[event]), func(other workflow.Workflow) bool {
		later := other.Position > w.Position || other.Position == w.Position && other.ID >= w.ID
		return other.Muted || other.Tripped || later || !slices.Contains(desk.EventNames(), event)
	})
}

// found is the ticket as the runs leave it.
func found(t *workflow.TicketFacts, runs []workflow.Run) *workflow.TicketFacts {
	if t == nil {
		return nil
	}
	left := *t
	for _, run := range runs {
		for _, e := range run.Result.Effects {
			if e.Ticket.ID == left.Ticket.ID {
				left.Ticket = e.Ticket
			}
		}
	}
	return &left
}
