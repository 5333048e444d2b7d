package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"signalbox/store"
)

// Filling says what Fill makes. The team must have no tickets yet.
type Filling struct {
	Team     int64
	Tickets  int
	Messages int // of each ticket
	Users    int // the ids 1 to Users are assigned to, and so are the Roles
	Roles    int
	Now      time.Time // the newest ticket was updated a minute before
}

// Fill makes tickets as an old desk has them, by SQL beside the store, a million in well under two minutes:
// 15 of 100 are not resolved, a third has a deadline, tags are
// common or rare, and updates follow the order of creation, but not strictly.
func Fill(ctx context.Context, c store.Config, f Filling) (err error) {
	d, err := openDirect(c)
	if err != nil {
		return fmt.Errorf("open database to fill: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()

	indexes, err := d.indexes(ctx)
	if err != nil {
		return fmt.Errorf("list indexes: %w", err)
	}
	statements := make([]string, 0, 2*len(indexes)+10)
	for name := range indexes {
		statements = append(statements, `DROP INDEX `+name)
	}
	statements = append(statements, d.rows(f)...)
	for _, definition := range indexes {
		statements = append(statements, definition) // far faster than keeping them in step
	}
	for _, statement := range append(statements, d.finish...) {
		if _, err := d.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(statement), err)
		}
	}
	return nil
}

// direct is a connection beside the store's, with the words that differ between the engines.
type direct struct {
	*sql.DB
	catalog string   // yields name and definition of the indexes that a table can do without
	id      string   // a format: a public id out of a number and the digit of its table
	finish  []string // what the engine wants after much was written
}

func openDirect(c store.Config) (*direct, error) {
	if c.Database != "" {
		db, err := sql.Open("pgx", c.Database)
		return &direct{
			DB: db,
			catalog: `
				SELECT indexname, indexdef
				FROM pg_indexes
				WHERE tablename IN ('tickets', 'ticket_tags', 'messages') AND indexdef NOT LIKE 'CREATE UNIQUE%'`,
			id:     `CAST('%[2]d' || LPAD(TO_HEX(%[1]s), 31, '0') AS UUID)`,
			finish: []string{`VACUUM ANALYZE`},
		}, err
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(c.Dir, "signalbox.db")+"?_journal_mode=WAL&_synchronous=OFF&_cache_size=-400000")
	return &direct{
		DB: db,
		catalog: `
			SELECT name, sql
			FROM sqlite_master
			WHERE type = 'index' AND sql LIKE 'CREATE INDEX%' AND tbl_name IN ('tickets', 'ticket_tags', 'messages')`,
		id:     `UNHEX('%[2]d' || PRINTF('%%031x', %[1]s))`,
		finish: []string{`PRAGMA wal_checkpoint(TRUNCATE)`},
	}, err
}

func (d *direct) indexes(ctx context.Context) (_ map[string]string, err error) {
	rows, err := d.QueryContext(ctx, d.catalog)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := map[string]string{}
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			return nil, err
		}
		found[name] = definition
	}
	return found, rows.Err()
}

// rows returns the statements that make the rows. Chance is arithmetic, so that every desk of a size is the same.
func (d *direct) rows(f Filling) []string {
	id := func(number string, table int) string { return fmt.Sprintf(d.id, number, table) }
	values := strings.NewReplacer(
		":team", fmt.Sprint(f.Team), ":tickets", fmt.Sprint(f.Tickets), ":messages", fmt.Sprint(f.Messages),
		":users", fmt.Sprint(max(f.Users, 1)), ":roles", fmt.Sprint(max(f.Roles, 1)),
		":assigned", fmt.Sprint(map[bool]int{true: 10, false: 0}[f.Users > 0]),
		":now", fmt.Sprint(f.Now.UnixMicro()), ":minute", "CAST(60000000 AS BIGINT)",
		":customer", id(`i`, 1), ":ticket", id(`i`, 2), ":message", id(`(t.id * :messages + j)`, 3),
	)
	statements := []string{fillCustomers, fillTickets, fillTags, fillMessages, fillTeam, fillCounts}
	for i, statement := range statements {
		statements[i] = values.Replace(values.Replace(statement)) // ids mention values
	}
	return statements
}

const fillCustomers = `
	INSERT INTO customers (public_id, team_id, name, email, created_at)
	WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < (:tickets + 3) / 4)
	SELECT :customer, :team, 'Customer ' || i, 'customer' || i || '@example.com', :now - :minute * :tickets
	FROM n`

// fillTickets: age counts tickets from the newest, luck is 0 to 999.
const fillTickets = `
	INSERT INTO tickets (public_id, team_id, number, customer_id, subject, channel, status, priority,
		assignee_kind, assignee_id, tags, sla_due_at, sla_stage, message_count, last_message_at, last_message_text,
		unread_team, thread_at, created_at, updated_at)
	WITH RECURSIVE
	n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :tickets),
	first (customer) AS (SELECT MIN(id) FROM customers WHERE team_id = :team),
	chance AS (
		SELECT i, :tickets - i AS age, (i * 7919 + i / 13) % 1000 AS luck, (i * 104729 + i / 7) % 1000 AS fate
		FROM n),
	drawn AS (
		SELECT i, age, luck, fate,
			CASE WHEN luck < 850 THEN 'resolved' WHEN luck < 890 THEN 'pending' WHEN luck < 910 THEN 'on_hold'
				WHEN luck < 960 THEN 'open' ELSE 'new' END AS status,
			:now - :minute * (age + 1) AS updated
		FROM chance),
	dated AS (
		SELECT i, luck, fate, status, updated,
			CASE WHEN fate % 3 = 0 AND luck < 850 THEN updated + :minute * 60
				WHEN fate % 3 = 0 THEN :now + :minute * (fate * 10 - 1000) END AS due
		FROM drawn)
	SELECT :ticket, :team, i, customer + i % ((:tickets + 3) / 4), 'Question ' || i || ' about an order',
		CASE fate % 3 WHEN 0 THEN 'widget' WHEN 1 THEN 'email' ELSE 'slack' END, status,
		CASE fate % 4 WHEN 0 THEN 'low' WHEN 1 THEN 'medium' WHEN 2 THEN 'high' ELSE '' END,
		CASE WHEN fate % 10 >= :assigned OR fate % 10 < 3 THEN '' WHEN fate % 10 < 8 THEN 'user' ELSE 'role' END,
		CASE WHEN fate % 10 >= :assigned OR fate % 10 < 3 THEN 0 WHEN fate % 10 < 8 THEN 1 + i % :users ELSE 1 + i % :roles END,
		CASE WHEN fate < 100 THEN '["billing"]' WHEN luck = 7 THEN '["rare"]' ELSE '[]' END,
		due, CASE WHEN due < :now THEN 'breached' WHEN due <= :now + :minute * 60 THEN 'at-risk' ELSE '' END,
		:messages, updated, 'Thank you, that is what I meant. Ticket ' || i, CASE WHEN luck < 850 THEN 0 ELSE 1 END, updated,
		updated - :minute * (30 + fate), updated - :minute * (luck / 100)
	FROM dated, first`

const fillTags = `
	INSERT INTO ticket_tags (team_id, tag, ticket_id)
	SELECT team_id, CASE tags WHEN '["rare"]' THEN 'rare' ELSE 'billing' END, id
	FROM tickets
	WHERE team_id = :team AND tags <> '[]'
	ORDER BY 2, 3`

const fillMessages = `
	INSERT INTO messages (public_id, team_id, ticket_id, author, author_id, author_name, body, created_at)
	WITH RECURSIVE n (j) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT j + 1 FROM n WHERE j < :messages - 1)
	SELECT :message, :team, t.id, CASE WHEN j % 2 = 0 THEN 'customer' ELSE 'agent' END, 1, 'Somebody',
		'Hello, this is message ' || j || ' of ticket ' || t.number || '. The parcel has not come yet; could you have a look at it, please?',
		t.created_at + :minute * j
	FROM tickets t, n
	WHERE t.team_id = :team AND :messages > 0`

const fillTeam = `
	UPDATE teams
	SET last_number = :tickets
	WHERE id = :team`

// fillCounts says again what package store counts; a test holds them together.
const fillCounts = `
	INSERT INTO ticket_counts (team_id, name, delta)
	SELECT team_id, 'all', COUNT(*) FROM tickets WHERE team_id = :team GROUP BY team_id
	UNION ALL
	SELECT team_id, 'waiting', COUNT(*) FROM tickets WHERE team_id = :team AND status IN ('new', 'open') GROUP BY team_id
	UNION ALL
	SELECT team_id, CASE assignee_kind WHEN '' THEN 'unassigned' ELSE assignee_kind || ':' || assignee_id END, COUNT(*)
	FROM tickets
	WHERE team_id = :team AND status <> 'resolved'
	GROUP BY team_id, assignee_kind, assignee_id`
