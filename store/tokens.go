package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

const (
	// tokenPrefix is how people, and programs that look for leaked secrets, know one of ours.
	tokenPrefix = "sbx_"
	keyLength   = len(tokenPrefix) + (keyBytes*8+5)/6
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
	key = tokenPrefix + newKey()
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

// Rotation gives a token a new key.
type Rotation struct {
	TeamID, TokenID int64
	Overlap         time.Duration // how long the keys before go on to work at the most
	Newest          string        // the hint of the key that whoever asks believes to be the newest; "" asks for no proof
}

// RotateToken makes a new key and returns it. A token that was rotated meanwhile is a Conflict, and so is one with many
// keys that work, unless they end with this.
func (s *Store) RotateToken(ctx context.Context, by desk.Actor, r Rotation) (key string, err error) {
	if err := desk.CheckOverlap(r.Overlap); err != nil {
		return "", err
	}
	key = tokenPrefix + newKey()
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		name, err := s.lockToken(ctx, tx, r.TeamID, r.TokenID)
		if err != nil {
			return err
		}
		if err := checkNewest(ctx, tx, r, name); err != nil {
			return err
		}
		if err := s.endKeys(ctx, tx, r, name); err != nil {
			return err
		}
		if err := s.insertTokenKey(ctx, tx, r.TokenID, key); err != nil {
			return err
		}
		return s.noteTokenAct(ctx, tx, by, tokenAct{r.TeamID, r.TokenID, desk.TokenRotated})
	})
	if err != nil {
		return "", err
	}
	return key, nil
}

// checkNewest tells one wish from the same one sent again.
func checkNewest(ctx context.Context, tx *tx, r Rotation, name string) error {
	if r.Newest == "" {
		return nil
	}
	var hint string
	err := get(ctx, tx, &hint, `SELECT hint FROM token_keys WHERE token_id = ? AND ends_at IS NULL`, r.TokenID)
	if err != nil {
		return fmt.Errorf("find newest key of token %d: %w", r.TokenID, err)
	}
	if hint != r.Newest {
		return desk.Errorf(desk.Conflict, "The token of %s has a new key since you looked. See whether you need another.", name)
	}
	return nil
}

// endKeys lets the keys that a token has work no longer than the overlap.
func (s *Store) endKeys(ctx context.Context, tx *tx, r Rotation, name string) error {
	now := s.now()
	end := now.Add(r.Overlap)
	_, err := tx.exec(ctx, `
		UPDATE token_keys
		SET ends_at = ?
		WHERE token_id = ? AND (ends_at IS NULL OR ends_at > ?)`, end, r.TokenID, end)
	if err == nil {
		_, err = tx.exec(ctx, `DELETE FROM token_keys WHERE token_id = ? AND ends_at <= ?`, r.TokenID, now)
	}
	var working int
	if err == nil {
		err = get(ctx, tx, &working, `SELECT COUNT(*) FROM token_keys WHERE token_id = ?`, r.TokenID)
	}
	if err != nil {
		return fmt.Errorf("end keys of token %d: %w", r.TokenID, err)
	}
	if working >= desk.MaxKeys {
		return desk.Errorf(desk.Conflict, "%d keys of %s work already. End them with this rotation, or wait until one of them has ended.", working, name)
	}
	return nil
}

// RevokeToken ends the team's token at once and for good.
func (s *Store) RevokeToken(ctx context.Context, by desk.Actor, team, token int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := s.lockToken(ctx, tx, team, token); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE tokens SET revoked_at = ? WHERE id = ?`, s.now(), token)
		if err == nil {
			_, err = tx.exec(ctx, `DELETE FROM token_keys WHERE token_id = ?`, token)
		}
		if err != nil {
			return fmt.Errorf("revoke token %d: %w", token, err)
		}
		return s.noteTokenAct(ctx, tx, by, tokenAct{team, token, desk.TokenRevoked})
	})
}

// lockToken holds a token of the team that is not revoked, and returns its name.
func (s *Store) lockToken(ctx context.Context, tx *tx, team, token int64) (name string, err error) {
	err = get(ctx, tx, &name, `
		SELECT name
		FROM tokens
		WHERE team_id = ? AND id = ? AND revoked_at IS NULL`+s.forUpdate(), team, token)
	if noRows(err) {
		return "", desk.Errorf(desk.NotFound, "There is no such token in this team, or it is revoked.")
	}
	if err != nil {
		return "", fmt.Errorf("lock token %d: %w", token, err)
	}
	return name, nil
}
