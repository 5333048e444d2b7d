package store

import (
	"context"
	"fmt"
	"strings"
)

// sqliteText keeps words with FTS4. Each shelf is a language of its table, which means an index of its own.
type sqliteText struct{}

func (e *sqlite) fullText() fullText { return sqliteText{} }

// order is the row id: there is one writer, so rows are committed as they are numbered.
func (sqliteText) order() string { return `id` }

func (sqliteText) stamp(context.Context, *Store) error { return nil }

func (sqliteText) put(ctx context.Context, tx *tx, docs []document) error {
	rows := make([][]any, len(docs))
	for i, d := range docs {
		rows[i] = []any{d.id, d.words, d.shelf}
	}
	for _, insert := range []string{
		`INSERT INTO search_words_text (id, words, shelf) VALUES `,
		`INSERT INTO search_words (docid, words, shelf) VALUES `,
	} {
		if err := tx.insertRows(ctx, insert, rows); err != nil {
			return fmt.Errorf("index words: %w", err)
		}
	}
	return nil
}

// clear makes the index anew: its table has no quick way to forget everything, and the trigger would forget row by row.
func (sqliteText) clear(ctx context.Context, tx *tx) error {
	var made []string
	err := list(ctx, tx, &made, `
		SELECT sql
		FROM sqlite_schema
		WHERE name IN ('search_words', 'search_words_forget')
		ORDER BY type`) // the table before the trigger's like
	if err != nil {
		return fmt.Errorf("read schema of the index: %w", err)
	}
	for _, statement := range append([]string{
		`DROP TRIGGER search_words_forget`, `DROP TABLE search_words`, `DELETE FROM search_words_text`,
	}, append(made, `INSERT INTO search_words (search_words) VALUES ('automerge=4')`)...) {
		if _, err := tx.exec(ctx, statement); err != nil {
			return fmt.Errorf("clear index: %w", err)
		}
	}
	return nil
}

func (sqliteText) matching(shelf int64, terms []term) clauses {
	var c clauses
	c.add(`SELECT docid AS id FROM search_words WHERE shelf = ? AND search_words MATCH ?`, shelf, fts4(terms))
	return c
}

// fts4 writes terms in the language of MATCH, each in quotes, where nothing but a star means anything. Words have
// letters and digits alone.
func fts4(terms []term) string {
	var with, without []string
	for _, t := range terms {
		text := `"` + strings.Join(t.words, " ")
		if t.prefix {
			text += "*"
		}
		text += `"`
		if t.not {
			without = append(without, " NOT "+text)
			continue
		}
		with = append(with, text)
	}
	return strings.Join(with, " AND ") + strings.Join(without, "")
}

func (sqliteText) numbers() string { return `SELECT value AS id FROM json_each(?)` }
