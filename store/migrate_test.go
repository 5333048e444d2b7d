package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"signalbox/workflow/desk"
)

func TestBeforeAMigrationTheDatabaseIsCopiedAndTheLastThreeCopiesStay(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	for version := 1; version <= 5; version++ {
		done, err := upgrade(t.Context(), c, version)
		if err != nil {
			t.Fatal(err)
		}
		if done.To != int64(version) || (done.Backup == "") != (version == 1) {
			t.Errorf("version %d: got %+v, want a copy of all but a new database", version, done)
		}
		if done.Backup == "" {
			continue
		}
		var last int
		e, err := openSQLite(t.Context(), Config{Dir: asData(t, done.Backup)})
		if err != nil {
			t.Fatal(err)
		}
		if err := get(t.Context(), e.readers(), &last, `SELECT MAX(version_id) FROM goose_db_version`); err != nil || last != version-1 {
			t.Errorf("copy before version %d: got version %d, %v, want the one before", version, last, err)
		}
		if err := e.close(); err != nil {
			t.Error(err)
		}
	}

	copies, err := filepath.Glob(filepath.Join(c.Dir, "backups", "*"))
	if err != nil || len(copies) != 3 || !strings.Contains(copies[0], "before-00003") {
		t.Errorf("copies: got %v, %v, want those before versions 3, 4 and 5", copies, err)
	}
}

func TestNothingIsMigratedWhenTheCopyCannotBeMade(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	if _, err := upgrade(t.Context(), c, 1); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.Dir, "backups"), []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := upgrade(t.Context(), c, 2)
	var refusal *desk.Error
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "before its migration") {
		t.Errorf("got %v, want a refusal that says what could not be done", err)
	}
	if err := os.Remove(filepath.Join(c.Dir, "backups")); err != nil {
		t.Fatal(err)
	}
	if done, err := upgrade(t.Context(), c, 2); err != nil || done.From != 1 {
		t.Errorf("then: got %+v, %v, want version 1 migrated to 2", done, err)
	}
}

// upgrade has migrations up to a version that are none of ours.
func upgrade(ctx context.Context, c Config, version int) (done Migration, err error) {
	c = c.withDefaults()
	c.Now = func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
	e, err := openSQLite(ctx, c)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, e.close()) }()
	sch, err := e.schema()
	if err != nil {
		return done, err
	}
	files := fstest.MapFS{}
	for v := 1; v <= version; v++ {
		text := fmt.Sprintf("-- +goose Up\nCREATE TABLE t%d (id INTEGER);\n", v)
		files[fmt.Sprintf("%05d_t.sql", v)] = &fstest.MapFile{Data: []byte(text)}
	}
	sch.files = files
	return migrate(ctx, c, sch)
}

// asData makes a copy the database of a folder of its own.
func asData(t *testing.T, backup string) string {
	t.Helper()
	dir := t.TempDir()
	data, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, sqliteFile), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
