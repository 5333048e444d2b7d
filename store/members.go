package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

type memberRow struct {
	userRow
	TeamID int64 `db:"team_id"`
	Admin  bool  `db:"admin"`
}

func (r memberRow) member() desk.Member {
	return desk.Member{User: r.user(), TeamID: r.TeamID, Admin: r.Admin}
}

const (
	memberColumns = `u.id, u.email, u.name, u.disabled, m.team_id, m.admin`
	memberTables  = `members m JOIN users u ON u.id = m.user_id`
)

// Members lists the team's members by name, disabled ones too.
func (s *Store) Members(ctx context.Context, team int64) ([]desk.Member, error) {
	return s.members(ctx, s.db, team)
}

func (s *Store) members(ctx context.Context, q queryer, team int64) ([]desk.Member, error) {
	var rows []memberRow
	err := list(ctx, q, &rows, `
		SELECT `+memberColumns+`
		FROM `+memberTables+`
		WHERE m.team_id = ?
		ORDER BY u.name, u.id`, team)
	if err != nil {
		return nil, fmt.Errorf("list members of team %d: %w", team, err)
	}
	members := make([]desk.Member, len(rows))
	for i, row := range rows {
		members[i] = row.member()
	}
	return members, nil
}

// Member returns one member of the team.
func (s *Store) Member(ctx context.Context, team, user int64) (desk.Member, error) {
	return s.member(ctx, s.quick, team, user)
}

func (s *Store) member(ctx context.Context, q queryer, team, user int64) (desk.Member, error) {
	var row memberRow
	err := get(ctx, q, &row, `
		SELECT `+memberColumns+`
		FROM `+memberTables+`
		WHERE m.team_id = ? AND m.user_id = ?`, team, user)
	if noRows(err) {
		return desk.Member{}, errNoUser()
	}
	if err != nil {
		return desk.Member{}, fmt.Errorf("read member %d of team %d: %w", user, team, err)
	}
	return row.member(), nil
}

// RemoveMember takes a member out of the team and its roles and ends the sessions that look at it. What the
// user is in other teams is none of this team's business. A team's last admin stays.
func (s *Store) RemoveMember(ctx context.Context, team, user int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		if _, err := s.member(ctx, tx, team, user); err != nil {
			return err
		}
		if err := mayGo(ctx, tx, user, team); err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM role_members WHERE team_id = ? AND user_id = ?`,
			`DELETE FROM view_pins WHERE team_id = ? AND user_id = ?`,
			`DELETE FROM views WHERE team_id = ? AND owner_id = ?`, // which nobody else has pinned
			`DELETE FROM macros WHERE team_id = ? AND owner_id = ?`,
			`DELETE FROM drafts WHERE team_id = ? AND user_id = ?`,
			`DELETE FROM followers WHERE team_id = ? AND user_id = ?`,
			`DELETE FROM notification_settings WHERE team_id = ? AND user_id = ?`,
			`DELETE FROM members WHERE team_id = ? AND user_id = ?`,
			`DELETE FROM sessions WHERE team_id = ? AND user_id = ?`,
		} {
			if _, err := tx.exec(ctx, statement, team, user); err != nil {
				return fmt.Errorf("remove user %d from team %d: %w", user, team, err)
			}
		}
		return bumpRules(ctx, tx, team)
	})
}

// DisableUser shuts a user out of every team and ends their sessions: it is the operator's. A team's last admin stays.
func (s *Store) DisableUser(ctx context.Context, team, user int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		m, err := s.member(ctx, tx, team, user)
		if err != nil || m.Disabled {
			return err
		}
		if err := mayGo(ctx, tx, user, 0); err != nil {
			return err
		}

		if _, err := tx.exec(ctx, `UPDATE users SET disabled = ? WHERE id = ?`, true, user); err != nil {
			return fmt.Errorf("disable user %d: %w", user, err)
		}
		if err := bumpRulesOf(ctx, tx, user); err != nil {
			return err
		}
		return endSessions(ctx, tx, user)
	})
}

// EnableUser lets a user who was disabled sign in again, into every team that they are in.
func (s *Store) EnableUser(ctx context.Context, team, user int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		m, err := s.member(ctx, tx, team, user)
		if err != nil || !m.Disabled {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE users SET disabled = ? WHERE id = ?`, false, user); err != nil {
			return fmt.Errorf("enable user %d: %w", user, err)
		}
		return bumpRulesOf(ctx, tx, user)
	})
}

// bumpRulesOf bumps the rules of every team that the user is in.
func bumpRulesOf(ctx context.Context, tx *tx, user int64) error {
	_, err := tx.exec(ctx, `
		UPDATE teams
		SET rules_version = rules_version + 1
		WHERE id IN (SELECT team_id FROM members WHERE user_id = ?)`, user)
	if err != nil {
		return fmt.Errorf("bump rules of the teams of user %d: %w", user, err)
	}
	return nil
}

// mayGo refuses when the team, or any team for 0, would have no admin left.
func mayGo(ctx context.Context, tx *tx, user, team int64) error {
	var left []string
	err := list(ctx, tx, &left, `
		SELECT t.name
		FROM members m JOIN teams t ON t.id = m.team_id
		WHERE m.user_id = ? AND m.admin = ? AND (m.team_id = ? OR ? = 0) AND NOT EXISTS (
			SELECT 1
			FROM members o JOIN users u ON u.id = o.user_id
			WHERE o.team_id = m.team_id AND o.user_id <> m.user_id AND o.admin = ? AND u.disabled = ?)
		ORDER BY t.id`, user, true, team, team, true, false)
	if err != nil {
		return fmt.Errorf("look for other admins: %w", err)
	}
	if len(left) > 0 {
		return desk.Errorf(desk.Conflict, "%s would have no admin left. Make someone else an admin first.", left[0])
	}
	return nil
}
