package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// SessionRow is a signed-in browser. It has the fields of web.SessionRecord, so that one converts to the other.
type SessionRow struct {
	Hash     []byte // SHA-256 of the cookie's token
	UserID   int64  // 0 before signing in
	TeamID   int64
	Created  time.Time
	LastSeen time.Time
	Expires  time.Time
	Values   []byte // JSON, opaque
}

// LoadSession returns a session, which may have expired; one that is not there is NotFound.
func (s *Store) LoadSession(ctx context.Context, hash []byte) (SessionRow, error) {
	var row struct {
		User    int64  `db:"user_id"`
		Team    int64  `db:"team_id"`
		Created micros `db:"created_at"`
		Seen    micros `db:"seen_at"`
		Expires micros `db:"expires_at"`
		Data    []byte `db:"data"`
	}
	err := get(ctx, s.quick, &row, `
		SELECT user_id, team_id, created_at, seen_at, expires_at, data
		FROM sessions
		WHERE token_hash = ?`, hash)
	if noRows(err) {
		return SessionRow{}, errNoSession()
	}
	if err != nil {
		return SessionRow{}, fmt.Errorf("read session: %w", err)
	}
	return SessionRow{
		Hash: hash, UserID: row.User, TeamID: row.Team, Created: time.Time(row.Created),
		LastSeen: time.Time(row.Seen), Expires: time.Time(row.Expires), Values: row.Data,
	}, nil
}

// CreateSession keeps a new session and forgets those that have expired.
func (s *Store) CreateSession(ctx context.Context, n SessionRow) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE expires_at <= ?`, s.now()); err != nil {
			return fmt.Errorf("delete expired sessions: %w", err)
		}
		_, err := tx.exec(ctx, `
			INSERT INTO sessions (token_hash, user_id, team_id, created_at, seen_at, expires_at, data)
			VALUES (?, ?, ?, ?, ?, ?, ?)`,
			n.Hash, n.UserID, n.TeamID, n.Created, n.LastSeen, n.Expires, bytesOf(n.Values))
		if err != nil {
			return fmt.Errorf("insert session: %w", err)
		}
		return nil
	})
}

// UpdateSession writes the team, the times and the values. It never creates: a revoked session stays revoked.
func (s *Store) UpdateSession(ctx context.Context, n SessionRow) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		changed, err := tx.exec(ctx, `
			UPDATE sessions
			SET team_id = ?, seen_at = ?, expires_at = ?, data = ?
			WHERE token_hash = ?`, n.TeamID, n.LastSeen, n.Expires, bytesOf(n.Values), n.Hash)
		if err != nil {
			return fmt.Errorf("update session: %w", err)
		}
		if changed == 0 {
			return errNoSession()
		}
		return nil
	})
}

// TouchSession writes when a session was last seen; one that is gone is no error.
func (s *Store) TouchSession(ctx context.Context, hash []byte, lastSeen, expires time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE sessions
			SET seen_at = ?, expires_at = ?
			WHERE token_hash = ?`, lastSeen, expires, hash)
		if err != nil {
			return fmt.Errorf("touch session: %w", err)
		}
		return nil
	})
}

// DeleteSession ends a session; one that is gone is no error.
func (s *Store) DeleteSession(ctx context.Context, hash []byte) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash = ?`, hash); err != nil {
			return fmt.Errorf("delete session: %w", err)
		}
		return nil
	})
}

func endSessions(ctx context.Context, tx *tx, user int64) error {
	if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE user_id = ?`, user); err != nil {
		return fmt.Errorf("end sessions of user %d: %w", user, err)
	}
	return nil
}

func errNoSession() error {
	return desk.Errorf(desk.NotFound, "There is no such session. Sign in again.")
}

// bytesOf keeps nil from becoming NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
