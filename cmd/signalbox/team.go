package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"signalbox/store"
	"signalbox/workflow/desk"
)

type teamCommand struct {
	Add  teamAdd  `cmd:"" help:"Add a team; prints its id and widget token."`
	List teamList `cmd:"" help:"List the teams."`
}

type teamAdd struct {
	dataFlags
	Name string `required:"" placeholder:"N" help:"Name of the team."`
}

// Run adds a team without members.
func (c *teamAdd) Run(ctx context.Context, con *console) error {
	s, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	made, err := s.AddTeam(ctx, c.Name)
	if err != nil {
		return err
	}
	return con.object(madeTeam{TeamID: made.ID, WidgetToken: made.WidgetToken})
}

type teamList struct{ dataFlags }

type teamRow struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	WidgetToken string `json:"widget_token"`
}

// Run lists all teams.
func (c *teamList) Run(ctx context.Context, con *console) error {
	s, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	teams, err := s.Teams(ctx)
	if err != nil {
		return err
	}
	found := []teamRow{}
	rows := [][]string{{"ID", "NAME", "WIDGET TOKEN"}}
	for _, t := range teams {
		found = append(found, teamRow{t.ID, t.Name, t.WidgetToken})
		rows = append(rows, []string{strconv.FormatInt(t.ID, 10), t.Name, t.WidgetToken})
	}
	return con.table(map[string]any{"teams": found}, rows)
}

// teamFlags say whose data a command is about.
type teamFlags struct {
	dataFlags
	Team int64 `placeholder:"ID" help:"The team, where there are several."`
}

// openTeam opens the database and returns the team that is meant.
func (f teamFlags) openTeam(ctx context.Context) (*store.Store, desk.Team, error) {
	s, err := f.openExisting(ctx)
	if err != nil {
		return nil, desk.Team{}, err
	}
	team, err := f.choose(ctx, s)
	if err != nil {
		_ = s.Close()
		return nil, desk.Team{}, err
	}
	return s, team, nil
}

func (f teamFlags) choose(ctx context.Context, s *store.Store) (desk.Team, error) {
	teams, err := s.Teams(ctx)
	if err != nil {
		return desk.Team{}, err
	}
	var names []string
	for _, t := range teams {
		if f.Team == t.ID || f.Team == 0 && len(teams) == 1 {
			return t, nil
		}
		names = append(names, fmt.Sprintf("%d (%s)", t.ID, t.Name))
	}
	switch {
	case len(teams) == 0:
		return desk.Team{}, desk.Errorf(desk.NotFound, "This desk has no team yet. Set it up with signalbox init.")
	case f.Team == 0:
		return desk.Team{}, desk.Errorf(desk.Invalid, "There are several teams. Choose one with --team: %s.", strings.Join(names, ", "))
	}
	return desk.Team{}, desk.Errorf(desk.NotFound, "There is no team %d. There are: %s.", f.Team, strings.Join(names, ", "))
}

// closeStore closes s at the end of a command whose result is out already.
func closeStore(con *console, s *store.Store) {
	if err := s.Close(); err != nil {
		fmt.Fprintln(con.Stderr, "signalbox:", err)
	}
}
