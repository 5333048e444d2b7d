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
	Settings       desk.WidgetSettings
	IdentitySecret string // signs who a visitor is, "" when not used
	PreviousSecret string // is accepted while sites change over
	PostHogKey     string // what sites with posthog-js name themselves by, "" when they name the token
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
	PostHog  string `db:"posthog_key"`
}

// Widget returns the team's widget.
func (s *Store) Widget(ctx context.Context, team int64) (Widget, error) {
	return readWidget(ctx, s.db, `w.team_id = ?`, team)
}

// WidgetByToken returns the widget that a site names, enabled or not.
func (s *Store) WidgetByToken(ctx context.Context, token string) (Widget, error) {
	return readWidget(ctx, s.db, `w.token = ?`, strings.ToValidUTF8(strings.ReplaceAll(token, "\x00", ""), ""))
}

// WidgetOfSite returns the widget whose configuration a site asks for, by its token or by the key of the PostHog
// project that the site had before.
func (s *Store) WidgetOfSite(ctx context.Context, name string) (Widget, error) {
	w, err := s.WidgetByToken(ctx, name)
	if desk.IsKind(err, desk.NotFound) && name != "" && desk.CheckPostHogKey(name) == nil {
		return readWidget(ctx, s.db, `w.posthog_key <> '' AND w.posthog_key = ?`, name)
	}
	return w, err
}

func readWidget(ctx context.Context, q queryer, where string, arg any) (Widget, error) {
	var row widgetRow
	err := get(ctx, q, &row, `
		SELECT w.team_id, t.name, w.token, w.enabled, w.domains, w.settings, w.identity_secret, w.previous_secret,
			w.posthog_key
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
		Settings: desk.UsualWidgetSettings(), IdentitySecret: row.Identity, PreviousSecret: row.Previous,
		PostHogKey: row.PostHog,
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
