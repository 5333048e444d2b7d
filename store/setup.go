package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// setupKeyLife is how long a set-up link works.
const setupKeyLife = 24 * time.Hour

// setUpMark is the secret whose unique name lets one of two set-ups at the same moment win.
const setUpMark = "desk set up"

// NewDesk is what a fresh installation is told.
type NewDesk struct {
	Team, AdminEmail, AdminName string
	PasswordHash                string
}

// SetUp is what a fresh installation answers.
type SetUp struct {
	TeamID, UserID int64
	WidgetToken    string
}

// Setup makes the first team and its admin; where a user exists it is a Conflict. Set-up keys die with it.
func (s *Store) Setup(ctx context.Context, n NewDesk) (SetUp, error) {
	team, err := cleanName("team", n.Team)
	if err != nil {
		return SetUp{}, err
	}
	admin := NewUser{Email: n.AdminEmail, Name: n.AdminName, Admin: true, PasswordHash: n.PasswordHash}
	if admin, err = admin.clean(); err != nil {
		return SetUp{}, err
	}

	var done SetUp
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := claimSetup(ctx, tx); err != nil {
			return err
		}
		added, err := s.addTeam(ctx, tx, team)
		if err != nil {
			return err
		}
		admin.TeamID = added.ID
		user, err := s.addUser(ctx, tx, admin)
		done = SetUp{TeamID: added.ID, UserID: user, WidgetToken: added.WidgetToken}
		return err
	})
	if err != nil {
		return SetUp{}, err
	}
	return done, nil
}

func claimSetup(ctx context.Context, tx *tx) error {
	already := desk.Errorf(desk.Conflict, "This desk is already set up. Sign in instead.")
	if has, err := hasUsers(ctx, tx); err != nil || has {
		return errorOr(err, already)
	}
	n, err := tx.exec(ctx, `INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, setUpMark, []byte{1})
	if err != nil {
		return fmt.Errorf("mark desk as set up: %w", err)
	}
	if n == 0 {
		return already
	}
	if _, err := tx.exec(ctx, `DELETE FROM setup_keys`); err != nil {
		return fmt.Errorf("delete set-up keys: %w", err)
	}
	return nil
}

func errorOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// HasUsers reports whether the desk has been set up.
func (s *Store) HasUsers(ctx context.Context) (bool, error) { return hasUsers(ctx, s.db) }

func hasUsers(ctx context.Context, q queryer) (bool, error) {
	var has bool
	if err := get(ctx, q, &has, `SELECT EXISTS (SELECT 1 FROM users)`); err != nil {
		return false, fmt.Errorf("look for users: %w", err)
	}
	return has, nil
}

// NewSetupKey makes a key that opens the set-up page for 24 hours. Only its hash is kept.
func (s *Store) NewSetupKey(ctx context.Context) (string, error) {
	key, now := newKey(), s.now()
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM setup_keys WHERE expires_at <= ?`, now); err != nil {
			return fmt.Errorf("delete expired set-up keys: %w", err)
		}
		_, err := tx.exec(ctx, `INSERT INTO setup_keys (key_hash, expires_at) VALUES (?, ?)`, keyHash(key), now.Add(setupKeyLife))
		if err != nil {
			return fmt.Errorf("insert set-up key: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return key, nil
}

// CheckSetupKey refuses, as Forbidden, a key that is wrong, expired or used.
func (s *Store) CheckSetupKey(ctx context.Context, key string) error {
	var found int
	err := get(ctx, s.db, &found, `SELECT 1 FROM setup_keys WHERE key_hash = ? AND expires_at > ?`, keyHash(key), s.now())
	if noRows(err) {
		return desk.Errorf(desk.Forbidden, "This set-up link is not valid or has expired. Start the server again for a new one.")
	}
	if err != nil {
		return fmt.Errorf("check set-up key: %w", err)
	}
	return nil
}
