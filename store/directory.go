package store

import (
	"context"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Directory returns what workflows of the team can refer to; disabled users are not in it. Others read the
// same one: it must not be changed.
func (s *Store) Directory(ctx context.Context, team int64) (*workflow.Directory, error) {
	r, err := s.latestRules(ctx, team)
	if err != nil {
		return nil, err
	}
	return r.directory, nil
}

func (s *Store) directory(ctx context.Context, q queryer, team int64) (*workflow.Directory, error) {
	t, err := s.team(ctx, q, team)
	if err != nil {
		return nil, err
	}
	members, err := s.members(ctx, q, team)
	if err != nil {
		return nil, err
	}
	roles, err := s.roles(ctx, q, team)
	if err != nil {
		return nil, err
	}

	d := &workflow.Directory{Team: t, Users: map[int64]desk.User{}, Roles: map[int64]desk.Role{}}
	for _, m := range members {
		if !m.Disabled {
			d.Users[m.ID] = m.User
		}
	}
	for _, r := range roles {
		d.Roles[r.ID] = r
	}
	return d, nil
}
