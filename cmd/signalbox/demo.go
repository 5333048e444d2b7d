package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/store/demo"
	"signalbox/web"
	"signalbox/workflow/desk"
)

type demoCommand struct{ dataFlags }

// Run fills an empty desk.
func (c *demoCommand) Run(ctx context.Context, con *console) error {
	return c.whileTold(ctx, func(d *demo.Desk) error {
		login, err := fillDemo(ctx, d)
		if err != nil {
			return err
		}
		return con.say(login, "%s", login)
	})
}

// demo fills the desk of serve --demo, and leaves one that has users as it is.
func (c *serveCommand) demo(ctx context.Context) (login *demoLogin, err error) {
	err = c.whileTold(ctx, func(d *demo.Desk) error {
		used, err := d.Store.HasUsers(ctx)
		switch {
		case err != nil:
			return err
		case used:
			login, err = knownLogin(ctx, d.Store)
		default:
			login, err = fillDemo(ctx, d)
		}
		return err
	})
	return login, err
}

// whileTold opens the database for as long as the story is told: its clock is not the server's.
func (d dataFlags) whileTold(ctx context.Context, tell func(*demo.Desk) error) (err error) {
	clock := demo.NewClock(time.Now())
	s, err := d.open(ctx, store.Config{Now: clock.Now, Silent: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return tell(&demo.Desk{Store: s, Clock: clock})
}

// demoLogin is how to get into a demo. What is only known while filling is empty afterwards.
type demoLogin struct {
	TeamID      int64    `json:"team_id,omitempty"`
	WidgetToken string   `json:"widget_token,omitempty"`
	Tickets     int      `json:"tickets,omitempty"`
	Emails      []string `json:"emails"` // the first is the admin's
	Password    string   `json:"password"`
}

func (l *demoLogin) String() string {
	admin := "Sign in as " + l.Emails[0] + " (admin)"
	if len(l.Emails) > 1 {
		admin += " or " + strings.Join(l.Emails[1:], ", ")
	}
	return admin + "; the password is " + l.Password
}

func fillDemo(ctx context.Context, d *demo.Desk) (*demoLogin, error) {
	hash, err := web.NewPasswords().Hash(ctx, demo.Password)
	if err != nil {
		return nil, err
	}
	d.PasswordHash = hash
	filled, err := d.Fill(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	return &demoLogin{filled.TeamID, filled.WidgetToken, filled.Tickets, filled.Emails, demo.Password}, nil
}

// knownLogin is nil where the demo's login does not open the desk.
func knownLogin(ctx context.Context, s *store.Store) (*demoLogin, error) {
	found, err := s.Credentials(ctx, demo.AdminEmail)
	if desk.IsKind(err, desk.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	same, err := web.NewPasswords().Check(ctx, found.PasswordHash, demo.Password)
	if err != nil || !same {
		return nil, err
	}
	return &demoLogin{Emails: []string{demo.AdminEmail}, Password: demo.Password}, nil
}
