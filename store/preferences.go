package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// Preferences returns what a person likes. A choice that this program no longer knows counts as none.
func (s *Store) Preferences(ctx context.Context, user int64) (desk.Preferences, error) {
	p := desk.UsualPreferences()
	var rows []struct {
		Name  string `db:"name"`
		Value string `db:"value"`
	}
	err := list(ctx, s.db, &rows, `SELECT name, value FROM preferences WHERE user_id = ?`, user)
	if err != nil {
		return p, fmt.Errorf("read preferences of user %d: %w", user, err)
	}
	for _, row := range rows {
		if with, err := p.With(row.Name, row.Value); err == nil {
			p = with
		}
	}
	return p, nil
}

// SavePreferences keeps all choices of a person.
func (s *Store) SavePreferences(ctx context.Context, user int64, p desk.Preferences) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		for name, value := range p.Choices() {
			_, err := tx.exec(ctx, `
				INSERT INTO preferences (user_id, name, value)
				VALUES (?, ?, ?)
				ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value`, user, name, value)
			if err != nil {
				return fmt.Errorf("save preference %s of user %d: %w", name, user, err)
			}
		}
		return nil
	})
}
