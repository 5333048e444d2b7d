package store

import (
	"context"
	"errors"
	"fmt"
)

// keep writes a batch and moves its feed in one transaction: whatever dies before the commit is read again.
func (s *Store) keep(ctx context.Context, b indexBatch) error {
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		ours, err := b.advance(ctx, tx)
		if err != nil {
			return err
		}
		if !ours {
			return errMoved
		}
		return s.addDocuments(ctx, tx, b)
	})
	if errors.Is(err, errMoved) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

func (s *Store) addDocuments(ctx context.Context, tx *tx, b indexBatch) error {
	if len(b.stale) > 0 {
		if _, err := tx.exec(ctx, `
			DELETE FROM search_docs
			WHERE facts_of IN (`+rowsOf(`?`, len(b.stale))+`)`, b.stale...); err != nil {
			return fmt.Errorf("forget words of tickets: %w", err)
		}
	}
	if len(b.docs) == 0 {
		return nil
	}
	if err := shelve(ctx, tx, b.docs); err != nil {
		return err
	}
	rows := make([][]any, len(b.docs))
	for i, d := range b.docs {
		rows[i] = []any{d.id, d.ticket, d.message, d.factsOf}
	}
	if err := tx.insertRows(ctx, `INSERT INTO search_docs (id, ticket_id, message_id, facts_of) VALUES `, rows); err != nil {
		return fmt.Errorf("insert documents: %w", err)
	}
	return s.engine.fullText().put(ctx, tx, b.docs)
}

// shelve numbers documents and gives each a place on its team's newest shelf, or on a new one.
func shelve(ctx context.Context, tx *tx, docs []document) (err error) {
	var last int64
	if err := get(ctx, tx, &last, `SELECT COALESCE(MAX(id), 0) FROM search_docs`); err != nil {
		return fmt.Errorf("number documents: %w", err)
	}
	open := map[int64]*shelf{}
	for i := range docs {
		d := &docs[i]
		on := open[d.team]
		if on == nil {
			if on, err = newestShelf(ctx, tx, d.team); err != nil {
				return err
			}
		}
		if on.Docs >= shelfSize {
			if on, err = nextShelf(ctx, tx, d.team, on); err != nil {
				return err
			}
		}
		open[d.team] = on
		on.Docs++
		d.id, d.shelf = last+int64(i)+1, on.ID
	}
	for _, on := range open {
		if err := on.save(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// shelf holds some of a team's documents.
type shelf struct {
	ID   int64 `db:"id"`
	Docs int64 `db:"docs"`
}

// newestShelf is the one that takes documents; a team without any has a full one that does not exist.
func newestShelf(ctx context.Context, tx *tx, team int64) (*shelf, error) {
	on := shelf{}
	err := get(ctx, tx, &on, `
		SELECT id, docs
		FROM search_shelves
		WHERE team_id = ?
		ORDER BY id DESC
		LIMIT 1`, team)
	if noRows(err) {
		return &shelf{Docs: shelfSize}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find shelf of team %d: %w", team, err)
	}
	return &on, nil
}

// nextShelf makes the shelf after one that is full.
func nextShelf(ctx context.Context, tx *tx, team int64, on *shelf) (*shelf, error) {
	if on.ID != 0 {
		if err := on.save(ctx, tx); err != nil {
			return nil, err
		}
	}
	id, err := tx.insert(ctx, `INSERT INTO search_shelves (team_id, docs) VALUES (?, 0) RETURNING id`, team)
	if err != nil {
		return nil, fmt.Errorf("make a shelf for team %d: %w", team, err)
	}
	return &shelf{ID: id}, nil
}

func (on *shelf) save(ctx context.Context, tx *tx) error {
	if _, err := tx.exec(ctx, `UPDATE search_shelves SET docs = ? WHERE id = ?`, on.Docs, on.ID); err != nil {
		return fmt.Errorf("count documents of shelf %d: %w", on.ID, err)
	}
	return nil
}
