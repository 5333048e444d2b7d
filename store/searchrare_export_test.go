package store

import (
	"context"

	"signalbox/workflow/desk"
)

// FillShelf puts documents with these words on a shelf of their own; each is of the ticket whose id is its place.
func (s *Store) FillShelf(ctx context.Context, team int64, texts []string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		full := int64(shelfSize)
		if _, err := tx.exec(ctx, `UPDATE search_shelves SET docs = ? WHERE team_id = ?`, full, team); err != nil {
			return err
		}
		b := indexBatch{}
		for i, text := range texts {
			b.docs = append(b.docs, document{team: team, ticket: int64(i + 1), words: indexed(text)})
		}
		return s.addDocuments(ctx, tx, b)
	})
}

// Find returns the tickets that a text finds, and whether older documents were left out.
func (s *Store) Find(ctx context.Context, team int64, text string) ([]int64, bool, error) {
	f, err := s.find(ctx, team, termsOf(desk.ParseSearch(text).Terms, ""), mostHits)
	return f.tickets, f.more, err
}
