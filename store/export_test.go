package store

import (
	"context"
	"errors"

	"github.com/jmoiron/sqlx"

	"signalbox/workflow"
)

// Write lets tests that must run on every engine send statements of their own.
func (s *Store) Write(ctx context.Context, do func(exec func(query string, args ...any) error) error) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		return do(func(query string, args ...any) error {
			_, err := tx.exec(ctx, query, args...)
			return err
		})
	})
}

// Wake says that work was committed.
func (s *Store) Wake() { s.wake() }

// WakeLane says that work was committed in a lane.
func (s *Store) WakeLane(lane workflow.Lane) { s.wakeLane(lane) }

// Read lets such tests look at one value.
func (s *Store) Read(ctx context.Context, dest any, query string, args ...any) error {
	return get(ctx, s.db, dest, query, args...)
}

// Busy takes all connections that read, until they are given back; waiting tells that somebody waits for one. It is for
// SQLite.
func (s *Store) Busy(ctx context.Context) (waiting func() bool, back func(), err error) {
	var conns []*sqlx.Conn
	back = func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}
	engine, ok := s.engine.(*sqlite)
	if !ok {
		return nil, nil, errors.New("another engine")
	}
	pool := engine.pool
	for range pool.Stats().MaxOpenConnections {
		c, err := pool.Connx(ctx)
		if err != nil {
			back()
			return nil, nil, err
		}
		conns = append(conns, c)
	}
	before := pool.Stats().WaitCount
	return func() bool { return pool.Stats().WaitCount > before }, back, nil
}
