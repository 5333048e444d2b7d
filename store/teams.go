package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// NewTeam is a team that was just made.
type NewTeam struct {
	ID          int64
	WidgetToken string
}

type teamRow struct {
	ID          int64  `db:"id"`
	Name        string `db:"name"`
	Timezone    string `db:"timezone"`
	PausesSLA   bool   `db:"pauses_sla"`
	WidgetToken string `db:"token"`
}

const (
	teamColumns = `t.id, t.name, t.timezone, t.pauses_sla, w.token`
	teamTables  = `teams t JOIN widgets w ON w.team_id = t.id`
)

// AddTeam makes a team with a widget that is open to every site. Nobody is a member yet.
func (s *Store) AddTeam(ctx context.Context, name string) (NewTeam, error) {
	name, err := cleanName("name", name)
	if err != nil {
		return NewTeam{}, err
	}
	var added NewTeam
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		var err error
		added, err = s.addTeam(ctx, tx, name)
		return err
	})
	return added, err
}

func (s *Store) addTeam(ctx context.Context, tx *tx, name string) (NewTeam, error) {
	id, err := tx.insert(ctx, `INSERT INTO teams (name, created_at) VALUES (?, ?) RETURNING id`, name, s.now())
	if err != nil {
		return NewTeam{}, fmt.Errorf("insert team: %w", err)
	}
	token := newKey()
	if _, err := tx.exec(ctx, `INSERT INTO widgets (team_id, token) VALUES (?, ?)`, id, token); err != nil {
		return NewTeam{}, fmt.Errorf("insert widget of team %d: %w", id, err)
	}
	return NewTeam{ID: id, WidgetToken: token}, nil
}

// Teams lists every team, oldest first.
func (s *Store) Teams(ctx context.Context) ([]desk.Team, error) {
	var rows []teamRow
	if err := list(ctx, s.db, &rows, `SELECT `+teamColumns+` FROM `+teamTables+` ORDER BY t.id`); err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	return teamsOf(rows), nil
}

// Team returns one team.
func (s *Store) Team(ctx context.Context, id int64) (desk.Team, error) {
	return s.team(ctx, s.db, id)
}

func (s *Store) team(ctx context.Context, q queryer, id int64) (desk.Team, error) {
	var row teamRow
	err := get(ctx, q, &row, `SELECT `+teamColumns+` FROM `+teamTables+` WHERE t.id = ?`, id)
	if noRows(err) {
		return desk.Team{}, errNoTeam()
	}
	if err != nil {
		return desk.Team{}, fmt.Errorf("read team %d: %w", id, err)
	}
	return desk.Team(row), nil
}

// TeamsOf lists the teams that a user belongs to, by name.
func (s *Store) TeamsOf(ctx context.Context, user int64) ([]desk.Team, error) {
	var rows []teamRow
	err := list(ctx, s.quick, &rows, `
		SELECT `+teamColumns+`
		FROM `+teamTables+`
		JOIN members m ON m.team_id = t.id
		WHERE m.user_id = ?
		ORDER BY t.name, t.id`, user)
	if err != nil {
		return nil, fmt.Errorf("list teams of user %d: %w", user, err)
	}
	return teamsOf(rows), nil
}

func teamsOf(rows []teamRow) []desk.Team {
	teams := make([]desk.Team, len(rows))
	for i, row := range rows {
		teams[i] = desk.Team(row)
	}
	return teams
}

func errNoTeam() error { return desk.Errorf(desk.NotFound, "There is no such team.") }

// lockTeam holds the team's row until the commit, so that two changes of what belongs to it cannot both
// find a name free. It counts as no write: what is refused next costs the others of the batch nothing.
func (s *Store) lockTeam(ctx context.Context, tx *tx, team int64) error {
	var id int64
	err := get(ctx, tx, &id, `SELECT id FROM teams WHERE id = ?`+s.forUpdate(), team)
	if noRows(err) {
		return errNoTeam()
	}
	if err != nil {
		return fmt.Errorf("lock team %d: %w", team, err)
	}
	return nil
}

// bumpRules tells every engine that what it keeps of the team is stale.
func bumpRules(ctx context.Context, tx *tx, team int64) error {
	if _, err := tx.exec(ctx, `UPDATE teams SET rules_version = rules_version + 1 WHERE id = ?`, team); err != nil {
		return fmt.Errorf("bump rules of team %d: %w", team, err)
	}
	return nil
}
