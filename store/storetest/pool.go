package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
)

// A test borrows its database: making one and dropping it takes half a second, emptying one a twentieth of that. They
// stay on the server, as many as tests have ever run at once, for whoever runs tests next.

// poolLock is any number that nothing else locks; the second half of the lock is the place of a database in the pool.
const poolLock = 7_446_256

// borrow returns the name of a copy of the template that is empty and nobody else's until the test ends.
func borrow(t *testing.T, admin *sql.DB, server, template string) string {
	t.Helper()
	conn, err := admin.Conn(t.Context())
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // and with it the lock, once the pool of connections is closed
	place := 0
	for free := false; !free; place++ {
		if err := conn.QueryRowContext(t.Context(), `SELECT pg_try_advisory_lock($1, $2)`, poolLock, place).Scan(&free); err != nil {
			t.Fatalf("lock a database: %v", err)
		}
	}
	name := fmt.Sprintf("%s_%d", template, place-1)
	if exists(t, admin, name) {
		run(t, admin, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '`+name+`'`)
		if emptied(t.Context(), address(t, server, name)) == nil {
			return name
		}
		run(t, admin, `DROP DATABASE `+name+` WITH (FORCE)`)
	}
	run(t, admin, `CREATE DATABASE `+name+` TEMPLATE `+template)
	return name
}

// emptied makes a database what its template is. A test that changed the schema, or wrote very much, leaves one that is
// refused.
func emptied(ctx context.Context, address string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return fmt.Errorf("open database to empty: %w", err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, emptying); err != nil {
		return fmt.Errorf("empty database: %w", err)
	}
	return nil
}

// shape is the schema in one word: tables and indexes with their columns, and constraints.
const shape = `
	SELECT MD5(STRING_AGG(line, '/' ORDER BY line)) AS shape
	FROM (
		SELECT CONCAT_WS(' ', c.relname, a.attnum, a.attname, a.atttypid, a.attnotnull, a.atthasdef) AS line
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
		UNION ALL
		SELECT CONCAT_WS(' ', conrelid::regclass, conname, contype)
		FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace
	) AS lines`

// seeding keeps in the template what its tables hold before anybody writes, and its shape.
const seeding = `
	CREATE SCHEMA seed;
	CREATE TABLE seed.shape AS ` + shape + `;
	DO $$
	DECLARE
		name TEXT;
		filled BOOLEAN;
	BEGIN
		FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
			EXECUTE FORMAT('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO filled;
			IF filled THEN
				EXECUTE FORMAT('CREATE TABLE seed.%I AS TABLE public.%I', 'of_' || name, name);
			END IF;
		END LOOP;
	END $$`

// emptying gives the record of migrations back too, which has ids of its own. 20 MB are twice a template.
const emptying = `
	DO $$
	DECLARE
		name TEXT;
	BEGIN
		IF pg_database_size(current_database()) > 20000000 THEN
			RAISE EXCEPTION 'too large';
		END IF;
		IF (` + shape + `) IS DISTINCT FROM (SELECT s.shape FROM seed.shape s) THEN
			RAISE EXCEPTION 'another schema';
		END IF;
		SET LOCAL session_replication_role = replica; -- in any order, whatever refers to what
		FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
			CONTINUE WHEN pg_relation_size(FORMAT('public.%I', name)) = 0;
			EXECUTE FORMAT('DELETE FROM public.%I', name);
			IF to_regclass('seed.' || QUOTE_IDENT('of_' || name)) IS NOT NULL THEN
				EXECUTE FORMAT('INSERT INTO public.%I SELECT * FROM seed.%I', name, 'of_' || name);
			END IF;
		END LOOP;
		FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename NOT LIKE 'goose%' LOOP
			PERFORM SETVAL(FORMAT('public.%I', name)::regclass, 1, FALSE);
		END LOOP;
	END $$`
