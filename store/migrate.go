package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"signalbox/workflow/desk"
)

// Migration is what Migrate did.
type Migration struct {
	From, To int64
	Backup   string // the copy made before, "" when there was nothing to copy
}

// Migrate brings the database to the newest schema. Open does the same.
func Migrate(ctx context.Context, c Config) (Migration, error) {
	c = c.withDefaults()
	e, err := connect(ctx, c)
	if err != nil {
		return Migration{}, err
	}
	done, err := prepare(ctx, c, e)
	return done, errors.Join(err, e.close())
}

// Pending returns the versions between which Migrate would go, without changing the schema; they are
// equal when there is nothing to do.
func Pending(ctx context.Context, c Config) (from, to int64, err error) {
	c = c.withDefaults()
	e, err := connect(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	sch, err := e.schema()
	if err == nil {
		err = sch.locked(ctx, func() error {
			from, to, err = pending(ctx, sch)
			return err
		})
	}
	return from, to, errors.Join(err, e.close())
}

func pending(ctx context.Context, sch schema) (from, to int64, err error) {
	p, err := provider(sch)
	if err != nil {
		return 0, 0, err
	}
	return versions(ctx, p)
}

// prepare brings the engine's database to the newest schema.
func prepare(ctx context.Context, c Config, e engine) (Migration, error) {
	sch, err := e.schema()
	if err != nil {
		return Migration{}, err
	}
	return migrate(ctx, c, sch)
}

// migrate reads the version, copies the database and migrates it under one lock.
func migrate(ctx context.Context, c Config, sch schema) (done Migration, err error) {
	err = sch.locked(ctx, func() error {
		done, err = migrateLocked(ctx, c, sch)
		return err
	})
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("migrate database: %w", ctx.Err()) // what was interrupted fails in many words
	}
	return done, err
}

func migrateLocked(ctx context.Context, c Config, sch schema) (Migration, error) {
	p, err := provider(sch)
	if err != nil {
		return Migration{}, err
	}
	from, to, err := versions(ctx, p)
	if err != nil || from == to {
		return Migration{From: from, To: to}, err
	}

	done := Migration{From: from, To: to}
	if from > 0 && sch.backup != nil {
		name := fmt.Sprintf("before-%05d-%s.db", to, c.Now().UTC().Format("20060102T150405.000000"))
		if done.Backup, err = sch.backup(ctx, filepath.Join(c.Dir, "backups"), name); err != nil {
			return Migration{}, err
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return Migration{}, fmt.Errorf("migrate database from version %d to %d: %w", from, to, err)
	}
	return done, nil
}

// versions returns the database's version and ours; a database that is ahead is refused.
func versions(ctx context.Context, p *goose.Provider) (from, to int64, err error) {
	from, to, err = p.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read version of the database: %w", err)
	}
	if from > to {
		return 0, 0, desk.Errorf(desk.Conflict,
			"The database is at version %d and this program knows versions up to %d. Start a newer Signalbox, or put back a backup that was made before it was updated.", from, to)
	}
	return from, to, nil
}

func provider(sch schema) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	if sch.dialect == goose.DialectPostgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, fmt.Errorf("prepare migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}

	p, err := goose.NewProvider(sch.dialect, sch.db, sch.files, options...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// keptBackups is how many copies from before migrations stay.
const keptBackups = 3

// removeOldBackups relies on names that sort by version and time.
func removeOldBackups(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, "before-*.db"))
	if err != nil {
		return fmt.Errorf("list backups: %w", err)
	}
	for len(old) > keptBackups {
		if err := os.Remove(old[0]); err != nil {
			return fmt.Errorf("remove old backup: %w", err)
		}
		old = old[1:]
	}
	return nil
}
