package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

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
	for done := 0; done < n; done += group {
		if err := f.replayGroup(ctx, done, min(group, n-done)); err != nil {
			return err
		}
	}
	return nil
}

// replayGroup accepts some messages in one transaction and processes their events in another.
func (f *Floor) replayGroup(ctx context.Context, first, n int) error {
	r := f.replay
	ticket := func(i int) int64 { return r.tickets[(first+i)%len(r.tickets)] }
	events := make([]int64, n)
	err := f.transact(ctx, func() (err error) {
		for i := range events {
			if events[i], err = r.accept(ctx, ticket(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.transact(ctx, func() error {
		for i, event := range events {
			if err := r.process(ctx, ticket(i), event); err != nil {
				return err
			}
		}
		return nil
	})
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
	updates []*sql.Stmt
	inserts map[string]*insert
}

// insert is one INSERT of one or more rows.
type insert struct {
	*sql.Stmt

	columns []string
	rows    [][]any
}

func (r *recording) close() error {
	var errs []error
	for _, s := range r.updates {
		errs = append(errs, s.Close())
	}
	for _, i := range r.inserts {
		errs = append(errs, i.Close())
	}
	return errors.Join(errs...)
}

func (f *Floor) record(ctx context.Context, team int64) (_ *recording, err error) {
	r := &recording{now: time.Now().UnixMicro(), inserts: map[string]*insert{}}
	if r.tickets, err = f.widgetTickets(ctx, team); err != nil {
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
		{"paths", `run_branches`, `run_id IN (SELECT public_id FROM runs WHERE event_id = ?)`, event},
		{"considerations", `considerations`, `event_id = ?`, event},
	} {
		if r.inserts[table.key], err = f.copy(ctx, table.from, table.where, table.arg); err != nil {
			return nil, fmt.Errorf("record %s: %w", table.key, err)
		}
	}
	for _, text := range []string{floorReceive, floorEffect, floorProcessed} {
		update, err := f.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // recording.close does
		if err != nil {
			return nil, fmt.Errorf("prepare update: %w", err)
		}
		r.updates = append(r.updates, update)
	}
	r.inserts["counts"] = &insert{columns: []string{"team_id", "name", "delta"}, rows: [][]any{{team, "waiting", 0}}}
	err = r.inserts["counts"].prepare(ctx, f.db, `ticket_counts`)
	return r, err
}

func (f *Floor) widgetTickets(ctx context.Context, team int64) (tickets []int64, err error) {
	rows, err := f.db.QueryContext(ctx, `SELECT id FROM tickets WHERE team_id = ? AND widget_session IS NOT NULL`, team)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		tickets = append(tickets, id)
	}
	return tickets, rows.Err()
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
func (f *Floor) copy(ctx context.Context, table, where string, arg int64) (*insert, error) {
	i, err := f.read(ctx, `SELECT * FROM `+table+` WHERE `+where, arg)
	if err != nil {
		return nil, err
	}
	if len(i.rows) == 0 {
		return nil, sql.ErrNoRows
	}
	err = i.prepare(ctx, f.db, table)
	return i, err
}

func (f *Floor) read(ctx context.Context, query string, arg int64) (_ *insert, err error) {
	rows, err := f.db.QueryContext(ctx, query, arg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	i := &insert{}
	if i.columns, err = rows.Columns(); err != nil {
		return nil, err
	}
	for rows.Next() {
		row := make([]any, len(i.columns))
		into := make([]any, len(row))
		for c := range row {
			into[c] = &row[c]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		i.rows = append(i.rows, row)
	}
	return i, rows.Err()
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
			case "id", "seq":
				value = nil // the database's to give
			case "public_id", "run_id":
				id := uuid.Must(uuid.NewV7())
				value = id[:]
			case "ticket_id":
				value = ticket
			case "event_id":
				value = event
			case "created_at", "started_at":
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
	for _, key := range []string{"runs", "paths", "counts", "effects", "considerations"} {
		if _, err := r.inserts[key].do(ctx, r.now, ticket, event); err != nil {
			return fmt.Errorf("insert %s: %w", key, err)
		}
	}
	if _, err := r.updates[2].ExecContext(ctx, r.now, event); err != nil {
		return fmt.Errorf("mark event processed: %w", err)
	}
	return nil
}
