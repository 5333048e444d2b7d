package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// Widget is how a team's site reaches it.
type Widget struct {
	TeamID         int64
	TeamName       string
	Token          string // public
	Enabled        bool
	Domains        []string // empty allows every site; *.example.com covers example.com too (spec/4)
	Settings       WidgetSettings
	IdentitySecret string // signs who a visitor is, "" when not used
	PreviousSecret string // is accepted while sites change over
}

// WidgetSettings is what a widget shows; empty texts leave it to the widget.
type WidgetSettings struct {
	Greeting        string `json:"greeting,omitempty"`
	Color           string `json:"color,omitempty"`
	Placeholder     string `json:"placeholder,omitempty"`
	Position        string `json:"position,omitempty"`
	FormTitle       string `json:"form_title,omitempty"`
	FormDescription string `json:"form_description,omitempty"`
	RequireEmail    bool   `json:"require_email,omitempty"`
	CollectName     bool   `json:"collect_name,omitempty"`
}

type widgetRow struct {
	Team     int64  `db:"team_id"`
	TeamName string `db:"name"`
	Token    string `db:"token"`
	Enabled  bool   `db:"enabled"`
	Domains  string `db:"domains"`
	Settings string `db:"settings"`
	Identity string `db:"identity_secret"`
	Previous string `db:"previous_secret"`
}

// Widget returns the team's widget.
func (s *Store) Widget(ctx context.Context, team int64) (Widget, error) {
	return s.widget(ctx, `w.team_id = ?`, team)
}

// WidgetByToken returns the widget that a site names, enabled or not.
func (s *Store) WidgetByToken(ctx context.Context, token string) (Widget, error) {
	return s.widget(ctx, `w.token = ?`, strings.ToValidUTF8(strings.ReplaceAll(token, "\x00", ""), ""))
}

func (s *Store) widget(ctx context.Context, where string, arg any) (Widget, error) {
	var row widgetRow
	err := get(ctx, s.db, &row, `
		SELECT w.team_id, t.name, w.token, w.enabled, w.domains, w.settings, w.identity_secret, w.previous_secret
		FROM widgets w JOIN teams t ON t.id = w.team_id
		WHERE `+where, arg)
	if noRows(err) {
		return Widget{}, errNoWidget()
	}
	if err != nil {
		return Widget{}, fmt.Errorf("read widget: %w", err)
	}

	w := Widget{
		TeamID: row.Team, TeamName: row.TeamName, Token: row.Token, Enabled: row.Enabled,
		IdentitySecret: row.Identity, PreviousSecret: row.Previous,
	}
	if err := json.Unmarshal([]byte(row.Domains), &w.Domains); err != nil {
		return Widget{}, fmt.Errorf("read domains of widget %d: %w", row.Team, err)
	}
	if err := json.Unmarshal([]byte(row.Settings), &w.Settings); err != nil {
		return Widget{}, fmt.Errorf("read settings of widget %d: %w", row.Team, err)
	}
	return w, nil
}

func errNoWidget() error { return desk.Errorf(desk.NotFound, "There is no such widget.") }

// SaveWidget writes all of the team's widget but its token and the team's name.
func (s *Store) SaveWidget(ctx context.Context, w Widget) error {
	domains, err := desk.CleanSites(w.Domains)
	if err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	domainsText, err := json.Marshal(domains)
	if err != nil {
		return fmt.Errorf("write domains: %w", err)
	}
	settings, err := json.Marshal(w.Settings)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}

	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		n, err := tx.exec(ctx, `
			UPDATE widgets
			SET enabled = ?, domains = ?, settings = ?, identity_secret = ?, previous_secret = ?
			WHERE team_id = ?`,
			w.Enabled, string(domainsText), string(settings), w.IdentitySecret, w.PreviousSecret, w.TeamID)
		if err != nil {
			return fmt.Errorf("save widget of team %d: %w", w.TeamID, err)
		}
		if n == 0 {
			return errNoWidget()
		}
		return nil
	})
}

// NewWidgetToken gives the team's widget a new token; sites with the old one no longer reach it.
func (s *Store) NewWidgetToken(ctx context.Context, team int64) (string, error) {
	token := randomText()
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		n, err := tx.exec(ctx, `UPDATE widgets SET token = ? WHERE team_id = ?`, token, team)
		if err != nil {
			return fmt.Errorf("change token of widget %d: %w", team, err)
		}
		if n == 0 {
			return errNoWidget()
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return token, nil
}
