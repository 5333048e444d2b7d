package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

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
	var replay error
	if f.replay != nil {
		replay = f.replay.close()
	}
	return errors.Join(replay, f.list.Close(), f.db.Close())
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
