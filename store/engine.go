package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"

	"signalbox/store/migrations"
	"signalbox/workflow/desk"
)

// engine is what differs between SQLite and PostgreSQL.
type engine interface {
	readers() queryer
	// quickReaders need not end with their caller.
	quickReaders() queryer
	// write returns what the transaction gave to tx.after, for the caller to run.
	write(ctx context.Context, do func(ctx context.Context, tx *tx) error) ([]func(), error)
	// refusal says of a failed write what the operator can do, where there is something.
	refusal(err error) error
	forUpdate() string
	// fullText keeps and finds words.
	fullText() fullText
	// lockName holds, until the transaction ends, a number and a name against others who lock the same.
	lockName(ctx context.Context, q queryer, number int64, name string) error

	// schema says how to migrate.
	schema() (schema, error)
	// start begins the work in the background, once the schema stands; hear is told of other processes' commits.
	start(ctx context.Context, hear hearing) error
	// tellOthers passes a note on to the other processes. It does not block.
	tellOthers(n Note)
	// tellWords passes words on to the other processes, once at the most. It does not block.
	tellWords(words string)
	pools() []Pool
	close() error
}

// schema is what migrate needs of an engine.
type schema struct {
	dialect goose.Dialect
	files   fs.FS
	db      *sql.DB
	// lock keeps other processes from migrating the same database until unlock; nil where the migrations lock it.
	lock func(ctx context.Context) (unlock func() error, err error)
	// backup copies the database into a file of dir before a migration; nil where the operator has better means.
	backup func(ctx context.Context, dir, name string) (string, error)
}

func connect(ctx context.Context, c Config) (engine, error) {
	switch {
	case c.Database == "":
		return openSQLite(ctx, c)
	case strings.HasPrefix(c.Database, "postgres://"), strings.HasPrefix(c.Database, "postgresql://"):
		return openPostgres(ctx, c)
	}
	return nil, desk.Errorf(desk.Invalid,
		"The database address is not one of PostgreSQL. Write it as postgres://user:password@host:5432/name, or leave it out to use SQLite.")
}

// errClosing answers writes that come after Close.
func errClosing() error {
	return desk.Errorf(desk.Unavailable, "Signalbox is stopping. Try again in a moment.")
}

// migrationsOf is the folder of an engine.
func migrationsOf(folder string) (fs.FS, error) {
	files, err := fs.Sub(migrations.Files, folder)
	if err != nil {
		return nil, fmt.Errorf("open migrations: %w", err)
	}
	return files, nil
}
