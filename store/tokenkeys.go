package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// usedEvery bounds how often the use of a key is written down.
const usedEvery = time.Minute

// TokenByKey returns the token that a program shows the key of; an Unauthenticated error says that there is none. It
// is read anew each time: what is revoked in one process is refused in all of them at once.
func (s *Store) TokenByKey(ctx context.Context, key string) (desk.Token, error) {
	if len(key) != keyLength || !strings.HasPrefix(key, tokenPrefix) {
		return desk.Token{}, errNoKey()
	}
	hash, now := keyHash(key), s.now()
	var row struct {
		ID     int64  `db:"id"`
		Team   int64  `db:"team_id"`
		Name   string `db:"name"`
		Scopes string `db:"scopes"`
		Used   micros `db:"last_used_at"`
	}
	err := get(ctx, s.db, &row, `
		SELECT t.id, t.team_id, t.name, t.scopes, k.last_used_at
		FROM token_keys k JOIN tokens t ON t.id = k.token_id
		WHERE k.hash = ? AND (k.ends_at IS NULL OR k.ends_at > ?) AND t.revoked_at IS NULL`, hash, now)
	if noRows(err) {
		return desk.Token{}, errNoKey()
	}
	if err != nil {
		return desk.Token{}, fmt.Errorf("find token: %w", err)
	}
	if now.Sub(time.Time(row.Used)) >= usedEvery {
		if err := s.noteUse(ctx, hash, now); err != nil { // the next call tries again
			s.config.Log.WarnContext(ctx, "the use of a token was not noted", slog.Int64("token", row.ID), slog.Any("error", err))
		}
	}
	return desk.Token{ID: row.ID, TeamID: row.Team, Name: row.Name, Scopes: splitScopes(row.Scopes)}, nil
}

func errNoKey() error { return desk.Errorf(desk.Unauthenticated, "This key opens nothing here.") }

// noteUse writes once for many calls that come at the same time.
func (s *Store) noteUse(ctx context.Context, hash []byte, now time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			UPDATE token_keys
			SET last_used_at = ?
			WHERE hash = ? AND (last_used_at IS NULL OR last_used_at <= ?)`, now, hash, now.Add(-usedEvery))
		if err != nil {
			return fmt.Errorf("note use: %w", err)
		}
		return nil
	})
}

// ListedToken is a token as its team sees it.
type ListedToken struct {
	desk.Token
	CreatedBy string
	CreatedAt time.Time
	RevokedAt time.Time     // zero while it works
	Keys      []TokenKey    // that work, the newest first
	Changes   []TokenChange // the latest first
}

// TokenKey is what is known of a key.
type TokenKey struct {
	Hint       string // its last characters
	CreatedAt  time.Time
	EndsAt     time.Time // zero for the newest
	LastUsedAt time.Time // to the minute; zero for never
}

// listedTokens is how many tokens a list shows: all that work, and the latest of the revoked.
const listedTokens = 2 * maxTokens

// Tokens lists the team's tokens by name, and after them those that were revoked, the latest first.
func (s *Store) Tokens(ctx context.Context, team int64) ([]ListedToken, error) {
	var rows []struct {
		ID      int64  `db:"id"`
		Name    string `db:"name"`
		Scopes  string `db:"scopes"`
		Creator string `db:"creator_name"`
		Created micros `db:"created_at"`
		Revoked micros `db:"revoked_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT id, name, scopes, creator_name, created_at, revoked_at
		FROM tokens
		WHERE team_id = ?
		ORDER BY COALESCE(revoked_at, 0) > 0, revoked_at DESC, name, id
		LIMIT ?`, team, listedTokens)
	if err != nil {
		return nil, fmt.Errorf("list tokens of team %d: %w", team, err)
	}
	keys, err := s.tokenKeys(ctx, team)
	if err != nil {
		return nil, err
	}
	changes, err := s.tokenChanges(ctx, team)
	if err != nil {
		return nil, err
	}
	tokens := make([]ListedToken, len(rows))
	for i, r := range rows {
		tokens[i] = ListedToken{
			Token:     desk.Token{ID: r.ID, TeamID: team, Name: r.Name, Scopes: splitScopes(r.Scopes)},
			CreatedBy: r.Creator, CreatedAt: time.Time(r.Created), RevokedAt: time.Time(r.Revoked),
			Keys: keys[r.ID], Changes: changes[r.ID],
		}
	}
	return tokens, nil
}

// tokenKeys are the keys of the team's tokens that have not ended, newest first.
func (s *Store) tokenKeys(ctx context.Context, team int64) (map[int64][]TokenKey, error) {
	var rows []struct {
		Token   int64  `db:"token_id"`
		Hint    string `db:"hint"`
		Created micros `db:"created_at"`
		Ends    micros `db:"ends_at"`
		Used    micros `db:"last_used_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT k.token_id, k.hint, k.created_at, k.ends_at, k.last_used_at
		FROM tokens t JOIN token_keys k ON k.token_id = t.id
		WHERE t.team_id = ? AND (k.ends_at IS NULL OR k.ends_at > ?)
		ORDER BY COALESCE(k.ends_at, 0) > 0, k.created_at DESC`, team, s.now())
	if err != nil {
		return nil, fmt.Errorf("list keys of team %d: %w", team, err)
	}
	keys := map[int64][]TokenKey{}
	for _, r := range rows {
		keys[r.Token] = append(keys[r.Token], TokenKey{
			Hint: r.Hint, CreatedAt: time.Time(r.Created), EndsAt: time.Time(r.Ends), LastUsedAt: time.Time(r.Used),
		})
	}
	return keys, nil
}

func splitScopes(text string) []desk.Scope {
	var scopes []desk.Scope
	for name := range strings.FieldsSeq(text) {
		scopes = append(scopes, desk.Scope(name))
	}
	return scopes
}
