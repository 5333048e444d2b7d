package store

import (
	"context"
	"crypto/rand"
	"fmt"
)

// Secret returns the random bytes of that name, which are made once and kept: keys that sign cookies, for example.
func (s *Store) Secret(ctx context.Context, name string, size int) ([]byte, error) {
	const text = `SELECT value FROM secrets WHERE name = ?`
	var value []byte
	err := get(ctx, s.db, &value, text, name)
	if noRows(err) {
		err = s.write(ctx, func(ctx context.Context, tx *tx) error {
			fresh := make([]byte, size)
			_, _ = rand.Read(fresh) // never fails, see crypto/rand
			_, err := tx.exec(ctx, `
				INSERT INTO secrets (name, value)
				VALUES (?, ?)
				ON CONFLICT (name) DO NOTHING`, name, fresh)
			if err != nil {
				return fmt.Errorf("insert: %w", err)
			}
			value = nil // whichever process was first
			return get(ctx, tx, &value, text, name)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	if len(value) != size {
		return nil, fmt.Errorf("secret %q has %d bytes, want %d", name, len(value), size)
	}
	return value, nil
}
