package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"signalbox/store"
)

type widgetCommand struct {
	Show widgetShow `cmd:"" help:"Print the widget's settings as JSON."`
	Set  widgetSet  `cmd:"" help:"Change some settings and print all of them as JSON."`
}

// widgetView is what both commands print.
type widgetView struct {
	TeamID         int64    `json:"team_id"`
	Token          string   `json:"widget_token"`
	Enabled        bool     `json:"enabled"`
	Domains        []string `json:"domains"`
	IdentitySecret string   `json:"identity_secret,omitempty"`
	PreviousSecret string   `json:"previous_identity_secret,omitempty"`
	store.WidgetSettings
}

func printWidget(ctx context.Context, con *console, s *store.Store, team int64) error {
	w, err := s.Widget(ctx, team)
	if err != nil {
		return err
	}
	if w.Domains == nil {
		w.Domains = []string{}
	}
	return con.object(widgetView{
		TeamID: w.TeamID, Token: w.Token, Enabled: w.Enabled, Domains: w.Domains,
		IdentitySecret: w.IdentitySecret, PreviousSecret: w.PreviousSecret, WidgetSettings: w.Settings,
	})
}

type widgetShow struct{ teamFlags }

// Run prints the settings.
func (c *widgetShow) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)
	return printWidget(ctx, con, s, team.ID)
}

// widgetSet holds nil for what stays as it is.
type widgetSet struct {
	teamFlags
	Enabled         *bool     `negatable:"" help:"Whether the widget answers."`
	Domains         *[]string `placeholder:"D,…" help:"Sites that may show it, such as example.com,*.example.org; empty allows all."`
	IdentitySecret  *string   `placeholder:"new" help:"Make a new secret that proves who a visitor is, or \"\" for none. The one before stays valid; twice new ends it."`
	Token           *string   `enum:"new" placeholder:"new" help:"Make a new token; sites with the old one no longer reach the desk."`
	Greeting        *string   `placeholder:"TEXT" help:"First words to a visitor."`
	Color           *string   `placeholder:"#RRGGBB" help:"Colour of the button."`
	Placeholder     *string   `placeholder:"TEXT" help:"Text in the empty message field."`
	Position        *string   `placeholder:"CORNER" help:"Corner of the page, such as bottom_right."`
	FormTitle       *string   `placeholder:"TEXT" help:"Title of the form that asks who a visitor is."`
	FormDescription *string   `placeholder:"TEXT" help:"Words below it."`
	RequireEmail    *bool     `negatable:"" help:"Whether a visitor must give an email address."`
	CollectName     *bool     `negatable:"" help:"Whether a visitor is asked for a name."`
}

// Run changes what was given.
func (c *widgetSet) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	w, err := s.Widget(ctx, team.ID)
	if err != nil {
		return err
	}
	c.apply(&w)
	if err := s.SaveWidget(ctx, w); err != nil {
		return err
	}
	if c.Token != nil {
		if _, err := s.NewWidgetToken(ctx, team.ID); err != nil {
			return err
		}
	}
	return printWidget(ctx, con, s, team.ID)
}

func (c *widgetSet) apply(w *store.Widget) {
	set(&w.Enabled, c.Enabled)
	set(&w.Domains, c.Domains)
	set(&w.Settings.Greeting, c.Greeting)
	set(&w.Settings.Color, c.Color)
	set(&w.Settings.Placeholder, c.Placeholder)
	set(&w.Settings.Position, c.Position)
	set(&w.Settings.FormTitle, c.FormTitle)
	set(&w.Settings.FormDescription, c.FormDescription)
	set(&w.Settings.RequireEmail, c.RequireEmail)
	set(&w.Settings.CollectName, c.CollectName)
	if c.IdentitySecret == nil {
		return
	}
	w.PreviousSecret, w.IdentitySecret = w.IdentitySecret, newSecret()
	if *c.IdentitySecret == "" {
		w.PreviousSecret, w.IdentitySecret = "", ""
	}
}

// Validate takes no secret from the command line, where other users of the machine could read it.
func (c *widgetSet) Validate() error {
	if c.IdentitySecret != nil && *c.IdentitySecret != "new" && *c.IdentitySecret != "" {
		return errors.New(`--identity-secret makes a secret: give it "new", or "" for none`)
	}
	return nil
}

func set[T any](field *T, given *T) {
	if given != nil {
		*field = *given
	}
}

func newSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	return hex.EncodeToString(raw[:])
}
