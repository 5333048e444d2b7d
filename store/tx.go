package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// queryer is what get and list read from: the pool of readers, or a transaction.
type queryer interface {
	sqlx.QueryerContext
	// bind turns ? into the engine's placeholders.
	bind(query string) string
}

// ordered is a row that says itself where its columns go.
type ordered interface{ fields() []any }

// lender gives a connection for one statement, and says how it is given back after the last of its rows.
type lender interface {
	lend(ctx context.Context) (connection queryer, back func(), err error)
}

func borrow(ctx context.Context, q queryer) (queryer, func(), error) {
	if from, ok := q.(lender); ok {
		return from.lend(ctx)
	}
	return q, func() {}, nil
}

// get reads the one row of a query into dest; see noRows for none.
func get(ctx context.Context, q queryer, dest any, query string, args ...any) error {
	q, back, err := borrow(ctx, q)
	if err != nil {
		return err
	}
	defer back()
	if row, ok := dest.(ordered); ok {
		return q.QueryRowxContext(ctx, q.bind(query), arguments(args)...).Scan(row.fields()...)
	}
	return sqlx.GetContext(ctx, q, dest, q.bind(query), arguments(args)...)
}

// list reads all rows of a query into the slice that dest points to.
func list(ctx context.Context, q queryer, dest any, query string, args ...any) error {
	q, back, err := borrow(ctx, q)
	if err != nil {
		return err
	}
	defer back()
	return sqlx.SelectContext(ctx, q, dest, q.bind(query), arguments(args)...)
}

// noRows reports whether get found nothing.
func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// connection is what a transaction runs on.
type connection interface {
	sqlx.QueryerContext
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// tx is a transaction under way. Only write makes one.
type tx struct {
	connection
	binder func(string) string
	wrote  bool // a statement that may have changed something was sent
	afters []func()
}

func (t *tx) bind(query string) string { return t.binder(query) }

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	t.wrote = true
	result, err := t.ExecContext(ctx, t.bind(query), arguments(args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs a statement that ends in RETURNING id. With ON CONFLICT DO NOTHING it may yield noRows.
func (t *tx) insert(ctx context.Context, query string, args ...any) (int64, error) {
	var id int64
	err := t.returning(ctx, &id, query, args...)
	return id, err
}

// returning runs a statement that ends in RETURNING and reads its one row into dest; see noRows for none.
func (t *tx) returning(ctx context.Context, dest any, query string, args ...any) error {
	t.wrote = true
	return get(ctx, t, dest, query, args...)
}

// returningAll is returning for any number of rows, which it appends to the slice that dest points to.
func (t *tx) returningAll(ctx context.Context, dest any, query string, args ...any) error {
	t.wrote = true
	return list(ctx, t, dest, query, args...)
}

// after runs f once the transaction has been committed, and never otherwise.
func (t *tx) after(f func()) { t.afters = append(t.afters, f) }
