package store

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel carries the process id of whoever committed events.
const channel = "signalbox_wake"

// caller tells other processes of new events and hears from them. It may lose a call: the
// engine looks for events by itself from time to time as well.
type caller struct {
	db     *postgres
	wake   func()
	self   string
	calls  chan struct{} // holds one value: many commits make one call
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startCaller(ctx context.Context, db *postgres, wake func()) (*caller, error) {
	conn, err := pgx.ConnectConfig(ctx, db.config)
	if err != nil {
		return nil, postgresRefusal(db.config, err)
	}

	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &caller{
		db: db, wake: wake, calls: make(chan struct{}, 1), cancel: cancel,
		self: strconv.FormatUint(uint64(conn.PgConn().PID()), 10),
	}
	c.done.Go(func() { c.callOut(background) })
	c.done.Go(func() { c.listen(background, conn) })
	return c, nil
}

// call asks for one call to the others, soon.
func (c *caller) call() {
	select {
	case c.calls <- struct{}{}:
	default:
	}
}

func (c *caller) stop() {
	c.cancel()
	c.done.Wait()
}

// callOut notifies outside the transactions that made events: inside, PostgreSQL would let them
// commit only one after the other.
func (c *caller) callOut(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.calls:
		}
		if _, err := c.db.pool.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, c.self); err != nil && ctx.Err() == nil {
			c.db.log.WarnContext(ctx, "other processes were not told of new events", slog.Any("error", err))
		}
	}
}

// listen keeps one connection for hearing the others and makes a new one when it breaks.
func (c *caller) listen(ctx context.Context, conn *pgx.Conn) {
	for ctx.Err() == nil {
		err := c.hear(ctx, conn)
		if ctx.Err() == nil {
			c.db.log.WarnContext(ctx, "lost the connection that hears of other processes' events", slog.Any("error", err))
		}
		for ctx.Err() == nil {
			if conn, err = pgx.ConnectConfig(ctx, c.db.config); err == nil {
				break
			}
			pauseFor(ctx, time.Second)
		}
	}
	if conn != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // nothing of it is needed any more
	}
}

func (c *caller) hear(ctx context.Context, conn *pgx.Conn) error {
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing was written on it
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	c.wake() // for what was committed while nobody listened
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for notification: %w", err)
		}
		if n.Payload != c.self {
			c.wake()
		}
	}
}

func pauseFor(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
