package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// saveRuns writes what was decided on one event: runs with their traces and all that they did, what runs in the shadow
// would have done, and the reasons of the workflows that did not run.
func (s *Store) saveRuns(ctx context.Context, tx *tx, claim *workflow.Claim, runs []workflow.Run) error {
	d := decided{claim: claim}
	for i := range runs {
		d.sort(&runs[i])
	}
	var effects []saved
	for _, run := range d.ran {
		effects = append(effects, effectsOf(run)...)
	}
	if err := s.saveEffects(ctx, tx, claim.Ticket, effects); err != nil {
		return err
	}
	if err := d.insertRuns(ctx, tx); err != nil {
		return err
	}
	for _, run := range d.ran {
		if err := s.saveOrders(ctx, tx, claim, run); err != nil {
			return err
		}
	}
	for _, run := range d.tripped {
		if err := s.trip(ctx, tx, claim, run); err != nil {
			return err
		}
	}
	if err := s.saveShadows(ctx, tx, &d); err != nil {
		return err
	}
	return s.insertConsideration(ctx, tx, claim, d.skipped)
}

// decided are the runs of one event by what becomes of them.
type decided struct {
	claim   *workflow.Claim
	ran     []*workflow.Run
	shadows []*workflow.Run
	tripped []*workflow.Run
	skipped []Skipped
}

func (d *decided) sort(run *workflow.Run) {
	w := run.Workflow
	switch {
	case w.Muted && run.Result.Outcome == workflow.NotTriggered:
	case w.Muted:
		d.shadows = append(d.shadows, run)
	case run.Result.Outcome == workflow.NotTriggered:
		d.skipped = append(d.skipped, Skipped{Workflow: w.Definition.Name, WorkflowID: w.PublicID, Why: run.Result.Why})
	case run.Result.Outcome == workflow.Tripped:
		d.tripped = append(d.tripped, run)
	default:
		d.ran = append(d.ran, run)
	}
}

func (d *decided) insertRuns(ctx context.Context, tx *tx) error {
	var rows [][]any
	for i, run := range d.ran {
		state, err := stateOf(run)
		if err != nil {
			return err
		}
		event := &d.claim.Event
		if state.watching && d.changesAfter(i) {
			state.wakeAt = run.Started // the row was not there yet to be woken
		}
		rows = append(rows, []any{
			run.ID, event.TeamID, run.Workflow.ID, run.Workflow.Version, event.ID, orNull(event.TicketID),
			run.Result.Outcome, run.Result.Why, state.steps, state.variables, state.position, state.wakeAt, state.watching,
			run.Result.LimitKey, run.Started, run.Took.Microseconds(),
		})
	}
	err := tx.insertRows(ctx, `
		INSERT INTO runs (public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, why, steps, variables,
			position, wake_at, watching, limit_key, started_at, took)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert runs of event %d: %w", d.claim.Event.ID, err)
	}
	return insertBranches(ctx, tx, d.ran)
}

// changesAfter reports whether runs after the i-th changed the ticket of the event.
func (d *decided) changesAfter(i int) bool {
	for _, run := range d.ran[i+1:] {
		for j := range run.Result.Effects {
			if run.Result.Effects[j].Ticket.ID == d.claim.Event.TicketID {
				return true
			}
		}
	}
	return false
}

// saveOrders queues what a run sends out, and notes whose turn it used up.
func (s *Store) saveOrders(ctx context.Context, tx *tx, claim *workflow.Claim, run *workflow.Run) error {
	team := claim.Event.TeamID
	jobs := make([]NewJob, len(run.Result.Jobs))
	for i, j := range run.Result.Jobs {
		jobs[i] = NewJob{
			Key: j.Key, Kind: j.Kind, Payload: j.Payload, WorkflowID: run.Workflow.ID, RunID: run.ID, StepID: j.StepID,
			TicketID: j.TicketID,
		}
	}
	if err := s.insertJobs(ctx, tx, team, jobs); err != nil {
		return err
	}
	for _, n := range run.Result.Notices {
		notice := NewNotice{UserIDs: n.UserIDs, Body: n.Text, WorkflowID: run.Workflow.ID, RunID: run.ID, TicketID: n.TicketID}
		if err := s.insertNotifications(ctx, tx, team, notice); err != nil {
			return err
		}
	}
	return saveTurns(ctx, tx, team, run.Result.Turns)
}

// effectsOf returns the accepted changes of a run; what each ticket was before is for saveEffects to know.
func effectsOf(run *workflow.Run) []saved {
	effects := make([]saved, len(run.Result.Effects))
	for i := range run.Result.Effects {
		e := &run.Result.Effects[i]
		by := desk.Actor{
			Kind: desk.ByWorkflow, Name: run.Workflow.Definition.Name,
			Step: desk.StepRef{
				WorkflowID: run.Workflow.ID, Version: run.Workflow.Version, RunID: run.ID, StepID: e.StepID,
			},
		}
		effects[i] = saved{after: &e.Ticket, by: by, outcome: e.Outcome}
	}
	return effects
}

// saveEffects leaves a record of every effect, and writes each ticket once, as the last effect left it.
func (s *Store) saveEffects(ctx context.Context, tx *tx, claimed *workflow.TicketFacts, effects []saved) error {
	last := map[int64]*desk.Ticket{}
	var touched []int64
	for _, e := range effects {
		if last[e.after.ID] == nil {
			touched = append(touched, e.after.ID)
		}
		last[e.after.ID] = e.after
	}
	for _, id := range touched {
		var before *desk.Ticket
		if claimed != nil && id == claimed.Ticket.ID {
			before = &claimed.Ticket
		} else {
			t, err := s.findTicket(ctx, tx, last[id].TeamID, `t.id = ?`, id)
			if err != nil {
				return err
			}
			before = &t
		}
		if err := saveTicket(ctx, tx, before, last[id]); err != nil {
			return err
		}
		if err := s.wakeWatchers(ctx, tx, id); err != nil {
			return err
		}
		if err := s.tellOfEffects(ctx, tx, before, last[id], effects); err != nil {
			return err
		}
		if err := s.mailUnread(ctx, tx, before, last[id]); err != nil {
			return err
		}
		s.announce(tx, last[id], effects)
	}
	return s.saveRecords(ctx, tx, effects)
}

// runState is how a run stands, as its row keeps it.
type runState struct {
	steps, variables, position string
	wakeAt                     time.Time
	watching                   bool
}

func stateOf(run *workflow.Run) (runState, error) {
	steps, err := json.Marshal(run.Result.Steps)
	if err != nil {
		return runState{}, fmt.Errorf("encode trace: %w", err)
	}
	variables, err := json.Marshal(run.Result.Variables)
	if err != nil {
		return runState{}, fmt.Errorf("encode variables: %w", err)
	}
	state := runState{steps: string(steps), variables: string(variables)}
	if run.Result.Wait == nil {
		return state, nil
	}
	position, err := json.Marshal(run.Result.Wait)
	if err != nil {
		return runState{}, fmt.Errorf("encode position: %w", err)
	}
	state.position = string(position)
	state.wakeAt, state.watching = run.Result.Wait.WakeAt(), run.Result.Wait.Watch
	return state, nil
}
