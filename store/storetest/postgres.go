package storetest

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"testing"

	"signalbox/store"
	"signalbox/store/migrations"
)

// variable names a server on which the tests may make databases; go run ./cmd/check starts one.
const variable = "SIGNALBOX_TEST_POSTGRES"

// Postgres is the place of an empty PostgreSQL database, the test's own until it ends. It is a copy of a template that
// the first test of all makes, because copying is much faster than migrating.
func Postgres(t *testing.T) store.Config {
	t.Helper()
	server := os.Getenv(variable)
	if server == "" {
		t.Fatalf("set %s to a PostgreSQL server for tests, or run go run ./cmd/check, which starts one", variable)
	}
	admin := open(t, server)
	template := ensureTemplate(t, admin, server)

	name := borrow(t, admin, server, template)
	return store.Config{Dir: t.TempDir(), Database: address(t, server, name), URL: "http://desk.test"}
}

// ensureTemplate makes the template unless another test, or another package's tests, did so already. Its
// name changes with the schema.
func ensureTemplate(t *testing.T, admin *sql.DB, server string) string {
	t.Helper()
	name := "signalbox_template_" + schemaHash(t)
	if exists(t, admin, name) {
		return name
	}

	const lock = 7_446_255 // any number that nothing else locks
	conn, err := admin.Conn(t.Context())
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer func() { _ = conn.Close() }() // and with it the lock
	if _, err := conn.ExecContext(t.Context(), `SELECT pg_advisory_lock($1)`, lock); err != nil {
		t.Fatalf("lock template: %v", err)
	}
	defer func() { _, _ = conn.ExecContext(t.Context(), `SELECT pg_advisory_unlock($1)`, lock) }()
	if exists(t, admin, name) {
		return name
	}

	making := name + "_making" // renamed when whole: a run that was interrupted leaves no half template
	run(t, admin, `DROP DATABASE IF EXISTS `+making+` WITH (FORCE)`)
	run(t, admin, `CREATE DATABASE `+making)
	if _, err := store.Migrate(t.Context(), store.Config{Database: address(t, server, making)}); err != nil {
		t.Fatalf("migrate template: %v", err)
	}
	made := open(t, address(t, server, making))
	run(t, made, seeding)
	if err := made.Close(); err != nil {
		t.Fatalf("close template: %v", err)
	}
	run(t, admin, `ALTER DATABASE `+making+` RENAME TO `+name)
	return name
}

func schemaHash(t *testing.T) string {
	t.Helper()
	sum := sha256.New()
	err := fs.WalkDir(migrations.Files, "postgres", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.Files, path)
		sum.Write(text)
		return err
	})
	if err != nil {
		t.Fatalf("read migrations: %v", err)
	}
	sum.Write([]byte(seeding))
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

func exists(t *testing.T, admin *sql.DB, name string) bool {
	t.Helper()
	var found bool
	err := admin.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&found)
	if err != nil {
		t.Fatalf("look for template: %v", err)
	}
	return found
}

func open(t *testing.T, server string) *sql.DB {
	t.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("open PostgreSQL: %v", err)
	}
	t.Cleanup(func() { admin.Close() })
	return admin
}

func run(t *testing.T, admin *sql.DB, statement string) {
	t.Helper()
	if _, err := admin.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// address is that of another database on the same server.
func address(t *testing.T, server, name string) string {
	t.Helper()
	place, err := databaseOn(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func databaseOn(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", variable, err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
