package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// groupSize bounds how many writes share a transaction, and so how long the first of them waits.
const groupSize = 64

// autocheckpoint is in pages of 4 kB: rare enough to be cheap, often enough to keep the log small.
const autocheckpoint = 8000

// groupWriter is the one goroutine that writes to SQLite. All writes that wait at a moment become one
// transaction with one fsync. There is no savepoint per member, which would cost 73% more CPU: when a member
// fails after it wrote, all is rolled back and everyone runs again singly.
type groupWriter struct {
	conn    *sqlx.Conn
	members chan *groupMember // unbuffered: what was sent was received, and so is answered
	closing chan struct{}
	once    sync.Once
	stopped chan struct{}
}

// groupMember is one write that waits for its turn.
type groupMember struct {
	left   func() error // the caller's ctx.Err
	do     func(ctx context.Context, tx *tx) error
	tx     *tx // of the latest attempt
	err    error
	answer chan struct{}
}

func newGroupWriter(ctx context.Context, db *sqlx.DB) (*groupWriter, error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect writer: %w", err)
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA wal_autocheckpoint = %d`, autocheckpoint)); err != nil {
		return nil, errors.Join(fmt.Errorf("set up writer: %w", err), conn.Close())
	}

	w := &groupWriter{
		conn: conn, members: make(chan *groupMember),
		closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	// A context that ends inside a transaction would make SQLite roll back everyone's, after which the later
	// members would commit one by one.
	go w.run(context.WithoutCancel(ctx))
	return w, nil
}

func (w *groupWriter) write(ctx context.Context, do func(ctx context.Context, tx *tx) error) ([]func(), error) {
	m := &groupMember{left: ctx.Err, do: do, answer: make(chan struct{})}
	select {
	case w.members <- m:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-w.closing:
		return nil, errClosing()
	}

	<-m.answer // soon: whoever has left by BEGIN is dropped there
	if m.err != nil {
		return nil, m.err
	}
	return m.tx.afters, nil
}

func (w *groupWriter) close() error {
	w.once.Do(func() { close(w.closing) })
	<-w.stopped
	return w.conn.Close()
}

func (w *groupWriter) run(ctx context.Context) {
	defer close(w.stopped)
	for {
		select {
		case <-w.closing:
			return
		case m := <-w.members:
			group := w.gather(m)
			w.commit(ctx, group)
			for _, m := range group {
				close(m.answer)
			}
		}
	}
}

// gather adds whoever else is waiting now.
func (w *groupWriter) gather(first *groupMember) []*groupMember {
	group := append(make([]*groupMember, 0, groupSize), first)
	for len(group) < groupSize {
		select {
		case m := <-w.members:
			group = append(group, m)
		default:
			return group
		}
	}
	return group
}

// commit leaves in each member its transaction, committed, or its error.
func (w *groupWriter) commit(ctx context.Context, group []*groupMember) {
	if w.together(ctx, group) || len(group) == 1 {
		return
	}
	for _, m := range group {
		w.together(ctx, []*groupMember{m})
	}
}

// together runs a group in one transaction. False means that nothing of it was committed, because a member
// failed after it had written or because the commit itself failed; a member that failed before is only left out.
func (w *groupWriter) together(ctx context.Context, group []*groupMember) bool {
	present := group[:0:0]
	for _, m := range group {
		if m.err = m.left(); m.err == nil {
			present = append(present, m)
		}
	}
	if len(present) == 0 {
		return true
	}

	if _, err := w.conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		fail(present, fmt.Errorf("begin transaction: %w", err))
		return true // again would only wait as long again
	}
	for _, m := range present {
		m.tx = &tx{connection: w.conn, binder: same}
		m.err = attempt(ctx, m)
		lost := !w.inTransaction() // SQLite ends it itself when the disk is full, for one
		if lost && m.err == nil {
			m.err = errors.New("the transaction ended by itself")
		}
		if lost || (m.err != nil && m.tx.wrote) {
			w.rollback(ctx)
			return false
		}
	}
	if _, err := w.conn.ExecContext(ctx, `COMMIT`); err != nil {
		fail(present, fmt.Errorf("commit: %w", err))
		w.rollback(ctx)
		return false
	}
	return true
}

// attempt runs a member; one that panics fails alone.
func attempt(ctx context.Context, m *groupMember) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return m.do(ctx, m.tx)
}

func fail(group []*groupMember, err error) {
	for _, m := range group {
		if m.err == nil {
			m.err = err
		}
	}
}

// rollback ends the transaction unless SQLite has done so itself.
func (w *groupWriter) rollback(ctx context.Context) {
	if w.inTransaction() {
		_, _ = w.conn.ExecContext(ctx, `ROLLBACK`) // BEGIN reports what is still wrong
	}
}

func (w *groupWriter) inTransaction() bool {
	within := false
	_ = w.conn.Raw(func(driver any) error {
		if c, ok := driver.(*sqlite3.SQLiteConn); ok {
			within = !c.AutoCommit()
		}
		return nil
	})
	return within
}

func same(query string) string { return query }
