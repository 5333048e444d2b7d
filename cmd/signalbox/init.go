package main

import (
	"context"

	"signalbox/store"
	"signalbox/workflow/desk"
)

type initCommand struct {
	dataFlags
	Team              string `required:"" placeholder:"NAME" help:"Name of the first team."`
	AdminEmail        string `required:"" placeholder:"E" help:"The admin's email address."`
	AdminName         string `required:"" placeholder:"N" help:"The admin's name."`
	AdminPasswordFile string `required:"" placeholder:"F" help:"File with the admin's password; - is standard input."`
}

// madeTeam is what init and team add print.
type madeTeam struct {
	TeamID      int64  `json:"team_id"`
	WidgetToken string `json:"widget_token"`
}

// Run sets up a desk that has no user yet.
func (c *initCommand) Run(ctx context.Context, con *console) error {
	hash, err := con.passwordHash(ctx, c.AdminPasswordFile)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, store.Config{})
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	used, err := s.HasUsers(ctx)
	if err != nil {
		return err
	}
	if used {
		return desk.Errorf(desk.Conflict, "This desk has users already. Add more with signalbox user add.")
	}
	made, err := s.Setup(ctx, store.NewDesk{
		Team: c.Team, AdminEmail: c.AdminEmail, AdminName: c.AdminName, PasswordHash: hash,
	})
	if err != nil {
		return err
	}
	return con.object(madeTeam{TeamID: made.TeamID, WidgetToken: made.WidgetToken})
}
