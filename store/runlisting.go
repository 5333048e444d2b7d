package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// runListing is how a page of runs is read: along the index of whatever lets few runs through.
type runListing struct {
	from    string // holds r, the runs
	at, tie string // the columns of the order: when the run began, and one for runs of the same moment
	where   clauses
}

// listing reads along the log of a ticket, else of a path or an outcome, else of the workflow.
func (q *RunQuery) listing(team int64) runListing {
	l := runListing{from: runTables, at: `r.started_at`, tie: `r.id`}
	l.where.add(`r.team_id = ?`, team)
	if q.TicketID != 0 {
		l.where.add(`r.ticket_id = ?`, q.TicketID)
	}
	if q.Number != 0 {
		l.where.add(`r.ticket_id = (SELECT id FROM tickets WHERE team_id = ? AND number = ?)`, team, q.Number)
	}
	if !q.Workflow.IsZero() {
		l.ofWorkflow(team, q)
	}
	if q.Outcome != "" {
		l.where.add(`r.outcome = ?`, q.Outcome)
	}
	if q.rareOutcome() {
		l.where.add(`r.outcome <> 'completed'`) // or SQLite would not use runs_outcome
	}
	if q.Version != 0 {
		l.where.add(`r.version = ?`, q.Version)
	}
	if !q.Since.IsZero() {
		l.where.add(l.at+` >= ?`, q.Since)
	}
	if !q.Until.IsZero() {
		l.where.add(l.at+` < ?`, q.Until)
	}
	return l
}

func (q *RunQuery) ofTicket() bool { return q.TicketID != 0 || q.Number != 0 }

func (q *RunQuery) rareOutcome() bool { return q.Outcome != "" && q.Outcome != workflow.Completed }

const workflowOf = `(SELECT id FROM workflows WHERE team_id = ? AND public_id = ?)`

func (l *runListing) ofWorkflow(team int64, q *RunQuery) {
	switch {
	case q.Branch.StepID != "" && !q.ofTicket() && !q.rareOutcome():
		l.from, l.at, l.tie = `run_branches b CROSS JOIN `+runTables, `b.started_at`, `b.run_id`
		l.where.add(`r.public_id = b.run_id AND b.step_id = ? AND b.branch = ?`, q.Branch.StepID, q.Branch.Exit)
		l.where.add(`b.workflow_id = `+workflowOf, team, q.Workflow)
		return
	case q.ofTicket():
		l.where.add(`r.workflow_id + 0 = `+workflowOf, team, q.Workflow) // a sum stands in no index: the ticket's has fewer
	default:
		l.where.add(`r.workflow_id = `+workflowOf, team, q.Workflow)
	}
	if q.Branch.StepID != "" {
		l.where.add(`EXISTS (
			SELECT 1
			FROM run_branches b
			WHERE b.workflow_id = r.workflow_id AND b.step_id = ? AND b.branch = ?
				AND b.started_at = r.started_at AND b.run_id = r.public_id)`, q.Branch.StepID, q.Branch.Exit)
	}
}

func (l *runListing) query() string {
	return `
		SELECT ` + runColumns + `
		FROM ` + l.from + `
		WHERE ` + l.where.text() + `
		ORDER BY ` + l.at + ` DESC, ` + l.tie + ` DESC
		LIMIT ?`
}

// after makes the listing go on behind a run.
func (s *Store) after(ctx context.Context, l *runListing, team, id int64) error {
	var last struct {
		PublicID  desk.ID `db:"public_id"`
		StartedAt micros  `db:"started_at"`
	}
	err := get(ctx, s.db, &last, `SELECT public_id, started_at FROM runs WHERE team_id = ? AND id = ?`, team, id)
	if noRows(err) {
		return errNoRun()
	}
	if err != nil {
		return fmt.Errorf("find run %d: %w", id, err)
	}
	tie := any(id)
	if l.tie != `r.id` {
		tie = last.PublicID
	}
	l.where.add(`(`+l.at+`, `+l.tie+`) < (?, ?)`, time.Time(last.StartedAt), tie)
	return nil
}

func errNoRun() error { return desk.Errorf(desk.NotFound, "There is no such run in this team.") }
