package store

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// SchemaVersions returns the version that the database is at and the one that this program is made for. Unlike Pending
// it disturbs nobody: it only reads.
func (s *Store) SchemaVersions(ctx context.Context) (is, want int64, err error) {
	if err := get(ctx, s.db, &is, `SELECT MAX(version_id) FROM goose_db_version`); err != nil {
		return 0, 0, fmt.Errorf("read version of the database: %w", err)
	}
	sch, err := s.engine.schema()
	if err != nil {
		return 0, 0, err
	}
	want, err = newest(sch.files)
	return is, want, err
}

// newest is the highest number that the name of a migration begins with.
func newest(files fs.FS) (int64, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil || len(entries) == 0 {
		return 0, fmt.Errorf("list migrations: %w", err)
	}
	number, _, _ := strings.Cut(entries[len(entries)-1].Name(), "_") // they are sorted by name
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read version of a migration: %w", err)
	}
	return version, nil
}
