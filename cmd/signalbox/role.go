package main

import (
	"context"
	"strconv"
	"strings"

	"signalbox/store"
	"signalbox/workflow/desk"
)

type roleCommand struct {
	Add     roleAdd     `cmd:"" help:"Add a role, a group that tickets can be assigned to; prints its id."`
	List    roleList    `cmd:"" help:"List a team's roles."`
	Members roleMembers `cmd:"" help:"List a role's members, after adding and removing some."`
}

type roleAdd struct {
	teamFlags
	Name   string   `arg:"" help:"Name of the role."`
	Member []string `placeholder:"E" help:"Email of a member; may be repeated."`
}

// Run adds a role with its members.
func (c *roleAdd) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	users, err := usersByEmail(ctx, s, team.ID, c.Member)
	if err != nil {
		return err
	}
	id, err := s.AddRole(ctx, team.ID, c.Name)
	if err != nil {
		return err
	}
	for _, user := range users {
		if err := s.AddRoleMember(ctx, team.ID, id, user); err != nil {
			return err
		}
	}
	return con.say(map[string]any{"role_id": id}, "%d", id)
}

type roleList struct{ teamFlags }

type roleRow struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Members []string `json:"members"` // email addresses
}

// Run lists the roles with their members.
func (c *roleList) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	roles, err := s.Roles(ctx, team.ID)
	if err != nil {
		return err
	}
	emails, err := emailsByID(ctx, s, team.ID)
	if err != nil {
		return err
	}
	found := []roleRow{}
	rows := [][]string{{"ID", "NAME", "MEMBERS"}}
	for _, r := range roles {
		row := rowOf(r, emails)
		found = append(found, row)
		rows = append(rows, []string{strconv.FormatInt(r.ID, 10), r.Name, strings.Join(row.Members, ", ")})
	}
	return con.table(map[string]any{"roles": found}, rows)
}

type roleMembers struct {
	teamFlags
	Name   string   `arg:"" help:"Name of the role."`
	Add    []string `placeholder:"E" help:"Email of a user to add; may be repeated."`
	Remove []string `placeholder:"E" help:"Email of a member to remove; may be repeated."`
}

// Run changes a role's members and lists them.
func (c *roleMembers) Run(ctx context.Context, con *console) error {
	s, team, err := c.openTeam(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	role, err := roleByName(ctx, s, team.ID, c.Name)
	if err != nil {
		return err
	}
	if err := c.change(ctx, s, team.ID, role.ID); err != nil {
		return err
	}
	if role, err = roleByName(ctx, s, team.ID, c.Name); err != nil {
		return err
	}
	emails, err := emailsByID(ctx, s, team.ID)
	if err != nil {
		return err
	}
	row := rowOf(role, emails)
	rows := [][]string{{"EMAIL"}}
	for _, email := range row.Members {
		rows = append(rows, []string{email})
	}
	return con.table(row, rows)
}

func (c *roleMembers) change(ctx context.Context, s *store.Store, team, role int64) error {
	added, err := usersByEmail(ctx, s, team, c.Add)
	if err != nil {
		return err
	}
	removed, err := usersByEmail(ctx, s, team, c.Remove)
	if err != nil {
		return err
	}
	for _, user := range added {
		if err := s.AddRoleMember(ctx, team, role, user); err != nil {
			return err
		}
	}
	for _, user := range removed {
		if err := s.RemoveRoleMember(ctx, team, role, user); err != nil {
			return err
		}
	}
	return nil
}

func rowOf(r desk.Role, emails map[int64]string) roleRow {
	row := roleRow{ID: r.ID, Name: r.Name, Members: []string{}}
	for _, id := range r.Members {
		row.Members = append(row.Members, emails[id])
	}
	return row
}

func roleByName(ctx context.Context, s *store.Store, team int64, name string) (desk.Role, error) {
	roles, err := s.Roles(ctx, team)
	if err != nil {
		return desk.Role{}, err
	}
	for _, r := range roles {
		if strings.EqualFold(r.Name, name) {
			return r, nil
		}
	}
	return desk.Role{}, desk.Errorf(desk.NotFound, "The team has no role %q. See signalbox role list.", name)
}

// usersByEmail finds all of them before anything is changed, so that a mistyped address leaves no half-made role.
func usersByEmail(ctx context.Context, s *store.Store, team int64, emails []string) ([]int64, error) {
	var users []int64
	for _, email := range emails {
		user, err := s.UserByEmail(ctx, email)
		if err == nil {
			_, err = s.Member(ctx, team, user.ID)
		}
		if err != nil {
			return nil, noUser(err, email)
		}
		users = append(users, user.ID)
	}
	return users, nil
}

func emailsByID(ctx context.Context, s *store.Store, team int64) (map[int64]string, error) {
	members, err := s.Members(ctx, team)
	if err != nil {
		return nil, err
	}
	emails := make(map[int64]string, len(members))
	for _, m := range members {
		emails[m.ID] = m.Email
	}
	return emails, nil
}

// noUser says whom nobody found, where err is that nobody was.
func noUser(err error, email string) error {
	if desk.IsKind(err, desk.NotFound) {
		return desk.Errorf(desk.NotFound, "There is no user %s here. See signalbox user list.", email)
	}
	return err
}
