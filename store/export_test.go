package store

import "context"

// Write lets tests that must run on every engine send statements of their own.
func (s *Store) Write(ctx context.Context, do func(exec func(query string, args ...any) error) error) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		return do(func(query string, args ...any) error {
			_, err := tx.exec(ctx, query, args...)
			return err
		})
	})
}

// Wake says that events were committed.
func (s *Store) Wake() { s.wake() }

// Woken receives what Wake says, here or in another process.
func (s *Store) Woken() <-chan struct{} { return s.wakes }

// Read lets such tests look at one value.
func (s *Store) Read(ctx context.Context, dest any, query string, args ...any) error {
	return get(ctx, s.db, dest, query, args...)
}
