package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"

	"signalbox/workflow/desk"
)

const (
	postgresConnections = 20 // of each process; round trips are the limit, not connections
	connectTimeout      = 10 * time.Second
	mostTexts           = 2_000 // rewritten queries that are kept
)

// postgres has one pool for reading and writing.
type postgres struct {
	pool   *sqlx.DB
	config *pgx.ConnConfig
	log    *slog.Logger
	texts  sync.Map // query with ? → query with $1
	kept   atomic.Int64

	mu     sync.RWMutex // held for reading by each write, so that close waits for them
	closed bool

	caller *caller // between processes, once started
}

func openPostgres(ctx context.Context, c Config) (*postgres, error) {
	config, err := pgx.ParseConfig(c.Database)
	if err != nil {
		// The error quotes the address, and the address has a password.
		return nil, desk.Errorf(desk.Invalid,
			"The database address cannot be read. Write it as postgres://user:password@host:5432/name.")
	}

	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)

	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, postgresRefusal(config, err)
	}
	return &postgres{pool: sqlx.NewDb(db, "pgx"), config: config, log: c.Log}, nil
}

func postgresRefusal(config *pgx.ConnConfig, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("connect to PostgreSQL: %w", context.Canceled) // the rest of err names user and host
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return desk.Errorf(desk.Unavailable, "PostgreSQL refuses the connection (%s). Check user, password and database name in the address.", refused.Message)
	}
	why, _, _ := strings.Cut(cause(err).Error(), "\n")
	host := net.JoinHostPort(config.Host, fmt.Sprint(config.Port))
	return desk.Errorf(desk.Unavailable, "PostgreSQL at %s cannot be reached (%s). Check that it runs and that the address is right.", host, why)
}

func (e *postgres) readers() queryer { return postgresReaders{e.pool, e.bind} }

func (e *postgres) quickReaders() queryer { return e.readers() }

func (e *postgres) refusal(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return desk.Errorf(desk.Unavailable, "PostgreSQL takes no writes (%s). Look at its disk and at the rights of its user.", refused.Message)
	}
	return fmt.Errorf("write to PostgreSQL: %w", err)
}

func (e *postgres) forUpdate() string { return ` FOR UPDATE` }

func (e *postgres) lockName(ctx context.Context, q queryer, number int64, name string) error {
	var locked int
	err := get(ctx, q, &locked, `SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(?, ?))`, name, number)
	if err != nil {
		return fmt.Errorf("lock %d %s: %w", number, name, err)
	}
	return nil
}

func (e *postgres) schema() (schema, error) {
	files, err := migrationsOf("postgres")
	return schema{dialect: goose.DialectPostgres, files: files, db: e.pool.DB}, err
}

func (e *postgres) start(ctx context.Context, hear hearing) error {
	c, err := startCaller(ctx, e, hear)
	if err != nil {
		return err
	}
	e.caller = c
	return nil
}

func (e *postgres) tellOthers(n Note) { e.caller.call(n) }

func (e *postgres) tellWords(words string) { e.caller.say(words) }

func (e *postgres) close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()

	if e.caller != nil {
		e.caller.stop()
	}
	return e.pool.Close()
}

// bind rewrites each text once: our texts are constants, or constants with lists of some lengths.
func (e *postgres) bind(query string) string {
	if text, ok := e.texts.Load(query); ok {
		return text.(string) //nolint:errcheck,forcetypeassert // only strings are stored
	}
	text := sqlx.Rebind(sqlx.DOLLAR, query)
	if e.kept.Add(1) > mostTexts {
		e.texts.Clear() // rare, and rewriting is cheap
		e.kept.Store(1)
	}
	e.texts.Store(query, text)
	return text
}

type postgresReaders struct {
	*sqlx.DB
	binder func(string) string
}

func (r postgresReaders) bind(query string) string { return r.binder(query) }
