package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"signalbox/workflow/desk"
)

// ChangeWidget changes the team's widget as it is in that moment, so that nobody undoes what another has just
// saved, and returns it. The team's name is not changed. change may be called twice: it must touch the widget alone.
func (s *Store) ChangeWidget(ctx context.Context, team int64, change func(*Widget) error) (Widget, error) {
	var saved Widget
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		lock := s.forUpdate()
		if lock != "" {
			lock += ` OF w`
		}
		w, err := readWidget(ctx, tx, `w.team_id = ?`+lock, team)
		if err != nil {
			return err
		}
		if err := change(&w); err != nil {
			return err
		}
		if w.Domains, err = SitesAsTyped(w.Domains); err != nil {
			return err
		}
		if err := w.Settings.Check(); err != nil {
			return err
		}
		if err := s.checkPostHogKey(ctx, tx, w); err != nil {
			return err
		}
		saved = w
		return saveWidget(ctx, tx, w)
	})
	return saved, err
}

// checkPostHogKey holds that a site's name leads to one team.
func (s *Store) checkPostHogKey(ctx context.Context, tx *tx, w Widget) error {
	if w.PostHogKey == "" {
		return nil
	}
	if err := desk.CheckPostHogKey(w.PostHogKey); err != nil {
		return err
	}
	if err := s.engine.lockName(ctx, tx, 0, w.PostHogKey); err != nil {
		return err
	}
	var token bool
	err := get(ctx, tx, &token, `
		SELECT token = ?
		FROM widgets
		WHERE token = ? OR posthog_key <> '' AND posthog_key = ? AND team_id <> ?
		LIMIT 1`, w.PostHogKey, w.PostHogKey, w.PostHogKey, w.TeamID)
	switch {
	case noRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("look for a PostHog key: %w", err)
	case token:
		return desk.FieldErrorf(desk.PostHogKeyField,
			"This is the token of a widget. Copy the key that the site had before, the first argument of posthog.init, or leave this empty.")
	}
	return desk.FieldErrorf(desk.PostHogKeyField, "Another team has this key. Remove it there first.")
}

func saveWidget(ctx context.Context, tx *tx, w Widget) error {
	domains, err := json.Marshal(w.Domains)
	if err != nil {
		return fmt.Errorf("write domains: %w", err)
	}
	settings, err := json.Marshal(w.Settings)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	_, err = tx.exec(ctx, `
		UPDATE widgets
		SET token = ?, enabled = ?, domains = ?, settings = ?, identity_secret = ?, previous_secret = ?, posthog_key = ?
		WHERE team_id = ?`,
		w.Token, w.Enabled, string(domains), string(settings), w.IdentitySecret, w.PreviousSecret, w.PostHogKey, w.TeamID)
	if err != nil {
		return fmt.Errorf("save widget of team %d: %w", w.TeamID, err)
	}
	return nil
}

// RenewToken gives the widget a new token; sites with the old one no longer reach it. seen is the token that
// whoever asks believes it has: two who ask at once must not break what one of them has already put on a site.
func (w *Widget) RenewToken(seen string) error {
	if seen != w.Token {
		return desk.Errorf(desk.Conflict, "Somebody made a new token meanwhile. Look at it as it is now, then decide again.")
	}
	w.Token = newKey()
	return nil
}

// Secrets are the widget's identity secrets.
func (w Widget) Secrets() desk.WidgetSecrets {
	return desk.WidgetSecrets{Current: w.IdentitySecret, Previous: w.PreviousSecret}
}

// ChangeSecrets does one act to them.
func (w *Widget) ChangeSecrets(act desk.SecretAct) error {
	next, err := w.Secrets().After(act, newSecret())
	if err != nil {
		return err
	}
	w.IdentitySecret, w.PreviousSecret = next.Current, next.Previous
	return nil
}

// newSecret is in hex: it is pasted into the settings of other programs.
func newSecret() string {
	var raw [keyBytes]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	return hex.EncodeToString(raw[:])
}
