package workflow

import (
	"strings"

	"signalbox/workflow/desk"
)

// Named are the users and roles that the workflow names, in the order of its steps.
func (d Definition) Named() []Target {
	var out []Target
	eachStep(d.Steps, func(s *Step) {
		if _, t := s.target(); t != nil && t.Kind != desk.Nobody {
			out = append(out, *t)
		}
	})
	return out
}

// DirectoryOf is a team in which nobody is but the users and roles that are named, and one member of each role: what a
// workflow runs in where there is no desk. Ids are given in the order of the targets.
func DirectoryOf(targets []Target) *Directory {
	d := &Directory{Team: desk.Team{ID: 1}, Users: map[int64]desk.User{}, Roles: map[int64]desk.Role{}}
	for _, t := range targets {
		name := strings.TrimSpace(t.Name)
		if _, known := d.resolve(Target{Kind: t.Kind, Name: name}); known || name == "" {
			continue
		}
		switch t.Kind {
		case desk.ToUser:
			id := int64(len(d.Users) + 1)
			d.Users[id] = desk.User{ID: id, Email: name, Name: name}
		case desk.ToRole:
			id, member := int64(len(d.Roles)+1), int64(len(d.Users)+1)
			d.Users[member] = desk.User{ID: member, Name: "a member of " + name}
			d.Roles[id] = desk.Role{ID: id, Name: name, Members: []int64{member}}
		case desk.Nobody:
		}
	}
	return d
}
