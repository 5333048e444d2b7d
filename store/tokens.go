package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

const (
	// tokenPrefix is how people, and programs that look for leaked secrets, know one of ours.
	tokenPrefix = "sbx_"
	tokenBytes  = 32
	keyLength   = len(tokenPrefix) + (tokenBytes*8+5)/6
	hintLength  = 4   // characters
	maxTokens   = 100 // of a team, those that are not revoked
)

// NewToken is a token to be made.
type NewToken struct {
	TeamID int64
	Name   string
	Scopes []desk.Scope
}

// AddToken makes a token and returns its id and its key, which is kept nowhere: only its hash is. A name that differs
// from another token's only in the case of letters is a Conflict, so that the history names one of them.
func (s *Store) AddToken(ctx context.Context, by desk.Actor, n NewToken) (id int64, key string, err error) {
	if n.Name, err = cleanName("name", n.Name); err != nil {
		return 0, "", err
	}
	if n.Scopes, err = desk.CleanScopes(n.Scopes); err != nil {
		return 0, "", err
	}
	key = newTokenKey()
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, n.TeamID); err != nil {
			return err
		}
		if err := checkTokenName(ctx, tx, n); err != nil {
			return err
		}
		var err error
		id, err = tx.insert(ctx, `
			INSERT INTO tokens (team_id, name, scopes, created_by, creator_name, created_at)
			VALUES (?, ?, ?, ?, ?, ?)
			RETURNING id`, n.TeamID, n.Name, desk.JoinScopes(n.Scopes, " "), by.ID, by.Name, s.now())
		if err != nil {
			return fmt.Errorf("insert token: %w", err)
		}
		return s.insertTokenKey(ctx, tx, id, key)
	})
	if err != nil {
		return 0, "", err
	}
	return id, key, nil
}

func checkTokenName(ctx context.Context, tx *tx, n NewToken) error {
	var names []string
	err := list(ctx, tx, &names, `SELECT name FROM tokens WHERE team_id = ? AND revoked_at IS NULL`, n.TeamID)
	if err != nil {
		return fmt.Errorf("list names of tokens: %w", err)
	}
	for _, name := range names {
		if strings.EqualFold(name, n.Name) {
			return desk.Errorf(desk.Conflict, "There is a token %q already. Choose another name, or rotate it.", name)
		}
	}
	if len(names) >= maxTokens {
		return desk.Errorf(desk.Conflict, "The team has %d tokens, which is the most. Revoke one that is not used.", maxTokens)
	}
	return nil
}

func (s *Store) insertTokenKey(ctx context.Context, tx *tx, token int64, key string) error {
	_, err := tx.exec(ctx, `
		INSERT INTO token_keys (hash, token_id, hint, created_at)
		VALUES (?, ?, ?, ?)`, keyHash(key), token, key[len(key)-hintLength:], s.now())
	if err != nil {
		return fmt.Errorf("insert key of token %d: %w", token, err)
	}
	return nil
}

// newTokenKey has 256 bits, so that a plain hash of it is safe to keep.
func newTokenKey() string {
	var raw [tokenBytes]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(raw[:])
}

// RotateToken gives the team's token a new key and returns it. The keys before go on to work for the overlap at the
// most.
func (s *Store) RotateToken(ctx context.Context, team, token int64, overlap time.Duration) (key string, err error) {
	if err := desk.CheckOverlap(overlap); err != nil {
		return "", err
	}
	key = newTokenKey()
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockToken(ctx, tx, team, token); err != nil {
			return err
		}
		now := s.now()
		if _, err := tx.exec(ctx, `DELETE FROM token_keys WHERE token_id = ? AND ends_at <= ?`, token, now); err != nil {
			return fmt.Errorf("delete ended keys of token %d: %w", token, err)
		}
		end := now.Add(overlap)
		if _, err := tx.exec(ctx, `
			UPDATE token_keys
			SET ends_at = ?
			WHERE token_id = ? AND (ends_at IS NULL OR ends_at > ?)`, end, token, end); err != nil {
			return fmt.Errorf("end keys of token %d: %w", token, err)
		}
		return s.insertTokenKey(ctx, tx, token, key)
	})
	if err != nil {
		return "", err
	}
	return key, nil
}

// RevokeToken ends the team's token at once and for good.
func (s *Store) RevokeToken(ctx context.Context, team, token int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockToken(ctx, tx, team, token); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE tokens SET revoked_at = ? WHERE id = ?`, s.now(), token); err != nil {
			return fmt.Errorf("revoke token %d: %w", token, err)
		}
		return nil
	})
}

// lockToken holds a token of the team that is not revoked.
func (s *Store) lockToken(ctx context.Context, tx *tx, team, token int64) error {
	var id int64
	err := get(ctx, tx, &id, `
		SELECT id
		FROM tokens
		WHERE team_id = ? AND id = ? AND revoked_at IS NULL`+s.forUpdate(), team, token)
	if noRows(err) {
		return desk.Errorf(desk.NotFound, "There is no such token in this team, or it is revoked.")
	}
	if err != nil {
		return fmt.Errorf("lock token %d: %w", token, err)
	}
	return nil
}
