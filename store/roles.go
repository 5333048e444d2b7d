package store

import (
	"context"
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// AddRole makes a role. A name that differs from another role's only in the case of letters is a Conflict.
func (s *Store) AddRole(ctx context.Context, team int64, name string) (int64, error) {
	name, err := cleanName("name", name)
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		if id, err = s.insertRole(ctx, tx, team, name); err != nil {
			return err
		}
		return bumpRules(ctx, tx, team)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// insertRole makes a role in a team that is locked.
func (s *Store) insertRole(ctx context.Context, tx *tx, team int64, name string) (int64, error) {
	roles, err := s.roles(ctx, tx, team)
	if err != nil {
		return 0, err
	}
	for _, r := range roles {
		if strings.EqualFold(r.Name, name) {
			return 0, desk.Errorf(desk.Conflict, "There is a role %q already. Choose another name.", r.Name)
		}
	}
	id, err := tx.insert(ctx, `
		INSERT INTO roles (team_id, name, created_at)
		VALUES (?, ?, ?)
		RETURNING id`, team, name, s.now())
	if err != nil {
		return 0, fmt.Errorf("insert role: %w", err)
	}
	return id, nil
}

// Roles lists the team's roles by name, each with those of its members who are not disabled.
func (s *Store) Roles(ctx context.Context, team int64) ([]desk.Role, error) {
	return s.roles(ctx, s.db, team)
}

func (s *Store) roles(ctx context.Context, q queryer, team int64) ([]desk.Role, error) {
	var rows []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := list(ctx, q, &rows, `SELECT id, name FROM roles WHERE team_id = ? ORDER BY name, id`, team); err != nil {
		return nil, fmt.Errorf("list roles of team %d: %w", team, err)
	}
	var belongs []struct {
		Role int64 `db:"role_id"`
		User int64 `db:"user_id"`
	}
	err := list(ctx, q, &belongs, `
		SELECT rm.role_id, rm.user_id
		FROM role_members rm JOIN users u ON u.id = rm.user_id
		WHERE rm.team_id = ? AND u.disabled = ?
		ORDER BY rm.role_id, rm.user_id`, team, false)
	if err != nil {
		return nil, fmt.Errorf("list role members of team %d: %w", team, err)
	}

	members := map[int64][]int64{}
	for _, b := range belongs {
		members[b.Role] = append(members[b.Role], b.User)
	}
	roles := make([]desk.Role, len(rows))
	for i, row := range rows {
		roles[i] = desk.Role{ID: row.ID, Name: row.Name, Members: members[row.ID]}
	}
	return roles, nil
}

// AddRoleMember puts a member of the team into a role; one who is in it already stays.
func (s *Store) AddRoleMember(ctx context.Context, team, role, user int64) error {
	return s.changeRole(ctx, team, role, func(ctx context.Context, tx *tx) (int64, error) {
		if _, err := s.member(ctx, tx, team, user); err != nil {
			return 0, err
		}
		return tx.exec(ctx, `
			INSERT INTO role_members (team_id, role_id, user_id)
			VALUES (?, ?, ?)
			ON CONFLICT (team_id, role_id, user_id) DO NOTHING`, team, role, user)
	})
}

// RemoveRoleMember takes a user out of a role; one who is not in it is no error.
func (s *Store) RemoveRoleMember(ctx context.Context, team, role, user int64) error {
	return s.changeRole(ctx, team, role, func(ctx context.Context, tx *tx) (int64, error) {
		return tx.exec(ctx, `
			DELETE FROM role_members
			WHERE team_id = ? AND role_id = ? AND user_id = ?`, team, role, user)
	})
}

// changeRole runs change, which returns how many rows it changed, on a role of the team.
func (s *Store) changeRole(ctx context.Context, team, role int64, change func(context.Context, *tx) (int64, error)) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		var name string
		err := get(ctx, tx, &name, `SELECT name FROM roles WHERE team_id = ? AND id = ?`, team, role)
		if noRows(err) {
			return desk.Errorf(desk.NotFound, "There is no such role.")
		}
		if err != nil {
			return fmt.Errorf("read role %d: %w", role, err)
		}

		n, err := change(ctx, tx)
		if err != nil {
			return fmt.Errorf("change members of role %d: %w", role, err)
		}
		if n == 0 {
			return nil
		}
		return bumpRules(ctx, tx, team)
	})
}
