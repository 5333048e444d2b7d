package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// DeliveryState is the word for how far a delivery has come, for those who know nothing of jobs.
type DeliveryState = job.State

// DeliveryQuery chooses deliveries; zero fields do not narrow.
type DeliveryQuery struct {
	State  DeliveryState
	Before int64 // only those of a lower Delivery.ID
	Limit  int
}

// Delivery is a job as people see it: without its secrets.
type Delivery struct {
	ID           int64
	PublicID     desk.ID
	Kind         job.Kind
	State        job.State
	Shown        job.Public
	WorkflowID   desk.ID // zero: it came from no workflow
	WorkflowName string
	RunID        desk.ID
	TicketNumber int64  // of what it is about, else of its run; 0: none, or one that is gone
	Attempts     int    // since somebody asked for a retry, if somebody did
	Error        string // of the latest attempt, "" when it succeeded
	DueAt        time.Time
	CreatedAt    time.Time
	DoneAt       time.Time // when it was done, had failed or was cancelled, zero while it is pending
}

// DeliveryDetail is a delivery with its latest attempts, newest first.
type DeliveryDetail struct {
	Delivery
	Log []job.Attempt
}

const deliveryColumns = `
	j.id, j.public_id, j.kind, j.state, j.shown, w.public_id AS workflow_public_id, COALESCE(w.name, '') AS workflow_name,
	j.run_id, COALESCE(t.number, 0) AS number, j.attempts, j.error, j.due_at, j.created_at, j.done_at`

const deliveryTables = `
	jobs j
	LEFT JOIN workflows w ON w.id = j.workflow_id
	LEFT JOIN runs r ON r.public_id = j.run_id
	LEFT JOIN tickets t ON t.id = COALESCE(j.ticket_id, r.ticket_id)`

type deliveryRow struct {
	ID           int64     `db:"id"`
	PublicID     desk.ID   `db:"public_id"`
	Kind         job.Kind  `db:"kind"`
	State        job.State `db:"state"`
	Shown        string    `db:"shown"`
	WorkflowID   desk.ID   `db:"workflow_public_id"`
	WorkflowName string    `db:"workflow_name"`
	RunID        desk.ID   `db:"run_id"`
	Number       int64     `db:"number"`
	Attempts     int       `db:"attempts"`
	Error        string    `db:"error"`
	DueAt        micros    `db:"due_at"`
	CreatedAt    micros    `db:"created_at"`
	DoneAt       micros    `db:"done_at"`
}

func (r *deliveryRow) delivery() (Delivery, error) {
	d := Delivery{
		ID: r.ID, PublicID: r.PublicID, Kind: r.Kind, State: r.State, WorkflowID: r.WorkflowID,
		WorkflowName: r.WorkflowName, RunID: r.RunID, TicketNumber: r.Number, Attempts: r.Attempts, Error: r.Error,
		DueAt: time.Time(r.DueAt), CreatedAt: time.Time(r.CreatedAt), DoneAt: time.Time(r.DoneAt),
	}
	if err := json.Unmarshal([]byte(r.Shown), &d.Shown); err != nil {
		return Delivery{}, fmt.Errorf("read what is shown of job %d: %w", r.ID, err)
	}
	return d, nil
}

// Deliveries returns a page of a team's deliveries, newest first.
func (s *Store) Deliveries(ctx context.Context, team int64, q DeliveryQuery) ([]Delivery, error) {
	var where clauses
	where.add(`j.team_id = ?`, team)
	switch q.State {
	case job.Pending, job.Failed, job.Cancelled:
		where.add(`j.state <> 'done' AND j.state = ?`, string(q.State)) // the first half names the index
	case job.Done:
		where.add(`j.state = 'done'`)
	case "":
	default:
		return nil, desk.FieldErrorf("state", "There is no state %.20q. Choose one from the list.", string(q.State))
	}
	if q.Before != 0 {
		where.add(`j.id < ?`, q.Before)
	}
	var rows []deliveryRow
	err := list(ctx, s.db, &rows, `
		SELECT `+deliveryColumns+`
		FROM `+deliveryTables+`
		WHERE `+where.text()+`
		ORDER BY j.id DESC
		LIMIT ?`, append(where.args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list deliveries of team %d: %w", team, err)
	}
	deliveries := make([]Delivery, len(rows))
	for i := range rows {
		if deliveries[i], err = rows[i].delivery(); err != nil {
			return nil, err
		}
	}
	return deliveries, nil
}

// mostLogged is how many attempts of a delivery are shown: those of several retries.
const mostLogged = 50

// Delivery returns one delivery of the team with its attempts, or a NotFound desk.Error.
func (s *Store) Delivery(ctx context.Context, team int64, id desk.ID) (DeliveryDetail, error) {
	var row deliveryRow
	err := get(ctx, s.db, &row, `
		SELECT `+deliveryColumns+`
		FROM `+deliveryTables+`
		WHERE j.team_id = ? AND j.public_id = ?`, team, id)
	if noRows(err) {
		return DeliveryDetail{}, errNoDelivery()
	}
	if err != nil {
		return DeliveryDetail{}, fmt.Errorf("find delivery: %w", err)
	}
	d, err := row.delivery()
	if err != nil {
		return DeliveryDetail{}, err
	}
	log, err := s.attempts(ctx, d.ID)
	return DeliveryDetail{Delivery: d, Log: log}, err
}

func errNoDelivery() error {
	return desk.Errorf(desk.NotFound, "There is no such delivery in this team.")
}

func (s *Store) attempts(ctx context.Context, jobID int64) ([]job.Attempt, error) {
	var rows []struct {
		StartedAt micros `db:"started_at"`
		Took      int64  `db:"took"`
		Status    int    `db:"status"`
		Error     string `db:"error"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT started_at, took, status, error
		FROM job_attempts
		WHERE job_id = ?
		ORDER BY started_at DESC
		LIMIT ?`, jobID, mostLogged)
	if err != nil {
		return nil, fmt.Errorf("list attempts of job %d: %w", jobID, err)
	}
	log := make([]job.Attempt, len(rows))
	for i, r := range rows {
		log[i] = job.Attempt{
			StartedAt: time.Time(r.StartedAt), Took: time.Duration(r.Took) * time.Microsecond, Status: r.Status, Error: r.Error,
		}
	}
	return log, nil
}

// RetryJob gives a failed job of the team all its attempts again, under the same key. One that has not failed is left
// alone.
func (s *Store) RetryJob(ctx context.Context, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var state job.State
		err := get(ctx, tx, &state, `SELECT state FROM jobs WHERE team_id = ? AND public_id = ?`+s.forUpdate(), team, id)
		if noRows(err) {
			return errNoDelivery()
		}
		if err != nil {
			return fmt.Errorf("read job %s: %w", id, err)
		}
		if state != job.Failed {
			return nil
		}
		_, err = tx.exec(ctx, `
			UPDATE jobs
			SET state = 'pending', attempts = 0, due_at = ?, done_at = NULL
			WHERE team_id = ? AND public_id = ?`, s.now(), team, id)
		if err != nil {
			return fmt.Errorf("retry job %s: %w", id, err)
		}
		tx.after(s.rouseJobs)
		return nil
	})
}
