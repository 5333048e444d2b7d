package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const (
	backtestsAtOnce = 2 // of one process
	backtestPace    = 500 * time.Millisecond
	backtestLook    = 5 * time.Second // how late another process's queue is noticed
	backtestSilence = time.Minute     // after which the process that ran one is taken for dead
	stoppedText     = "The server was stopped."
)

// RunBacktests does the backtests that are queued until ctx ends, and waits for those under way; they have failed
// then. Those that a process left behind when it died have failed too.
func (s *Store) RunBacktests(ctx context.Context) error {
	silence := backtestSilence
	if s.config.Database == "" {
		silence = 0 // there is one server at a time
	}
	if err := s.failSilentBacktests(ctx, silence); err != nil {
		return err
	}
	var group sync.WaitGroup
	for range backtestsAtOnce {
		group.Go(func() { s.workOnBacktests(ctx) })
	}
	group.Wait()
	return nil
}

// rouseBacktests tells one of the workers of this process that there is something to do.
func (s *Store) rouseBacktests() {
	select {
	case s.backtestWakes <- struct{}{}:
	default:
	}
}

func (s *Store) workOnBacktests(ctx context.Context) {
	look := time.NewTicker(backtestLook)
	defer look.Stop()
	for {
		more, err := s.nextBacktest(ctx)
		if err != nil && ctx.Err() == nil {
			s.config.Log.ErrorContext(ctx, "run backtests", "error", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-s.backtestWakes:
		case <-look.C:
			if err := s.failSilentBacktests(ctx, backtestSilence); err != nil && ctx.Err() == nil {
				s.config.Log.ErrorContext(ctx, "look for dead backtests", "error", err)
			}
		}
	}
}

// nextBacktest does the oldest of the queue and reports whether there was one.
func (s *Store) nextBacktest(ctx context.Context) (bool, error) {
	claimed, err := s.claimBacktest(ctx)
	if err != nil || claimed == nil {
		return false, err
	}
	s.rouseBacktests() // the other worker: there may be more
	return true, s.runBacktest(ctx, claimed)
}

// claimedBacktest is one that this process runs.
type claimedBacktest struct {
	ID         int64   `db:"id"`
	TeamID     int64   `db:"team_id"`
	Workflow   desk.ID `db:"workflow"`
	Definition string  `db:"definition"`
	Days       int     `db:"days"`

	done, total atomic.Int64
}

func (s *Store) claimBacktest(ctx context.Context) (*claimedBacktest, error) {
	var waiting bool
	err := get(ctx, s.db, &waiting, `SELECT EXISTS (SELECT 1 FROM backtests WHERE state = 'queued')`)
	if err != nil {
		return nil, fmt.Errorf("look for backtests: %w", err)
	}
	if !waiting {
		return nil, nil
	}
	var claimed *claimedBacktest
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		claimed = &claimedBacktest{}
		lock := s.forUpdate()
		if lock != "" {
			lock += ` OF b SKIP LOCKED`
		}
		err := get(ctx, tx, claimed, `
			SELECT b.id, b.team_id, w.public_id AS workflow, b.definition, b.days
			FROM backtests b
			JOIN workflows w ON w.id = b.workflow_id
			WHERE b.state = 'queued'
			ORDER BY b.id
			LIMIT 1`+lock)
		if noRows(err) {
			claimed = nil
			return nil
		}
		if err != nil {
			return fmt.Errorf("claim backtest: %w", err)
		}
		_, err = tx.exec(ctx, `UPDATE backtests SET state = ?, seen_at = ? WHERE id = ?`, BacktestRunning, s.now(), claimed.ID)
		if err != nil {
			return fmt.Errorf("claim backtest %d: %w", claimed.ID, err)
		}
		return nil
	})
	return claimed, err
}

var errBacktestOver = errors.New("the backtest is not running any more")

// runBacktest replays the past while its progress is written beside; that also finds out when it was cancelled.
func (s *Store) runBacktest(ctx context.Context, b *claimedBacktest) error {
	running, end := context.WithCancelCause(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { s.followBacktest(running, b, end) })
	result, err := s.tryBacktest(running, b)
	cancelled := errors.Is(context.Cause(running), errBacktestOver)
	end(nil)
	beside.Wait()
	if cancelled {
		return nil
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // drivers have words of their own for it
	}
	ctx, letGo := context.WithTimeout(context.WithoutCancel(ctx), backtestSilence) // what came of it is kept in any case
	defer letGo()
	if err != nil {
		return s.failBacktest(ctx, b, err)
	}
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encode result of backtest %d: %w", b.ID, err)
	}
	return s.endBacktest(ctx, b, ending{state: BacktestDone, result: string(text)})
}

func (s *Store) tryBacktest(ctx context.Context, b *claimedBacktest) (workflow.BacktestResult, error) {
	d, err := readDefinition(b.Definition)
	if err != nil {
		return workflow.BacktestResult{}, fmt.Errorf("definition of backtest %d: %w", b.ID, err)
	}
	return s.ReplayPast(ctx, Replay{
		Team: b.TeamID, Definition: d, Instead: b.Workflow, Days: b.Days,
		Progress: func(done, total int) {
			b.done.Store(int64(done))
			b.total.Store(int64(total))
		},
	})
}

// followBacktest writes twice a second how far it is.
func (s *Store) followBacktest(ctx context.Context, b *claimedBacktest, end context.CancelCauseFunc) {
	tick := time.NewTicker(backtestPace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		running := true
		err := s.write(ctx, func(ctx context.Context, tx *tx) error {
			n, err := tx.exec(ctx, `
				UPDATE backtests
				SET done = ?, total = ?, seen_at = ?
				WHERE id = ? AND state = ?`, b.done.Load(), b.total.Load(), s.now(), b.ID, BacktestRunning)
			running = n > 0
			return err
		})
		if err == nil && !running {
			end(errBacktestOver)
			return
		}
	}
}

// failBacktest records why a backtest came to nothing; what is ours goes to the log.
func (s *Store) failBacktest(ctx context.Context, b *claimedBacktest, cause error) error {
	e := ending{state: BacktestFailed, why: "Something went wrong here. The log of the server says more."}
	var problems workflow.Problems
	var told *desk.Error
	switch {
	case errors.Is(cause, context.Canceled):
		e.why = stoppedText
	case errors.As(cause, &problems), errors.As(cause, &told):
		e.why = cause.Error()
	default:
		s.config.Log.ErrorContext(ctx, "backtest", "backtest", b.ID, "error", cause)
	}
	return s.endBacktest(ctx, b, e)
}

// ending is what became of a backtest.
type ending struct {
	state  BacktestState
	result string
	why    string
}

func (s *Store) endBacktest(ctx context.Context, b *claimedBacktest, e ending) error {
	if e.result == "" {
		e.result = "{}"
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE backtests
			SET state = ?, result = ?, error = ?, done = ?, total = ?, ended_at = ?
			WHERE id = ? AND state = ?`,
			e.state, e.result, e.why, b.done.Load(), b.total.Load(), s.now(), b.ID, BacktestRunning)
		if err != nil {
			return fmt.Errorf("end backtest %d: %w", b.ID, err)
		}
		return nil
	})
}

// failSilentBacktests ends those of which nobody has said for so long that they are being run.
func (s *Store) failSilentBacktests(ctx context.Context, silence time.Duration) error {
	var silent bool
	err := get(ctx, s.db, &silent, `
		SELECT EXISTS (SELECT 1 FROM backtests WHERE state = 'running' AND seen_at <= ?)`, s.now().Add(-silence))
	if err != nil {
		return fmt.Errorf("look for backtests that were left behind: %w", err)
	}
	if !silent {
		return nil
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		now := s.now()
		_, err := tx.exec(ctx, `
			UPDATE backtests
			SET state = ?, error = ?, ended_at = ?
			WHERE state = 'running' AND seen_at <= ?`, BacktestFailed, stoppedText, now, now.Add(-silence))
		if err != nil {
			return fmt.Errorf("end backtests that were left behind: %w", err)
		}
		return nil
	})
}
