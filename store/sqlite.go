package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"signalbox/workflow/desk"
)

const (
	sqliteFile  = "signalbox.db"
	busyTimeout = 10 * time.Second // commands write beside the server
	writerCache = 32 << 10         // kB
	readerCache = 4 << 10          // kB, of each reader
)

// sqlite has one connection that writes and a pool that reads: many writing connections stall each other for seconds.
type sqlite struct {
	path   string
	pool   *sqlx.DB
	single *sqlx.DB
	writer *groupWriter
}

func openSQLite(ctx context.Context, c Config) (*sqlite, error) {
	path, err := sqlitePath(c.Dir)
	if err != nil {
		return nil, err
	}
	if err := keepPlans(); err != nil {
		return nil, err
	}

	single, err := sqlx.Open("sqlite3", sqliteDSN(path, writerCache, "rwc"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	single.SetMaxOpenConns(1)
	single.SetMaxIdleConns(1)
	if err := makeSQLite(ctx, path, single); err != nil {
		single.Close()
		return nil, err
	}

	pool, err := sqlx.Open("sqlite3", sqliteDSN(path, readerCache, "rw")+"&_query_only=1")
	if err != nil {
		single.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	return &sqlite{path: path, pool: pool, single: single}, nil
}

// makeSQLite makes the database if there is none. Of several programs that do so at once one alone may: SQLite does not
// let them wait for each other there.
func makeSQLite(ctx context.Context, path string, single *sqlx.DB) error {
	unlock, err := lockFolder(ctx, filepath.Dir(path))
	if err != nil {
		return err
	}
	if err := single.PingContext(ctx); err != nil {
		return errors.Join(sqliteRefusal(path, err), unlock())
	}
	return unlock()
}

// sqlitePath makes the data folder and sees that files can be made in it, or says what to do.
func sqlitePath(dir string) (string, error) {
	if dir == "" {
		return "", desk.Errorf(desk.Invalid, "No data folder is given. Name one, or the address of a PostgreSQL database.")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find data folder: %w", err)
	}

	err = os.MkdirAll(dir, 0o750)
	if err == nil {
		err = tryFile(dir)
	}
	if err != nil {
		return "", desk.Errorf(desk.Unavailable,
			"The data folder %s cannot be written to (%v). Choose another folder, or let this user write there.", dir, cause(err))
	}
	return filepath.Join(dir, sqliteFile), nil
}

func tryFile(dir string) error {
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(f.Name())
}

// cause is the last link of an error's chain: the system's own words.
func cause(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

func sqliteDSN(path string, cacheKB int, mode string) string {
	options := url.Values{
		"mode":             {mode},
		"_txlock":          {"immediate"},
		"_journal_mode":    {"WAL"},
		"_synchronous":     {"FULL"}, // after the journal mode, which would lower it: what was acknowledged survives a power cut
		"_foreign_keys":    {"1"},
		"_busy_timeout":    {strconv.FormatInt(busyTimeout.Milliseconds(), 10)},
		"_cache_size":      {strconv.Itoa(-cacheKB)},
		"_stmt_cache_size": {"64"},
	}
	return (&url.URL{Scheme: "file", Path: path}).String() + "?" + options.Encode()
}

func sqliteRefusal(path string, err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("use %s: %w", path, err)
	}
	switch e.Code {
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return desk.Errorf(desk.Unavailable,
			"%s is not a usable SQLite database (%v). Move it away to start afresh, or put a backup in its place.", path, e)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return desk.Errorf(desk.Unavailable, "%s is locked by another program. Close that program and start again.", path)
	case sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return desk.Errorf(desk.Unavailable, "%s cannot be opened for writing (%v). Let this user write to it.", path, e)
	case sqlite3.ErrFull:
		return desk.Errorf(desk.Unavailable, "The disk that holds %s is full. Make room there.", path)
	case sqlite3.ErrIoErr:
		return desk.Errorf(desk.Unavailable, "%s cannot be read and written (%v). Look at the disk that holds it.", path, e)
	}
	return fmt.Errorf("use %s: %w", path, err)
}

func (e *sqlite) readers() queryer { return sqliteReaders{e.pool} }

func (e *sqlite) quickReaders() queryer { return sqliteQuick{sqliteReaders{e.pool}} }

func (e *sqlite) write(ctx context.Context, do func(ctx context.Context, tx *tx) error) ([]func(), error) {
	return e.writer.write(ctx, do)
}

func (e *sqlite) refusal(err error) error { return sqliteRefusal(e.path, err) }

func (e *sqlite) forUpdate() string { return "" }

func (e *sqlite) lockName(context.Context, queryer, int64, string) error { return nil } // there is one writer

func (e *sqlite) schema() (schema, error) {
	files, err := migrationsOf("sqlite")
	return schema{dialect: goose.DialectSQLite3, files: files, db: e.single.DB, lock: e.lock, backup: e.backup}, err
}

func (e *sqlite) start(ctx context.Context, _ hearing) error {
	w, err := newGroupWriter(ctx, e.single)
	if err != nil {
		return err
	}
	e.writer = w
	return nil
}

func (e *sqlite) tellWords(string) {} // there is one server

func (e *sqlite) tellOthers(Note) {} // the engine runs in the one server; commands beside it are found by its polling

func (e *sqlite) close() error {
	var stopped error
	if e.writer != nil {
		stopped = e.writer.close()
	}
	return errors.Join(stopped, e.pool.Close(), e.single.Close())
}

type sqliteReaders struct{ *sqlx.DB }

func (sqliteReaders) bind(query string) string { return query }

// sqliteQuick looks at the context while it waits for a connection and before the statement, and not while that runs:
// watching it takes database/sql a goroutine for every statement, a sixth of what a page of twenty statements costs.
// What it reads ends in a moment.
type sqliteQuick struct{ sqliteReaders }

func (r sqliteQuick) lend(ctx context.Context) (queryer, func(), error) {
	conn, err := r.Connx(ctx)
	if err != nil {
		return nil, nil, err
	}
	return sqliteLent{conn}, func() { _ = conn.Close() }, nil // it goes back into the pool
}

type sqliteLent struct{ *sqlx.Conn }

func (sqliteLent) bind(query string) string { return query }

func (c sqliteLent) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	return c.Conn.QueryxContext(unwatched(ctx), query, args...)
}

func (c sqliteLent) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	return c.Conn.QueryRowxContext(unwatched(ctx), query, args...)
}

// unwatched is ctx as it stands: over, or never to be over.
func unwatched(ctx context.Context) context.Context {
	if ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}
