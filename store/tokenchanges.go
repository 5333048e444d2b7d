package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// TokenChange is one thing that was done to a token after it was made.
type TokenChange struct {
	Act desk.TokenAct
	By  string // the name of a user, or the command line
	At  time.Time
}

type tokenAct struct {
	team, token int64
	act         desk.TokenAct
}

func (s *Store) noteTokenAct(ctx context.Context, tx *tx, by desk.Actor, a tokenAct) error {
	_, err := tx.exec(ctx, `
		INSERT INTO token_changes (team_id, token_id, act, actor_id, actor_name, made_at)
		VALUES (?, ?, ?, ?, ?, ?)`, a.team, a.token, a.act, by.ID, by.Name, s.now())
	if err != nil {
		return fmt.Errorf("note that token %d was %s: %w", a.token, a.act, err)
	}
	return nil
}

// listedChanges is how many changes of all the team's tokens a list shows.
const listedChanges = 500

// tokenChanges are the latest changes of the team's tokens, newest first.
func (s *Store) tokenChanges(ctx context.Context, team int64) (map[int64][]TokenChange, error) {
	var rows []struct {
		Token int64         `db:"token_id"`
		Act   desk.TokenAct `db:"act"`
		By    string        `db:"actor_name"`
		At    micros        `db:"made_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT token_id, act, actor_name, made_at
		FROM token_changes
		WHERE team_id = ?
		ORDER BY id DESC
		LIMIT ?`, team, listedChanges)
	if err != nil {
		return nil, fmt.Errorf("list changes of tokens of team %d: %w", team, err)
	}
	changes := map[int64][]TokenChange{}
	for _, r := range rows {
		changes[r.Token] = append(changes[r.Token], TokenChange{r.Act, r.By, time.Time(r.At)})
	}
	return changes, nil
}

// SweepTokenKeys removes what is left of keys that have ended.
func (s *Store) SweepTokenKeys(ctx context.Context) error {
	return s.inBatches(ctx, func(ctx context.Context) (n int, err error) {
		err = s.write(ctx, func(ctx context.Context, tx *tx) error {
			swept, err := tx.exec(ctx, `
				DELETE FROM token_keys
				WHERE hash IN (SELECT hash FROM token_keys WHERE ends_at <= ? ORDER BY ends_at LIMIT ?`+s.forUpdate()+`)`,
				s.now(), sweepBatch)
			if err != nil {
				return fmt.Errorf("delete ended keys: %w", err)
			}
			n = int(swept)
			return nil
		})
		return n, err
	})
}
