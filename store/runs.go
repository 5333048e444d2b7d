package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

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

// RunQuery chooses runs; zero fields do not narrow.
type RunQuery struct {
	Workflow desk.ID
	TicketID int64
	Before   int64 // only runs of a lower RunRow.ID
	Limit    int
}

// RunRow is a run in a list.
type RunRow struct {
	ID           int64
	PublicID     desk.ID
	WorkflowID   desk.ID
	WorkflowName string
	Version      int
	TicketNumber int64
	Event        desk.EventName
	Outcome      workflow.Outcome
	Why          string
	StartedAt    time.Time
	Took         time.Duration
}

// RunDetail is a run with its trace and the event that started it.
type RunDetail struct {
	RunRow
	Steps []workflow.StepTrace
	Event workflow.Event
}

const runColumns = `
	r.id, r.public_id, w.public_id AS workflow_public_id, w.name AS workflow_name, r.version,
	t.number, e.name AS event_name, r.outcome, r.why, r.started_at, r.took`

const runTables = `
	runs r
	JOIN workflows w ON w.id = r.workflow_id
	JOIN tickets t ON t.id = r.ticket_id
	JOIN events e ON e.id = r.event_id`

type runRow struct {
	ID           int64            `db:"id"`
	PublicID     desk.ID          `db:"public_id"`
	WorkflowID   desk.ID          `db:"workflow_public_id"`
	WorkflowName string           `db:"workflow_name"`
	Version      int              `db:"version"`
	Number       int64            `db:"number"`
	Event        desk.EventName   `db:"event_name"`
	Outcome      workflow.Outcome `db:"outcome"`
	Why          string           `db:"why"`
	StartedAt    micros           `db:"started_at"`
	Took         int64            `db:"took"`
}

func (r *runRow) run() RunRow {
	return RunRow{
		ID: r.ID, PublicID: r.PublicID, WorkflowID: r.WorkflowID, WorkflowName: r.WorkflowName, Version: r.Version,
		TicketNumber: r.Number, Event: r.Event, Outcome: r.Outcome, Why: r.Why,
		StartedAt: time.Time(r.StartedAt), Took: time.Duration(r.Took) * time.Microsecond,
	}
}

// Runs returns a page of runs, newest first.
func (s *Store) Runs(ctx context.Context, team int64, q RunQuery) ([]RunRow, error) {
	var where clauses
	where.add(`r.team_id = ?`, team)
	if !q.Workflow.IsZero() {
		where.add(`r.workflow_id = (SELECT id FROM workflows WHERE team_id = ? AND public_id = ?)`, team, q.Workflow)
	}
	if q.TicketID != 0 {
		where.add(`r.ticket_id = ?`, q.TicketID)
	}
	if q.Before != 0 {
		where.add(`r.id < ?`, q.Before)
	}
	var rows []runRow
	err := list(ctx, s.db, &rows, `
		SELECT `+runColumns+`
		FROM `+runTables+`
		WHERE `+where.text()+`
		ORDER BY r.id DESC
		LIMIT ?`, append(where.args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	runs := make([]RunRow, len(rows))
	for i := range rows {
		runs[i] = rows[i].run()
	}
	return runs, nil
}

// Run returns one run of the team with its steps, or a NotFound desk.Error.
func (s *Store) Run(ctx context.Context, team int64, id desk.ID) (RunDetail, error) {
	var row struct {
		runRow
		Steps      string  `db:"steps"`
		EventID    int64   `db:"event_id"`
		EventPub   desk.ID `db:"event_public_id"`
		TicketID   int64   `db:"ticket_id"`
		Properties string  `db:"properties"`
		EventAt    micros  `db:"event_at"`
	}
	err := get(ctx, s.db, &row, `
		SELECT `+runColumns+`, r.steps, r.event_id, e.public_id AS event_public_id, r.ticket_id, e.properties,
			e.created_at AS event_at
		FROM `+runTables+`
		WHERE r.team_id = ? AND r.public_id = ?`, team, id)
	if noRows(err) {
		return RunDetail{}, desk.Errorf(desk.NotFound, "There is no such run in this team.")
	}
	if err != nil {
		return RunDetail{}, fmt.Errorf("find run: %w", err)
	}
	event, err := (&eventRow{
		ID: row.EventID, PublicID: row.EventPub, TeamID: team, TicketID: row.TicketID, Name: row.Event,
		Properties: row.Properties, CreatedAt: row.EventAt,
	}).event()
	if err != nil {
		return RunDetail{}, err
	}
	detail := RunDetail{RunRow: row.run(), Event: *event}
	if err := json.Unmarshal([]byte(row.Steps), &detail.Steps); err != nil {
		return RunDetail{}, fmt.Errorf("read trace of run %s: %w", id, err)
	}
	return detail, nil
}
