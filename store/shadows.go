package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// ShadowChange is a change of a field that a run made, or would have made.
type ShadowChange struct {
	Ticket int64      `json:"ticket"` // its number
	Field  desk.Field `json:"field"`
	Before any        `json:"before,omitempty"`
	After  any        `json:"after"`
}

// saveShadows records what muted versions would have done at the event, beside what the live ones did.
func (s *Store) saveShadows(ctx context.Context, tx *tx, d *decided) error {
	rows := make([][]any, len(d.shadows))
	for i, run := range d.shadows {
		live := []ShadowChange{}
		for _, other := range d.ran {
			if other.Workflow.ID == run.Workflow.ID {
				live = changesOf(other)
			}
		}
		muted := changesOf(run)
		texts := make([]string, 3)
		for j, v := range []any{run.Result.Steps, muted, live} {
			text, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("encode shadow run: %w", err)
			}
			texts[j] = string(text)
		}
		event := &d.claim.Event
		rows[i] = []any{
			run.ID, event.TeamID, run.Workflow.ID, run.Workflow.Version, event.ID, orNull(event.TicketID),
			run.Result.Outcome, run.Result.Why, texts[0], texts[1], texts[2], !sameChanges(muted, live), run.Started,
		}
	}
	err := tx.insertRows(ctx, `
		INSERT INTO shadow_runs (public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, why, steps,
			changes, live, differs, started_at)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert shadow runs of event %d: %w", d.claim.Event.ID, err)
	}
	return nil
}

func changesOf(run *workflow.Run) []ShadowChange {
	changes := []ShadowChange{}
	for _, e := range run.Result.Effects {
		for _, r := range e.Outcome.Changes {
			changes = append(changes, ShadowChange{Ticket: e.Ticket.Number, Field: r.Field, Before: r.Before, After: r.After})
		}
	}
	return changes
}

// sameChanges compares what became of each field in the end, in whatever steps.
func sameChanges(a, b []ShadowChange) bool {
	type place struct {
		ticket int64
		field  desk.Field
	}
	ends := func(changes []ShadowChange) map[place]any {
		last := map[place]any{}
		for _, c := range changes {
			last[place{c.Ticket, c.Field}] = c.After
		}
		return last
	}
	return reflect.DeepEqual(ends(a), ends(b))
}
