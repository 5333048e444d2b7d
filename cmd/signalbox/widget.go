package main

import (
	"context"
	"errors"
	"strings"

	"signalbox/store"
	"signalbox/workflow/desk"
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
	PostHogKey     string   `json:"posthog_key,omitempty"`
	desk.WidgetSettings
}

func printWidget(con *console, w store.Widget) error {
	if w.Domains == nil {
		w.Domains = []string{}
	}
	return con.object(widgetView{
		TeamID: w.TeamID, Token: w.Token, Enabled: w.Enabled, Domains: w.Domains,
		IdentitySecret: w.IdentitySecret, PreviousSecret: w.PreviousSecret, PostHogKey: w.PostHogKey, WidgetSettings: w.Settings,
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
	w, err := s.Widget(ctx, team.ID)
	if err != nil {
		return err
	}
	return printWidget(con, w)
}

// widgetSet holds nil for what stays as it is.
type widgetSet struct {
	teamFlags
	Enabled         *bool             `negatable:"" help:"Whether the widget answers."`
	Domains         *[]string         `placeholder:"D,…" help:"Sites that may show it, such as example.com,*.example.org; empty allows all."`
	IdentitySecret  *string           `placeholder:"new" help:"Make a new secret that proves who a visitor is, or \"\" for none. The one before stays valid; twice new ends it."`
	EndPrevious     bool              `name:"end-previous-secret" help:"The identity secret before the current one is no longer valid."`
	Token           *string           `enum:"new" placeholder:"new" help:"Make a new token; sites with the old one no longer reach the desk."`
	PostHogKey      *string           `name:"posthog-key" placeholder:"phc_…" help:"Key of the PostHog project that sites already have: they change their api_host and nothing else. Empty for none."`
	Title           *string           `placeholder:"TEXT" help:"Title of the chat; the team's name when empty."`
	Greeting        *string           `placeholder:"TEXT" help:"First words to a visitor."`
	Placeholder     *string           `placeholder:"TEXT" help:"Text in the empty message field."`
	Color           *string           `placeholder:"#RRGGBB" help:"Colour of the button."`
	Position        *string           `placeholder:"CORNER" help:"Corner of the page: bottom_right, bottom_left, top_right or top_left."`
	Theme           *string           `placeholder:"THEME" help:"auto, light or dark."`
	Language        *string           `placeholder:"LANG" help:"auto, en, de, fr, es, pt or ar."`
	Text            map[string]string `placeholder:"LANG.KEY=TEXT" mapsep:"none" help:"Own words for one text in one language, such as de.send=Abschicken; empty for the widget's again. Can be repeated."`
	FormTitle       *string           `placeholder:"TEXT" help:"Title of the form that asks who a visitor is."`
	FormDescription *string           `placeholder:"TEXT" help:"Words below it."`
	RequireEmail    *bool             `negatable:"" help:"Whether a visitor must give an email address."`
	CollectName     *bool             `negatable:"" help:"Whether a visitor is asked for a name."`
	AskEmail        *bool             `negatable:"" help:"Whether a visitor is asked for an email address after the first message."`
	Sound           *bool             `negatable:"" help:"Whether an answer makes a sound."`
	Attachments     *bool             `negatable:"" help:"Whether a visitor may send files."`
}

// Run changes what was given.
func (c *widgetSet) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	w, err := s.ChangeWidget(ctx, team.ID, c.apply)
	if err != nil {
		return err
	}
	return printWidget(con, w)
}

func (c *widgetSet) apply(w *store.Widget) error {
	set(&w.Enabled, c.Enabled)
	set(&w.Domains, c.Domains)
	set(&w.PostHogKey, c.PostHogKey)
	for name, value := range c.choices() {
		var err error
		if w.Settings, err = w.Settings.With(name, value); err != nil {
			return err
		}
	}
	if c.Token != nil {
		if err := w.RenewToken(w.Token); err != nil {
			return err
		}
	}
	for _, act := range c.secretActs() {
		if err := w.ChangeSecrets(act); err != nil {
			return err
		}
	}
	return nil
}

// choices are the settings that were given, as forms write them.
func (c *widgetSet) choices() map[string]string {
	given := map[string]string{}
	for name, text := range map[string]*string{
		"title": c.Title, "greeting": c.Greeting, "placeholder": c.Placeholder, "color": c.Color, "position": c.Position,
		"theme": c.Theme, "language": c.Language, "form_title": c.FormTitle, "form_description": c.FormDescription,
	} {
		if text != nil {
			given[name] = *text
		}
	}
	for name, on := range map[string]*bool{
		"require_email": c.RequireEmail, "collect_name": c.CollectName, "ask_email": c.AskEmail,
		"sound": c.Sound, "attachments": c.Attachments,
	} {
		if on != nil {
			given[name] = map[bool]string{true: "on", false: "off"}[*on]
		}
	}
	for at, text := range c.Text {
		language, key, _ := strings.Cut(at, ".")
		given[desk.TextChoice(desk.Language(language), key)] = text
	}
	return given
}

func (c *widgetSet) secretActs() []desk.SecretAct {
	var acts []desk.SecretAct
	if c.IdentitySecret != nil && *c.IdentitySecret == "" {
		acts = append(acts, desk.RemoveSecrets)
	} else if c.IdentitySecret != nil {
		acts = append(acts, desk.RotateSecret)
	}
	if c.EndPrevious {
		acts = append(acts, desk.EndPrevious)
	}
	return acts
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
