package store

import (
	"context"
	"fmt"
	"time"
)

const (
	searchGather = 100 * time.Millisecond // in which changes come together to one transaction
	searchLook   = 3 * time.Second        // how late what another process committed is noticed
)

// RunSearch keeps the search index in step with what is committed until ctx ends. Several processes may do so.
func (s *Store) RunSearch(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := s.IndexChanges(ctx); err != nil && ctx.Err() == nil {
			s.config.Log.ErrorContext(ctx, "index for the search", "error", err)
			pauseFor(ctx, searchLook)
		}
		look, end := context.WithTimeout(ctx, searchLook)
		select {
		case <-look.Done():
		case <-s.searchWakes:
			pauseFor(ctx, searchGather)
		}
		end()
	}
}

// rouseSearch tells the indexer of this process that there are changes.
func (s *Store) rouseSearch() {
	select {
	case s.searchWakes <- struct{}{}:
	default:
	}
}

// Rebuilt is what RebuildSearch did.
type Rebuilt struct {
	Messages  int64 // of all teams
	Documents int   // in the index
}

// RebuildSearch makes the search index anew from all tickets and messages and calls tell now and then with how many
// of the messages are done. A desk that serves meanwhile finds what is done; one that dies goes on at its next start.
func (s *Store) RebuildSearch(ctx context.Context, tell func(done, all int64)) (Rebuilt, error) {
	if err := s.clearSearch(ctx); err != nil {
		return Rebuilt{}, err
	}
	var r Rebuilt
	var newest int64
	if err := get(ctx, s.db, &r.Messages, `SELECT COUNT(*) FROM messages`); err != nil {
		return r, fmt.Errorf("count messages: %w", err)
	}
	if err := get(ctx, s.db, &newest, `SELECT COALESCE(MAX(id), 0) FROM messages`); err != nil {
		return r, fmt.Errorf("find last message: %w", err)
	}
	for {
		walk, err := s.position(ctx, s.db, searchWalk)
		if err != nil {
			return r, err
		}
		if walk.seq == walkOver {
			break
		}
		tell(r.Messages*walk.seq/max(newest, 1), r.Messages)
		b, err := s.walkOn(ctx, walk)
		if err == nil {
			err = s.keep(ctx, b)
		}
		if err != nil {
			return r, err
		}
	}
	tell(r.Messages, r.Messages)
	if _, err := s.IndexChanges(ctx); err != nil {
		return r, err
	}
	if err := get(ctx, s.db, &r.Documents, `SELECT COUNT(*) FROM search_docs`); err != nil {
		return r, fmt.Errorf("count documents: %w", err)
	}
	return r, nil
}

// clearSearch forgets the index and begins the walk; what changes from now on is read after it.
func (s *Store) clearSearch(ctx context.Context) error {
	last, err := s.lastChange(ctx)
	if err != nil {
		return err
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.engine.fullText().clear(ctx, tx); err != nil {
			return err
		}
		for _, table := range []string{`search_docs`, `search_shelves`} {
			if _, err := tx.exec(ctx, `DELETE FROM `+table); err != nil {
				return fmt.Errorf("clear %s: %w", table, err)
			}
		}
		for name, seq := range map[string]int64{searchFeed: last, searchWalk: 0} {
			if _, err := tx.exec(ctx, `UPDATE feeds SET seq = ? WHERE name = ?`, seq, name); err != nil {
				return fmt.Errorf("reset %s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("clear the search index: %w", err)
	}
	return nil
}
