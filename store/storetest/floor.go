package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"signalbox/store"
)

// Floor does by bare SQL what package store does with rules around it: what cmd/bench measures against.
// It is for SQLite, on one connection, as durable as the store's.
type Floor struct {
	db     *sql.DB
	list   *sql.Stmt
	replay *recording // made once: a replayed event is none to record
}

// OpenFloor opens the database of an idle store beside it.
func OpenFloor(ctx context.Context, c store.Config) (*Floor, error) {
	options := url.Values{
		"mode": {"rw"}, "_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"},
		"_foreign_keys": {"1"}, "_busy_timeout": {"10000"}, "_cache_size": {"-32768"},
	}
	address := url.URL{Scheme: "file", Path: filepath.Join(c.Dir, "signalbox.db"), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite3", address.String())
	if err != nil {
		return nil, fmt.Errorf("open floor: %w", err)
	}
	db.SetMaxOpenConns(1)
	f := &Floor{db: db}
	if _, err := db.ExecContext(ctx, `PRAGMA wal_autocheckpoint = 8000`); err != nil {
		return nil, errors.Join(fmt.Errorf("set up floor: %w", err), db.Close())
	}
	if f.list, err = db.PrepareContext(ctx, floorList); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare floor: %w", err), db.Close())
	}
	return f, nil
}

// Close closes the connection.
func (f *Floor) Close() error {
	if f.replay != nil {
		f.replay.close()
	}
	return errors.Join(f.list.Close(), f.db.Close())
}

const floorList = `
	SELECT t.id, t.public_id, t.number, t.subject, t.channel, t.status, t.priority, t.assignee_kind, t.assignee_id,
		t.tags, t.sla_due_at, t.last_message_text, t.unread_team, t.updated_at, c.name, c.email
	FROM tickets t
	JOIN customers c ON c.id = t.customer_id
	WHERE t.id IN (
		SELECT id FROM (
			SELECT id
			FROM tickets
			WHERE team_id = ?1 AND status = 'new'
			ORDER BY updated_at DESC, id DESC
			LIMIT 51)
		UNION ALL
		SELECT id FROM (
			SELECT id
			FROM tickets
			WHERE team_id = ?1 AND status = 'open'
			ORDER BY updated_at DESC, id DESC
			LIMIT 51))
	ORDER BY t.updated_at DESC, t.id DESC
	LIMIT 51`

// List reads a page of what waits for the team, and looks at none of it.
func (f *Floor) List(ctx context.Context, team int64) (err error) {
	rows, err := f.list.QueryContext(ctx, team)
	if err != nil {
		return fmt.Errorf("list tickets: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	raw := make([]sql.RawBytes, 16)
	into := make([]any, len(raw))
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
	}
	return rows.Err()
}

// group is how many writes share a transaction, as in the store.
const group = 64

// Replay does n times over, on the team's widget tickets in turn, what the store wrote when a customer's
// message came in and its workflows ran: the same rows with the same texts, out of the latest event that
// was processed. Only reading and deciding are missing.
func (f *Floor) Replay(ctx context.Context, team int64, n int) (err error) {
	if f.replay == nil {
		if f.replay, err = f.record(ctx, team); err != nil {
			return err
		}
	}
	r := f.replay
	for done := 0; done < n; done += group {
		size := min(group, n-done)
		var events []int64
		err := f.transact(ctx, func() error {
			events = events[:0]
			for i := range size {
				event, err := r.accept(ctx, r.tickets[(done+i)%len(r.tickets)])
				if err != nil {
					return err
				}
				events = append(events, event)
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = f.transact(ctx, func() error {
			for i, event := range events {
				if err := r.process(ctx, r.tickets[(done+i)%len(r.tickets)], event); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// transact runs on the one connection there is.
func (f *Floor) transact(ctx context.Context, do func() error) error {
	if _, err := f.db.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(); err != nil {
		_, _ = f.db.ExecContext(ctx, `ROLLBACK`)
		return err
	}
	if _, err := f.db.ExecContext(ctx, `COMMIT`); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// recording is what one message made the store write.
type recording struct {
	tickets []int64
	now     int64 // microseconds, a new one for each write: threads want them unique
	updates [3]*sql.Stmt
	inserts map[string]*insert
}

// insert is one INSERT of one or more rows.
type insert struct {
	*sql.Stmt

	columns []string
	rows    [][]any
}

func (r *recording) close() {
	for _, s := range r.updates {
		s.Close()
	}
	for _, i := range r.inserts {
		i.Close()
	}
}

func (f *Floor) record(ctx context.Context, team int64) (_ *recording, err error) {
	r := &recording{now: time.Now().UnixMicro(), inserts: map[string]*insert{}}
	rows, err := f.db.QueryContext(ctx, `SELECT id FROM tickets WHERE team_id = ? AND widget_session IS NOT NULL`, team)
	if err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		r.tickets = append(r.tickets, id)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}

	var event, ticket int64
	err = f.db.QueryRowContext(ctx, `
		SELECT event_id, ticket_id
		FROM runs
		ORDER BY id DESC
		LIMIT 1`).Scan(&event, &ticket)
	if err != nil {
		return nil, fmt.Errorf("find an event to replay: %w", err)
	}
	for _, table := range []struct {
		key, from, where string
		arg              int64
	}{
		{"messages", `messages`, `ticket_id = ? ORDER BY created_at DESC LIMIT 1`, ticket},
		{"received", `changes`, `ticket_id = ? AND field = 'message' ORDER BY id DESC LIMIT 1`, ticket},
		{"effects", `changes`, `run_id IN (SELECT public_id FROM runs WHERE event_id = ?)`, event},
		{"events", `events`, `id = ?`, event},
		{"runs", `runs`, `event_id = ?`, event},
		{"considerations", `considerations`, `event_id = ?`, event},
	} {
		if r.inserts[table.key], err = f.copy(ctx, table.from, table.where, table.arg); err != nil {
			return nil, fmt.Errorf("record %s: %w", table.key, err)
		}
	}
	for i, text := range []string{floorReceive, floorEffect, floorProcessed} {
		if r.updates[i], err = f.db.PrepareContext(ctx, text); err != nil {
			return nil, fmt.Errorf("prepare update: %w", err)
		}
	}
	r.inserts["counts"] = &insert{columns: []string{"team_id", "name", "delta"}, rows: [][]any{{team, "waiting", 0}}}
	return r, r.inserts["counts"].prepare(ctx, f.db, `ticket_counts`)
}

const floorReceive = `
	UPDATE tickets
	SET message_count = message_count + 1, last_message_at = ?1, last_message_text = 'The parcel has still not arrived.',
		unread_team = unread_team + 1, thread_at = ?1, updated_at = ?1
	WHERE id = ?2`

const floorEffect = `
	UPDATE tickets
	SET status = CASE status WHEN 'open' THEN 'pending' ELSE 'open' END,
		priority = CASE priority WHEN 'high' THEN 'low' ELSE 'high' END, sla_due_at = ?1, updated_at = ?1
	WHERE id = ?2`

const floorProcessed = `
	UPDATE events
	SET state = 'processed', processed_at = ?
	WHERE id = ?`

// copy makes an INSERT of the rows that a query finds; ids are left to the database.
func (f *Floor) copy(ctx context.Context, table, where string, arg int64) (_ *insert, err error) {
	rows, err := f.db.QueryContext(ctx, `SELECT * FROM `+table+` WHERE `+where, arg) //nolint:gosec // constants, see record
	if err != nil {
		return nil, err
	}
	i := &insert{}
	if i.columns, err = rows.Columns(); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	for rows.Next() {
		row := make([]any, len(i.columns))
		into := make([]any, len(row))
		for c := range row {
			into[c] = &row[c]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		for c, name := range i.columns {
			if name == "id" || name == "seq" {
				row[c] = nil
			}
		}
		i.rows = append(i.rows, row)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	if len(i.rows) == 0 {
		return nil, sql.ErrNoRows
	}
	return i, i.prepare(ctx, f.db, table)
}

func (i *insert) prepare(ctx context.Context, db *sql.DB, table string) (err error) {
	row := `(` + strings.TrimSuffix(strings.Repeat(`?, `, len(i.columns)), `, `) + `)`
	all := strings.TrimSuffix(strings.Repeat(row+`, `, len(i.rows)), `, `)
	i.Stmt, err = db.PrepareContext(ctx, `INSERT INTO `+table+` (`+strings.Join(i.columns, `, `)+`) VALUES `+all)
	return err
}

// do inserts the rows once more, with what must be new in them.
func (i *insert) do(ctx context.Context, now, ticket, event int64) (int64, error) {
	args := make([]any, 0, len(i.columns)*len(i.rows))
	for _, row := range i.rows {
		for c, name := range i.columns {
			value := row[c]
			switch name {
			case "public_id":
				id := uuid.Must(uuid.NewV7())
				value = id[:]
			case "ticket_id":
				value = ticket
			case "event_id":
				value = event
			case "created_at":
				value = now
			case "state":
				value = "pending"
			}
			args = append(args, value)
		}
	}
	result, err := i.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (r *recording) accept(ctx context.Context, ticket int64) (event int64, err error) {
	r.now++
	if _, err := r.updates[0].ExecContext(ctx, r.now, ticket); err != nil {
		return 0, fmt.Errorf("update ticket: %w", err)
	}
	for _, key := range []string{"messages", "events", "received"} {
		id, err := r.inserts[key].do(ctx, r.now, ticket, 0)
		if err != nil {
			return 0, fmt.Errorf("insert %s: %w", key, err)
		}
		if key == "events" {
			event = id
		}
	}
	return event, nil
}

func (r *recording) process(ctx context.Context, ticket, event int64) error {
	r.now++
	if _, err := r.updates[1].ExecContext(ctx, r.now, ticket); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	for _, key := range []string{"runs", "counts", "effects", "considerations"} {
		if _, err := r.inserts[key].do(ctx, r.now, ticket, event); err != nil {
			return fmt.Errorf("insert %s: %w", key, err)
		}
	}
	if _, err := r.updates[2].ExecContext(ctx, r.now, event); err != nil {
		return fmt.Errorf("mark event processed: %w", err)
	}
	return nil
}
