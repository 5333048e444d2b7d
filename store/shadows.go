package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// ShadowChange is something that a run did, or would have done: a change of a field, or what it sent out, where Field is
// a workflow.OutwardKind and After says to whom and what.
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
		live, ended := []ShadowChange{}, true
		for _, other := range d.ran {
			if other.Workflow.ID == run.Workflow.ID {
				live, ended = changesOf(other, d.claim.Directory), other.Result.Outcome != workflow.Waiting
			}
		}
		muted := changesOf(run, d.claim.Directory)
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
			run.Result.Outcome, run.Result.Why, texts[0], texts[1], texts[2], ended && !sameChanges(muted, live), run.Started,
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

// compareResumed adds what a live run did after a wait to what a muted version, which never waits, is compared with.
func (s *Store) compareResumed(ctx context.Context, tx *tx, claim *workflow.Claim, run *workflow.Run) error {
	var row struct {
		ID      int64  `db:"id"`
		Changes string `db:"changes"`
		Live    string `db:"live"`
	}
	err := get(ctx, tx, &row, `
		SELECT id, changes, live
		FROM shadow_runs
		WHERE event_id = ? AND workflow_id = ?`, claim.Event.ID, run.Workflow.ID)
	if noRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read shadow of run %s: %w", run.ID, err)
	}
	var muted, live []ShadowChange
	for text, changes := range map[string]*[]ShadowChange{row.Changes: &muted, row.Live: &live} {
		if err := json.Unmarshal([]byte(text), changes); err != nil {
			return fmt.Errorf("read shadow run %d: %w", row.ID, err)
		}
	}
	live = append(live, changesOf(run, claim.Directory)...)
	text, err := json.Marshal(live)
	if err != nil {
		return fmt.Errorf("encode shadow run: %w", err)
	}
	differs := run.Result.Outcome != workflow.Waiting && !sameChanges(muted, live)
	_, err = tx.exec(ctx, `UPDATE shadow_runs SET live = ?, differs = ? WHERE id = ?`, string(text), differs, row.ID)
	if err != nil {
		return fmt.Errorf("compare shadow run %d: %w", row.ID, err)
	}
	return nil
}

func changesOf(run *workflow.Run, dir *workflow.Directory) []ShadowChange {
	changes := []ShadowChange{}
	for _, e := range run.Result.Effects {
		for _, r := range e.Outcome.Changes {
			if r.MessageID.IsZero() {
				changes = append(changes, ShadowChange{Ticket: e.Ticket.Number, Field: r.Field, Before: r.Before, After: r.After})
			}
		}
	}
	for _, o := range run.Result.Outward(dir) {
		changes = append(changes, ShadowChange{Field: desk.Field(o.Kind), After: strings.TrimSpace(o.To + "\n" + o.Text)})
	}
	return changes
}

// sameChanges compares what became of each field in the end, in whatever steps, and what was sent out in order.
func sameChanges(a, b []ShadowChange) bool { return maps.EqualFunc(endsOf(a), endsOf(b), sameEnd) }

type shadowPlace struct {
	ticket int64
	field  desk.Field
}

func endsOf(changes []ShadowChange) map[shadowPlace]string {
	ends := map[shadowPlace]string{}
	for _, c := range changes {
		text, err := json.Marshal(c.After)
		if err != nil { // nothing that a run does
			text = []byte(err.Error())
		}
		at := shadowPlace{c.Ticket, c.Field}
		if c.Ticket == 0 { // sent out: what came before is not undone
			ends[at] += string(text)
			continue
		}
		ends[at] = string(text)
	}
	return ends
}

// sameEnd lets times be a minute apart: a live run goes on some moments after its wait, a muted one at once.
func sameEnd(a, b string) bool {
	if a == b {
		return true
	}
	at, err := time.Parse(`"`+time.RFC3339Nano+`"`, a)
	if err != nil {
		return false
	}
	other, err := time.Parse(`"`+time.RFC3339Nano+`"`, b)
	return err == nil && at.Sub(other).Abs() <= time.Minute
}
