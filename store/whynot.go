package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Answer says what became of one workflow at one event.
type Answer struct {
	Workflow   string
	WorkflowID desk.ID
	Run        desk.ID          // that the event started; zero: none
	Outcome    workflow.Outcome // of it; "" without one
	Muted      bool             // the version runs in the shadow
	Why        string           // for people: why it did not run, or how its run stands
}

// Answers are those of all the workflows that are on, in the admin's order.
type Answers struct {
	Event   workflow.Event
	Answers []Answer
}

// WhyNot answers, for each of the latest events of a ticket, newest first, for every workflow of the team that is on:
// that it ran, or why it did not.
func (s *Store) WhyNot(ctx context.Context, team, ticketID int64, limit int) ([]Answers, error) {
	rules, err := s.latestRules(ctx, team)
	if err != nil {
		return nil, err
	}
	a := asking{store: s, rules: rules, programs: map[int64]*workflow.Program{}}
	if err := a.read(ctx, team, ticketID, limit); err != nil {
		return nil, err
	}
	if a.since, err = s.liveSince(ctx, team); err != nil {
		return nil, err
	}
	var out []Answers
	for i := range a.events {
		e, err := a.events[i].event()
		if err != nil {
			return nil, err
		}
		if a.events[i].copied() {
			continue
		}
		answers := Answers{Event: *e}
		for _, w := range rules.ordered() {
			answers.Answers = append(answers.Answers, a.answer(&a.events[i], e, &w))
		}
		out = append(out, answers)
		if len(out) == limit {
			break
		}
	}
	return out, nil
}

// ordered are the workflows that are on, each once: the live version where there is one.
func (r *rules) ordered() []workflow.Workflow {
	var out []workflow.Workflow
	for _, w := range r.all {
		if n := len(out); n > 0 && out[n-1].ID == w.ID { // the muted one comes first
			out[n-1] = w
			continue
		}
		out = append(out, w)
	}
	return out
}

// asking is what is known of a ticket's latest events.
type asking struct {
	store    *Store
	rules    *rules
	events   []askedRow
	runs     map[int64]map[int64]askedRun // of an event, by workflow
	skipped  map[int64]map[desk.ID]string // the recorded reasons
	since    map[int64]time.Time          // when a workflow's version was published
	programs map[int64]*workflow.Program
}

type askedRow struct {
	eventRow
	State string `db:"state"`
}

// copied reports whether the event repeats another one for one workflow: kept while it is tripped, or run again.
func (r *askedRow) copied() bool {
	forOne := r.Name == workflow.ManualRun || r.Name == workflow.ScheduledRun || r.Name == workflow.HookCalled
	return r.WorkflowID != 0 && !forOne
}

type askedRun struct {
	EventID    int64            `db:"event_id"`
	WorkflowID int64            `db:"workflow_id"`
	PublicID   desk.ID          `db:"public_id"`
	Outcome    workflow.Outcome `db:"outcome"`
	Why        string           `db:"why"`
}

// read takes more events than are asked for, as some may be copies.
func (a *asking) read(ctx context.Context, team, ticketID int64, limit int) error {
	const copies = 3
	err := list(ctx, a.store.db, &a.events, `
		SELECT `+eventColumns+`, state
		FROM events
		WHERE team_id = ? AND ticket_id = ?
		ORDER BY id DESC
		LIMIT ?`, team, ticketID, copies*limit)
	if err != nil {
		return fmt.Errorf("list events of ticket %d: %w", ticketID, err)
	}
	if len(a.events) == 0 {
		return nil
	}
	oldest := a.events[len(a.events)-1].ID
	var runs []askedRun
	err = list(ctx, a.store.db, &runs, `
		SELECT r.event_id, r.workflow_id, r.public_id, r.outcome, r.why
		FROM events e
		JOIN runs r ON r.event_id = e.id
		WHERE e.team_id = ? AND e.ticket_id = ? AND e.id >= ?`, team, ticketID, oldest)
	if err != nil {
		return fmt.Errorf("list runs of ticket %d: %w", ticketID, err)
	}
	a.runs = map[int64]map[int64]askedRun{}
	for _, r := range runs {
		if a.runs[r.EventID] == nil {
			a.runs[r.EventID] = map[int64]askedRun{}
		}
		a.runs[r.EventID][r.WorkflowID] = r
	}
	return a.readSkipped(ctx, ticketID, oldest)
}

func (a *asking) readSkipped(ctx context.Context, ticketID, oldest int64) error {
	var rows []struct {
		EventID int64  `db:"event_id"`
		Skipped string `db:"skipped"`
	}
	err := list(ctx, a.store.db, &rows, `
		SELECT event_id, skipped
		FROM considerations
		WHERE ticket_id = ? AND event_id >= ?`, ticketID, oldest)
	if err != nil {
		return fmt.Errorf("list reasons of ticket %d: %w", ticketID, err)
	}
	a.skipped = map[int64]map[desk.ID]string{}
	for _, r := range rows {
		var skipped []Skipped
		if err := json.Unmarshal([]byte(r.Skipped), &skipped); err != nil {
			return fmt.Errorf("read reasons of event %d: %w", r.EventID, err)
		}
		a.skipped[r.EventID] = map[desk.ID]string{}
		for _, s := range skipped {
			a.skipped[r.EventID][s.WorkflowID] = s.Why
		}
	}
	return nil
}

// liveSince is when the versions that run now were published.
func (s *Store) liveSince(ctx context.Context, team int64) (map[int64]time.Time, error) {
	var rows []struct {
		ID          int64  `db:"id"`
		PublishedAt micros `db:"published_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT w.id, v.published_at
		FROM workflows w
		JOIN workflow_versions v ON v.workflow_id = w.id AND v.version = w.version
		WHERE w.team_id = ?`, team)
	if err != nil {
		return nil, fmt.Errorf("list versions of team %d: %w", team, err)
	}
	since := map[int64]time.Time{}
	for _, r := range rows {
		since[r.ID] = time.Time(r.PublishedAt)
	}
	return since, nil
}

// answer is what became of a workflow at an event; what the event's own rows do not say, its copies do.
func (a *asking) answer(row *askedRow, e *workflow.Event, w *workflow.Workflow) Answer {
	out := Answer{Workflow: w.Definition.Name, WorkflowID: w.PublicID, Muted: w.Muted}
	if run, ok := a.runs[row.ID][w.ID]; ok {
		out.Run, out.Outcome, out.Why = run.PublicID, run.Outcome, run.Why
	}
	for i := range a.events {
		other := &a.events[i]
		if !other.copied() || other.WorkflowID != w.ID || other.Name != row.Name || other.CreatedAt != row.CreatedAt {
			continue
		}
		if run, ok := a.runs[other.ID][w.ID]; ok {
			out.Run, out.Outcome, out.Why = run.PublicID, run.Outcome, run.Why
			return out
		}
		if other.State == "held" && out.Run.IsZero() {
			out.Why = "The workflow is paused for going over a limit. The event is kept for it."
			return out
		}
	}
	if out.Run.IsZero() {
		out.Why = a.whyNot(row, e, w)
	}
	return out
}

func (a *asking) whyNot(row *askedRow, e *workflow.Event, w *workflow.Workflow) string {
	recorded, ok := a.skipped[row.ID][w.PublicID]
	switch {
	case ok:
		return recorded
	case row.WorkflowID != 0 && row.WorkflowID != w.ID:
		return "The event was for another workflow alone."
	case row.State == "held":
		return "The workflow is paused for going over a limit. The event is kept for it."
	case row.State == "pending":
		return "The event has not been processed yet."
	case row.State == "parked":
		return "The event could not be processed: it is parked until somebody tries again."
	}
	switch starts, why := a.starts(e, w); {
	case !starts:
		return why
	case w.Muted:
		return "It runs muted: what it would have done is recorded, and not done."
	case a.since[w.ID].After(e.At):
		return "Its version was published later. It would start on this event now."
	}
	return "It was switched off then. It would start on this event now."
}

// starts asks the trigger of the version of today.
func (a *asking) starts(e *workflow.Event, w *workflow.Workflow) (bool, string) {
	if w.Broken != "" {
		return false, w.Broken
	}
	if !slices.Contains(w.Definition.Trigger.Names(), e.Name) {
		return false, "It does not start on this event." // which people know by another name than the workflow's file
	}
	program, ok := a.programs[w.ID]
	if !ok {
		var err error
		if program, err = workflow.Compile(*w); err != nil {
			return false, err.Error()
		}
		a.programs[w.ID] = program
	}
	r := program.Evaluate(workflow.Facts{Event: *e, Now: e.At, Directory: a.rules.directory})
	return r.Need != nil || r.Outcome != workflow.NotTriggered, r.Why
}
