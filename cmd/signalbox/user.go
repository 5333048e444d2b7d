package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow/desk"
)

type userCommand struct {
	Add         userAdd         `cmd:"" help:"Add a user to a team; prints their id."`
	List        userList        `cmd:"" help:"List a team's users."`
	SetPassword userSetPassword `cmd:"" help:"Set a user's password; ends their sessions."`
	Disable     userDisable     `cmd:"" help:"Keep a user from signing in; ends their sessions."`
	Enable      userEnable      `cmd:"" help:"Let a user sign in again."`
}

type userAdd struct {
	teamFlags
	Email        string `required:"" placeholder:"E" help:"Their email address. One that is known joins the team."`
	Name         string `required:"" placeholder:"N" help:"Their name."`
	Admin        bool   `help:"They may manage workflows and the team."`
	PasswordFile string `placeholder:"F" help:"File with their password; - is standard input. Without it one is made and printed."`
}

type madeUser struct {
	UserID   int64  `json:"user_id"`
	Password string `json:"password,omitempty"` // only one that was made here
}

// Run adds the user, or lets a known one join the team.
func (c *userAdd) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	var made madeUser
	hash, err := c.hash(ctx, con, s, &made)
	if err != nil {
		return err
	}
	made.UserID, err = s.AddUser(ctx, store.NewUser{
		TeamID: team.ID, Email: c.Email, Name: c.Name, Admin: c.Admin, PasswordHash: hash,
	})
	if err != nil {
		return err
	}
	if made.Password != "" && !con.json {
		return con.say(nil, "%d\nThe password is %s", made.UserID, made.Password)
	}
	return con.say(made, "%d", made.UserID)
}

// hash reads a password, or makes one, for a user who is new.
func (c *userAdd) hash(ctx context.Context, con *console, s *store.Store, made *madeUser) (string, error) {
	_, err := s.UserByEmail(ctx, c.Email)
	known := err == nil
	switch {
	case err != nil && !desk.IsKind(err, desk.NotFound):
		return "", err
	case known && c.PasswordFile != "":
		return "", desk.Errorf(desk.Conflict,
			"%s is a user already and keeps their password. Leave out --password-file, or change it with signalbox user set-password.", c.Email)
	case known:
		return "", nil
	case c.PasswordFile != "":
		return con.passwordHash(ctx, c.PasswordFile)
	}
	made.Password = rand.Text()
	return web.NewPasswords().Hash(ctx, made.Password)
}

type userList struct{ teamFlags }

type userRow struct {
	ID       int64  `json:"id"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Admin    bool   `json:"admin"`
	Disabled bool   `json:"disabled"`
}

// Run lists the team's members.
func (c *userList) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	members, err := s.Members(ctx, team.ID)
	if err != nil {
		return err
	}
	found := []userRow{}
	rows := [][]string{{"ID", "EMAIL", "NAME", "MAY"}}
	for _, m := range members {
		found = append(found, userRow{m.ID, m.Email, m.Name, m.Admin, m.Disabled})
		rows = append(rows, []string{strconv.FormatInt(m.ID, 10), m.Email, m.Name, standing(m)})
	}
	return con.table(map[string]any{"users": found}, rows)
}

func standing(m desk.Member) string {
	switch {
	case m.Disabled:
		return "disabled"
	case m.Admin:
		return "admin"
	}
	return "agent"
}

// someone names a user, by the flag or by the bare address.
type someone struct {
	Email string `placeholder:"E" help:"Their email address; it may stand without --email."`
	Who   string `arg:"" optional:"" name:"email" help:"Their email address."`
}

// Validate wants one address.
func (w *someone) Validate() error {
	switch {
	case w.Email == "" && w.Who == "":
		return errors.New("say whose: name their email address")
	case w.Email != "" && w.Who != "" && w.Email != w.Who:
		return fmt.Errorf("%s and %s are two users; name one", w.Email, w.Who)
	}
	return nil
}

func (w *someone) find(ctx context.Context, s *store.Store) (desk.User, error) {
	email := cmp.Or(w.Email, w.Who)
	user, err := s.UserByEmail(ctx, email)
	return user, noUser(err, email)
}

type userSetPassword struct {
	dataFlags
	someone
	PasswordFile string `required:"" placeholder:"F" help:"File with the new password; - is standard input."`
}

// Run sets the password.
func (c *userSetPassword) Run(ctx context.Context, con *console) error {
	s, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	user, err := c.find(ctx, s)
	if err != nil {
		return err
	}
	hash, err := con.passwordHash(ctx, c.PasswordFile)
	if err != nil {
		return err
	}
	if err := s.SetPassword(ctx, user.ID, hash); err != nil {
		return err
	}
	return con.say(madeUser{UserID: user.ID}, "The password of %s is set.", user.Email)
}

type userDisable struct {
	teamFlags
	someone
}

// Run disables the user.
func (c *userDisable) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	user, err := c.find(ctx, s)
	if err != nil {
		return err
	}
	if err := s.DisableUser(ctx, team.ID, user.ID); err != nil {
		return err
	}
	return con.say(madeUser{UserID: user.ID}, "%s can no longer sign in.", user.Email)
}

type userEnable struct {
	teamFlags
	someone
}

// Run takes back that the user is disabled.
func (c *userEnable) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	user, err := c.find(ctx, s)
	if err != nil {
		return err
	}
	if err := s.EnableUser(ctx, team.ID, user.ID); err != nil {
		return err
	}
	return con.say(madeUser{UserID: user.ID}, "%s can sign in again.", user.Email)
}
