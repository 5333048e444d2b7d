package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// BacktestState is where a backtest stands.
type BacktestState string

// The states of a backtest.
const (
	BacktestQueued    BacktestState = "queued"    // set by StartBacktest
	BacktestRunning   BacktestState = "running"   // a process is at it
	BacktestDone      BacktestState = "done"      // it has a result
	BacktestCancelled BacktestState = "cancelled" // somebody did not want it any more
	BacktestFailed    BacktestState = "failed"    // Error says why
)

// Open reports whether the backtest is still going to change.
func (s BacktestState) Open() bool { return s == BacktestQueued || s == BacktestRunning }

// Backtest is a draft that was, or is being, tried on the events of the last days.
type Backtest struct {
	PublicID    desk.ID
	Days        int
	State       BacktestState
	Done, Total int // events
	Error       string
	By          string // who started it
	StartedAt   time.Time
	EndedAt     time.Time
	Definition  workflow.Definition     // what was tried
	Moved       bool                    // the draft says something else by now
	Result      workflow.BacktestResult // of one that is done
}

type backtestRow struct {
	PublicID   desk.ID       `db:"public_id"`
	Days       int           `db:"days"`
	State      BacktestState `db:"state"`
	Done       int           `db:"done"`
	Total      int           `db:"total"`
	Error      string        `db:"error"`
	By         string        `db:"by_name"`
	StartedAt  micros        `db:"started_at"`
	EndedAt    micros        `db:"ended_at"`
	Definition string        `db:"definition"`
	Draft      string        `db:"draft"`
	Result     string        `db:"result"`
}

const (
	backtestColumns = `b.public_id, b.days, b.state, b.done, b.total, b.error, COALESCE(u.name, '') AS by_name, b.started_at, b.ended_at`
	backtestTables  = `
		backtests b
		JOIN workflows w ON w.id = b.workflow_id
		LEFT JOIN users u ON u.id = b.started_by`
)

func (r *backtestRow) backtest() Backtest {
	return Backtest{
		PublicID: r.PublicID, Days: r.Days, State: r.State, Done: r.Done, Total: r.Total, Error: r.Error, By: r.By,
		StartedAt: time.Time(r.StartedAt), EndedAt: time.Time(r.EndedAt), Moved: r.Definition != r.Draft,
	}
}

// StartBacktest queues a backtest of a workflow's draft over the last days; RunBacktests does it. While there is one
// that is not over, it is a Conflict. A draft that cannot run comes back as workflow.Problems.
func (s *Store) StartBacktest(ctx context.Context, by desk.Actor, team int64, id desk.ID, days int) (desk.ID, error) {
	if days < 1 || days > MaxBacktestDays {
		return desk.ID{}, desk.FieldErrorf("days", "A backtest goes back 1 to %d days. Choose a number of days in between.", MaxBacktestDays)
	}
	started := s.newID()
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		if _, err := s.publishable(ctx, tx, team, row.Draft); err != nil {
			return err
		}
		var open bool
		err = get(ctx, tx, &open, `
			SELECT EXISTS (SELECT 1 FROM backtests WHERE workflow_id = ? AND state IN (?, ?))`, row.ID, BacktestQueued, BacktestRunning)
		if err != nil {
			return fmt.Errorf("look for backtests of workflow %d: %w", row.ID, err)
		}
		if open {
			return desk.Errorf(desk.Conflict, "A backtest of this workflow is under way already. Wait for it, or cancel it first.")
		}
		_, err = tx.exec(ctx, `
			INSERT INTO backtests (public_id, team_id, workflow_id, definition, days, started_by, started_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, started, team, row.ID, row.Draft, days, by.ID, s.now())
		if err != nil {
			return fmt.Errorf("insert backtest of workflow %d: %w", row.ID, err)
		}
		tx.after(s.rouseBacktests)
		return nil
	})
	return started, err
}

// CancelBacktest ends the backtest of a workflow that is not over; whoever runs it notices within a second. Without
// one, nothing happens.
func (s *Store) CancelBacktest(ctx context.Context, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE backtests
			SET state = ?, ended_at = ?
			WHERE workflow_id = ? AND state IN (?, ?)`, BacktestCancelled, s.now(), row.ID, BacktestQueued, BacktestRunning)
		if err != nil {
			return fmt.Errorf("cancel backtest of workflow %d: %w", row.ID, err)
		}
		return nil
	})
}

// Backtests lists up to limit backtests of a workflow, the newest first, without what they tried and found.
func (s *Store) Backtests(ctx context.Context, team int64, id desk.ID, limit int) ([]Backtest, error) {
	var rows []backtestRow
	err := list(ctx, s.db, &rows, `
		SELECT `+backtestColumns+`
		FROM `+backtestTables+`
		WHERE w.team_id = ? AND w.public_id = ?
		ORDER BY b.id DESC
		LIMIT ?`, team, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list backtests of workflow %s: %w", id, err)
	}
	out := make([]Backtest, len(rows))
	for i := range rows {
		out[i] = rows[i].backtest()
	}
	return out, nil
}

// Backtest returns one backtest of a workflow.
func (s *Store) Backtest(ctx context.Context, team int64, id, backtest desk.ID) (Backtest, error) {
	var row backtestRow
	err := get(ctx, s.db, &row, `
		SELECT `+backtestColumns+`, b.definition, w.draft, b.result
		FROM `+backtestTables+`
		WHERE w.team_id = ? AND w.public_id = ? AND b.public_id = ?`, team, id, backtest)
	if noRows(err) {
		return Backtest{}, desk.Errorf(desk.NotFound, "There is no such backtest of this workflow.")
	}
	if err != nil {
		return Backtest{}, fmt.Errorf("read backtest %s: %w", backtest, err)
	}
	b := row.backtest()
	if b.Definition, err = readDefinition(row.Definition); err != nil {
		return Backtest{}, fmt.Errorf("definition of backtest %s: %w", backtest, err)
	}
	if err := json.Unmarshal([]byte(row.Result), &b.Result); err != nil {
		return Backtest{}, fmt.Errorf("read result of backtest %s: %w", backtest, err)
	}
	return b, nil
}
