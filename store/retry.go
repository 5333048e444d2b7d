package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// maxAttempts bounds how often a transaction that met another one starts again.
const maxAttempts = 10

func (e *postgres) write(ctx context.Context, do func(ctx context.Context, tx *tx) error) ([]func(), error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return nil, errClosing()
	}

	for n := 1; ; n++ {
		afters, err := e.once(ctx, do)
		if err == nil || n == maxAttempts || !again(err) {
			return afters, err
		}
		if err := pause(ctx, n); err != nil {
			return nil, err
		}
	}
}

// once runs do in one transaction, which is rolled back when do fails or panics.
func (e *postgres) once(ctx context.Context, do func(ctx context.Context, tx *tx) error) (_ []func(), err error) {
	t, err := e.pool.BeginTxx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("begin transaction: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write panicked: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			_ = t.Rollback() // err is what matters; a broken connection has rolled back anyway
		}
	}()

	transaction := &tx{connection: t, binder: e.bind}
	if err := do(ctx, transaction); err != nil {
		return nil, err
	}
	if err := t.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return transaction.afters, nil
}

// again reports whether the transaction lost against another one and may simply be repeated.
func again(err error) bool {
	const serialization, deadlock = "40001", "40P01"
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == serialization || e.Code == deadlock)
}

// pause waits a random moment that grows, so that two transactions do not meet again.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(rand.N(time.Duration(attempt) * 5 * time.Millisecond)) //nolint:gosec // nobody gains by guessing it
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
