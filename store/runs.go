package store

import (
	"context"
	"encoding/json"
	"fmt"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// saveRuns writes what was decided on one event: runs with their traces, their effects, and the
// reasons of the workflows that did not run.
func (s *Store) saveRuns(ctx context.Context, tx *tx, claim *workflow.Claim, runs []workflow.Run) error {
	var ran [][]any
	var effects []saved
	var skipped []Skipped
	for i := range runs {
		run := &runs[i]
		if run.Result.Outcome == workflow.NotTriggered {
			skipped = append(skipped, Skipped{Workflow: run.Workflow.Definition.Name, WorkflowID: run.Workflow.PublicID, Why: run.Result.Why})
			continue
		}
		row, err := runArgs(claim, run)
		if err != nil {
			return err
		}
		ran = append(ran, row)
		effects = append(effects, effectsOf(run)...)
	}
	err := tx.insertRows(ctx, `
		INSERT INTO runs (public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, why,
			steps, variables, started_at, took)
		VALUES `, ran)
	if err != nil {
		return fmt.Errorf("insert runs of event %d: %w", claim.Event.ID, err)
	}
	if err := s.saveEffects(ctx, tx, &claim.Ticket.Ticket, effects); err != nil {
		return err
	}
	return s.insertConsideration(ctx, tx, claim, skipped)
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
func (s *Store) saveEffects(ctx context.Context, tx *tx, claimed *desk.Ticket, effects []saved) error {
	last := map[int64]*desk.Ticket{}
	var touched []int64
	for _, e := range effects {
		if last[e.after.ID] == nil {
			touched = append(touched, e.after.ID)
		}
		last[e.after.ID] = e.after
	}
	for _, id := range touched {
		before := claimed
		if id != claimed.ID {
			t, err := s.findTicket(ctx, tx, `t.id = ?`, id)
			if err != nil {
				return err
			}
			before = &t
		}
		if err := saveTicket(ctx, tx, before, last[id]); err != nil {
			return err
		}
		s.announce(tx, last[id], effects)
	}
	return s.saveRecords(ctx, tx, effects)
}

func runArgs(claim *workflow.Claim, run *workflow.Run) ([]any, error) {
	steps, err := json.Marshal(run.Result.Steps)
	if err != nil {
		return nil, fmt.Errorf("encode trace: %w", err)
	}
	variables, err := json.Marshal(run.Result.Variables)
	if err != nil {
		return nil, fmt.Errorf("encode variables: %w", err)
	}
	return []any{
		run.ID, claim.Event.TeamID, run.Workflow.ID, run.Workflow.Version, claim.Event.ID, claim.Event.TicketID,
		run.Result.Outcome, run.Result.Why, string(steps), string(variables), run.Started, run.Took.Microseconds(),
	}, nil
}
