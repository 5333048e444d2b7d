package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// RunQuery chooses runs of a workflow, a ticket or both; zero fields do not narrow.
type RunQuery struct {
	Workflow desk.ID
	TicketID int64
	Number   int64 // of the ticket
	Outcome  workflow.Outcome
	Version  int
	Branch   Branch // only runs that took it; needs Workflow
	Since    time.Time
	Until    time.Time // before it
	Before   int64     // only runs after the one of this RunRow.ID in the list
	Limit    int
}

// RunRow is a run in a list.
type RunRow struct {
	ID           int64
	PublicID     desk.ID
	WorkflowID   desk.ID
	WorkflowName string
	Deleted      bool // the workflow is
	Version      int
	TicketNumber int64 // 0: the run has no ticket
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
	Wait  *workflow.Position // of a run that waits
	Held  bool               // it waits, and nothing wakes it before its workflow, which is paused, goes on
}

const runColumns = `
	r.id, r.public_id, w.public_id AS workflow_public_id, w.name AS workflow_name, w.deleted, r.version,
	COALESCE(t.number, 0) AS number, e.name AS event_name, r.outcome, r.why, r.started_at, r.took`

const runTables = `
	runs r
	JOIN workflows w ON w.id = r.workflow_id
	LEFT JOIN tickets t ON t.id = r.ticket_id
	JOIN events e ON e.id = r.event_id`

type runRow struct {
	ID           int64            `db:"id"`
	PublicID     desk.ID          `db:"public_id"`
	WorkflowID   desk.ID          `db:"workflow_public_id"`
	WorkflowName string           `db:"workflow_name"`
	Deleted      bool             `db:"deleted"`
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
		ID: r.ID, PublicID: r.PublicID, WorkflowID: r.WorkflowID, WorkflowName: r.WorkflowName, Deleted: r.Deleted, Version: r.Version,
		TicketNumber: r.Number, Event: r.Event, Outcome: r.Outcome, Why: r.Why,
		StartedAt: time.Time(r.StartedAt), Took: time.Duration(r.Took) * time.Microsecond,
	}
}

// Runs returns a page of runs, newest first.
func (s *Store) Runs(ctx context.Context, team int64, q RunQuery) ([]RunRow, error) {
	l := q.listing(team)
	if q.Before != 0 {
		if err := s.after(ctx, &l, team, q.Before); err != nil {
			return nil, err
		}
	}
	var rows []runRow
	if err := list(ctx, s.db, &rows, l.query(), append(l.where.args, q.Limit)...); err != nil {
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
		Position   string  `db:"position"`
		Held       bool    `db:"held"`
	}
	err := get(ctx, s.db, &row, `
		SELECT `+runColumns+`, r.steps, r.position, r.wake_at IS NULL AND NOT r.watching AS held, r.event_id, e.public_id AS event_public_id, COALESCE(r.ticket_id, 0) AS ticket_id, e.properties,
			e.created_at AS event_at
		FROM `+runTables+`
		WHERE r.team_id = ? AND r.public_id = ?`, team, id)
	if noRows(err) {
		return RunDetail{}, errNoRun()
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
	if detail.Steps, err = readTrace(row.Steps); err != nil {
		return RunDetail{}, fmt.Errorf("read trace of run %s: %w", id, err)
	}
	if row.Outcome != workflow.Waiting {
		return detail, nil
	}
	detail.Wait, detail.Held = &workflow.Position{}, row.Held
	if err := json.Unmarshal([]byte(row.Position), detail.Wait); err != nil {
		return RunDetail{}, fmt.Errorf("read position of run %s: %w", id, err)
	}
	return detail, nil
}
