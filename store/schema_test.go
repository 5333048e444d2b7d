package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store/migrations"
	"signalbox/store/storetest"
)

func TestBothEnginesHaveTheSameSchema(t *testing.T) {
	lite, pg := storetest.SQLite(t), storetest.Postgres(t)
	makeAndClose(t, lite)
	makeAndClose(t, pg)

	liteSchema, pgSchema := sqliteSchema(t, raw(t, lite)), postgresSchema(t, raw(t, pg))
	if len(liteSchema) < 100 {
		t.Fatalf("SQLite's schema has %d lines, want a hundred and more: %v", len(liteSchema), liteSchema)
	}
	if diff := cmp.Diff(liteSchema, pgSchema); diff != "" {
		t.Errorf("schemas: -SQLite +PostgreSQL:\n%s", diff)
	}
}

// ownName matches what only one engine has, by its name: the full-text index and the stamper's queue.
const ownName = `^(search_words|feed_unstamped)`

func TestBothEnginesHaveMigrationsOfTheSameNames(t *testing.T) {
	names := func(engine string) []string {
		entries, err := fs.ReadDir(migrations.Files, engine)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	if diff := cmp.Diff(names("sqlite"), names("postgres")); diff != "" {
		t.Errorf("files: -SQLite +PostgreSQL:\n%s", diff)
	}
}

// sqliteSchema has a line for each column and each index, types in PostgreSQL's words.
func sqliteSchema(t *testing.T, db *sql.DB) []string {
	t.Helper()
	var out []string
	own := regexp.MustCompile(ownName)
	rows(t, db, `
		SELECT m.name, c.name, c.type, c."notnull" OR c.pk > 0, COALESCE(c.dflt_value, '')
		FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%'`,
		func(scan func(...any) error) error {
			var table, column, kind, otherwise string
			var required bool
			err := scan(&table, &column, &kind, &required, &otherwise)
			if !own.MatchString(table) {
				out = append(out, columnLine(table, column, sqliteType(column, kind), required, otherwise))
			}
			return err
		})
	rows(t, db, `
		SELECT m.name, i."unique", i.origin, COALESCE(s.sql, ''), (
			SELECT group_concat(x.name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) x)
		FROM sqlite_master m, pragma_index_list(m.name) i JOIN sqlite_master s ON s.name = i.name
		WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND i.origin <> 'pk'`,
		func(scan func(...any) error) error {
			var table, origin, text, columns string
			var unique bool
			err := scan(&table, &unique, &origin, &text, &columns)
			_, where, _ := strings.Cut(text, " WHERE ")
			if !own.MatchString(table) {
				out = append(out, indexLine(table, columns, unique, where))
			}
			return err
		})
	slices.Sort(out)
	return out
}

// sqliteType is PostgreSQL's type for a column: a row id is a BIGINT, and ids for outside are UUIDs.
func sqliteType(column, kind string) string {
	switch {
	case kind == "INTEGER":
		return "bigint"
	case kind == "BLOB" && (column == "public_id" || column == "run_id" || column == "message_id" || column == "macro_id"):
		return "uuid"
	case kind == "BLOB":
		return "bytea"
	}
	return strings.ToLower(kind)
}

func postgresSchema(t *testing.T, db *sql.DB) []string {
	t.Helper()
	var out []string
	own := regexp.MustCompile(ownName)
	rows(t, db, `
		SELECT table_name, column_name, data_type, is_nullable = 'NO', COALESCE(column_default, '')
		FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`,
		func(scan func(...any) error) error {
			var table, column, kind, otherwise string
			var required bool
			err := scan(&table, &column, &kind, &required, &otherwise)
			if !own.MatchString(table) {
				out = append(out, columnLine(table, column, kind, required, otherwise))
			}
			return err
		})
	rows(t, db, `
		SELECT c.relname, x.relname, i.indisunique, COALESCE(pg_get_expr(i.indpred, i.indrelid), ''), (
			SELECT string_agg(a.attname, ',' ORDER BY k.place)
			FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
			JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relname NOT LIKE 'goose%' AND NOT i.indisprimary`,
		func(scan func(...any) error) error {
			var table, index, where, columns string
			var unique bool
			err := scan(&table, &index, &unique, &where, &columns)
			if !own.MatchString(table) && !own.MatchString(index) {
				out = append(out, indexLine(table, columns, unique, where))
			}
			return err
		})
	slices.Sort(out)
	return out
}

func columnLine(table, column, kind string, required bool, otherwise string) string {
	otherwise, _, _ = strings.Cut(otherwise, "::") // PostgreSQL names the type of a constant
	return fmt.Sprintf("%s.%s %s required=%v default=%s", table, column, kind, required, strings.ToLower(otherwise))
}

func indexLine(table, columns string, unique bool, where string) string {
	return fmt.Sprintf("%s (%s) unique=%v where=%s", table, columns, unique, plainCondition(where))
}

// plainCondition makes both engines' spelling of a condition one.
func plainCondition(where string) string {
	if list := regexp.MustCompile(`= ANY \(ARRAY\[(.*)\]\)`).FindStringSubmatch(where); list != nil {
		where = strings.Replace(where, list[0], "IN ("+list[1]+")", 1)
	}
	where = strings.NewReplacer("::text", "", "(", "", ")", "").Replace(where)
	return strings.Join(strings.Fields(where), " ")
}

func rows(t *testing.T, db *sql.DB, query string, each func(scan func(...any) error) error) {
	t.Helper()
	result, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	for result.Next() {
		if err := each(result.Scan); err != nil {
			t.Fatal(err)
		}
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
}
