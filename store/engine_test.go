package store_test

import (
	"database/sql"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		makeAndClose(t, c)
		db := raw(t, c)
		if _, err := db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)`); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), c)
		wantSentence(t, err, desk.Conflict, "version 99999")
		_, _, err = store.Pending(t.Context(), c)
		wantSentence(t, err, desk.Conflict, "newer Signalbox")
	})
}

func TestOpeningAgainFindsTheDataAndNothingPending(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s, err := store.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		setUp(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}

		from, to, err := store.Pending(t.Context(), c)
		if err != nil || from != to || to == 0 {
			t.Errorf("pending: got %d to %d, %v, want nothing", from, to, err)
		}
		again := storetest.Open(t, c)
		if has, err := again.HasUsers(t.Context()); !has || err != nil {
			t.Errorf("users: got %v, %v, want those from before", has, err)
		}
		if err := again.Ping(t.Context()); err != nil {
			t.Errorf("ping: %v", err)
		}
		if copies, _ := filepath.Glob(filepath.Join(c.Dir, "backups", "*")); len(copies) != 0 {
			t.Errorf("got copies %v, want none where nothing was pending", copies)
		}
	})
}

func TestDataFoldersThatCannotBeUsedAreNamed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Config{Dir: filepath.Join(file, "data")})
	wantSentence(t, err, desk.Unavailable, "cannot be written to")
	_, err = store.Open(t.Context(), store.Config{})
	wantSentence(t, err, desk.Invalid, "No data folder")

	if err := os.WriteFile(filepath.Join(dir, "signalbox.db"), []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), store.Config{Dir: dir})
	wantSentence(t, err, desk.Unavailable, "not a usable SQLite database")
}

func TestAFolderWithOddCharactersIsUsedAsItIsNamed(t *testing.T) {
	c := store.Config{Dir: filepath.Join(t.TempDir(), "50% off? #1 & more")}
	storetest.Open(t, c)
	if _, err := os.Stat(filepath.Join(c.Dir, "signalbox.db")); err != nil {
		t.Error(err)
	}
}

func TestUnreachablePostgresIsOneClearLineWithoutThePassword(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close() // nobody listens there now

	_, err = store.Open(t.Context(), store.Config{Database: "postgres://ann:geheim@" + address + "/desk?sslmode=disable"})
	wantSentence(t, err, desk.Unavailable, address)
	for _, wrong := range []string{"mysql://x:geheim@y/z", "postgres://ann:geheim@[::1/x"} {
		_, err = store.Open(t.Context(), store.Config{Database: wrong})
		wantSentence(t, err, desk.Invalid, "postgres://user:password@host:5432/name")
	}

	c := storetest.Postgres(t)
	_, err = store.Open(t.Context(), store.Config{Database: strings.Replace(c.Database, "/signalbox_", "/missing_", 1)})
	wantSentence(t, err, desk.Unavailable, "does not exist")
}

func wantSentence(t *testing.T, err error, kind desk.Kind, part string) {
	t.Helper()
	var e *desk.Error
	if !errors.As(err, &e) || e.Kind() != string(kind) || !strings.Contains(e.Error(), part) {
		t.Errorf("got %v, want one of kind %s with %q", err, kind, part)
		return
	}
	if text := e.Error(); strings.Contains(text, "\n") || strings.Contains(text, "geheim") {
		t.Errorf("got %q, want one line without the password", text)
	}
}

// makeAndClose makes the database and closes it.
func makeAndClose(t *testing.T, c store.Config) {
	t.Helper()
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// raw is the database itself, for what no method of the store would do.
func raw(t *testing.T, c store.Config) *sql.DB {
	t.Helper()
	driver, source := "pgx", c.Database
	if source == "" {
		driver, source = "sqlite3", filepath.Join(c.Dir, "signalbox.db")
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
