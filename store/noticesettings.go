package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// NoticeSettings returns how each kind of notice reaches a member, chosen or by default.
func (s *Store) NoticeSettings(ctx context.Context, team, user int64) (map[desk.NoticeKind]desk.Channels, error) {
	var rows []struct {
		Kind  desk.NoticeKind `db:"kind"`
		InApp bool            `db:"in_app"`
		Email bool            `db:"email"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT kind, in_app, email
		FROM notification_settings
		WHERE team_id = ? AND user_id = ?`, team, user)
	if err != nil {
		return nil, fmt.Errorf("read notice settings of user %d: %w", user, err)
	}
	settings := make(map[desk.NoticeKind]desk.Channels)
	for _, kind := range desk.NoticeKinds() {
		settings[kind] = kind.Default()
	}
	for _, r := range rows {
		settings[r.Kind] = desk.Channels{InApp: r.InApp, Email: r.Email}
	}
	return settings, nil
}

// SetNoticeSettings keeps how each kind of notice shall reach a member.
func (s *Store) SetNoticeSettings(ctx context.Context, team, user int64, settings map[desk.NoticeKind]desk.Channels) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := s.member(ctx, tx, team, user); err != nil {
			return err
		}
		for _, kind := range desk.NoticeKinds() {
			via, ok := settings[kind]
			if !ok {
				continue
			}
			_, err := tx.exec(ctx, `
				INSERT INTO notification_settings (team_id, user_id, kind, in_app, email)
				VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (team_id, user_id, kind) DO UPDATE SET in_app = excluded.in_app, email = excluded.email`,
				team, user, string(kind), via.InApp, via.Email)
			if err != nil {
				return fmt.Errorf("set notices %s of user %d: %w", kind, user, err)
			}
		}
		return nil
	})
}
