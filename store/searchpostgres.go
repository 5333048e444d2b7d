package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// postgresText keeps words as tsvectors that are made here, so that both engines find the same.
type postgresText struct{}

func (e *postgres) fullText() fullText { return postgresText{} }

func (postgresText) order() string { return `seq` }

// stampAtOnce bounds how long a transaction of the stamper is.
const stampAtOnce = 2_000

// stamp gives committed changes their seq. The row of feeds is the lock and the counter: one process stamps at a
// time, and numbers have no gap.
func (postgresText) stamp(ctx context.Context, s *Store) error {
	for {
		var n int64
		err := s.write(ctx, func(ctx context.Context, tx *tx) error {
			var last int64
			if err := get(ctx, tx, &last, `SELECT seq FROM feeds WHERE name = 'changes' FOR UPDATE`); err != nil {
				return err
			}
			var err error
			n, err = tx.exec(ctx, `
				UPDATE changes
				SET seq = fresh.seq
				FROM (
					SELECT id, CAST(? AS BIGINT) + ROW_NUMBER() OVER (ORDER BY id) AS seq
					FROM (SELECT id FROM changes WHERE seq IS NULL ORDER BY id LIMIT ?) AS next) AS fresh
				WHERE changes.id = fresh.id`, last, stampAtOnce)
			if err != nil || n == 0 {
				return err
			}
			_, err = tx.exec(ctx, `UPDATE feeds SET seq = ? WHERE name = 'changes'`, last+n)
			return err
		})
		if err != nil {
			return fmt.Errorf("stamp changes: %w", err)
		}
		if n < stampAtOnce {
			return nil
		}
	}
}

func (postgresText) put(ctx context.Context, tx *tx, docs []document) error {
	rows := make([][]any, len(docs))
	for i, d := range docs {
		rows[i] = []any{d.id, vector(d.shelf, d.words)}
	}
	if err := tx.insertRows(ctx, `INSERT INTO search_words (id, words) VALUES `, rows); err != nil {
		return fmt.Errorf("index words: %w", err)
	}
	return nil
}

const mostPlaces = 255 // of one word, which is what a tsvector keeps

// vector writes words as a tsvector, each with its shelf before it.
func vector(shelf int64, words string) string {
	places := map[string][]string{}
	for i, w := range strings.Fields(words) {
		if len(places[w]) < mostPlaces {
			places[w] = append(places[w], strconv.Itoa(i+1))
		}
	}
	var out strings.Builder
	for w, at := range places {
		out.WriteString(lexeme(shelf, w) + ":" + strings.Join(at, ",") + " ")
	}
	return out.String()
}

// lexeme quotes a word of letters and digits.
func lexeme(shelf int64, word string) string {
	return `'` + strconv.FormatInt(shelf, 10) + `/` + word + `'`
}

func (postgresText) clear(ctx context.Context, tx *tx) error {
	if _, err := tx.exec(ctx, `TRUNCATE search_words`); err != nil {
		return fmt.Errorf("clear index: %w", err)
	}
	return nil
}

func (postgresText) matching(shelf int64, terms []term) clauses {
	var c clauses
	c.add(`(SELECT id FROM search_words WHERE words @@ CAST(? AS tsquery) ORDER BY id DESC)`, query(shelf, terms))
	return c
}

// query writes terms as a tsquery about one shelf.
func query(shelf int64, terms []term) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		words := make([]string, len(t.words))
		for j, w := range t.words {
			words[j] = lexeme(shelf, w)
		}
		if t.prefix {
			words[len(words)-1] += ":*"
		}
		parts[i] = "(" + strings.Join(words, " <-> ") + ")"
		if t.not {
			parts[i] = "!" + parts[i]
		}
	}
	return strings.Join(parts, " & ")
}

func (postgresText) numbers() string {
	return `SELECT CAST(value AS BIGINT) AS id FROM json_array_elements_text(CAST(? AS json)) AS listed (value)`
}
