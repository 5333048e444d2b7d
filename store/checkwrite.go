package store

import (
	"context"
	"crypto/rand"
	"fmt"
)

// writeMark names the row that CheckWrite writes again and again, so that the database does not grow.
const writeMark = "write that was tried last"

// CheckWrite tries a write that means nothing and returns why it fails; what an operator can mend is a *desk.Error.
func (s *Store) CheckWrite(ctx context.Context) error {
	fresh := rand.Text() // the same again would not be written
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			INSERT INTO secrets (name, value)
			VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, writeMark, []byte(fresh))
		return err
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("try a write: %w", ctx.Err())
	}
	return s.engine.refusal(err)
}
