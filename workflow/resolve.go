package workflow

import (
	"strings"

	"signalbox/workflow/desk"
)

// Resolve returns d with the id and the present name of every user and role it names; d itself stays as it
// is. Who is not in dir stays as well and is a problem.
func Resolve(d Definition, dir *Directory) (Definition, Problems) {
	var problems Problems
	d.Steps = cloneSteps(d.Steps)
	eachStep(d.Steps, func(s *Step) {
		if s.Update == nil || s.Update.Assignee == nil || s.Update.Assignee.Kind == desk.Nobody {
			return
		}
		found, ok := dir.resolve(*s.Update.Assignee)
		if !ok {
			problems = append(problems, Problem{StepID: s.ID, Field: "assignee", Text: errNoTarget(*s.Update.Assignee).Error()})
			return
		}
		update := *s.Update
		update.Assignee = &found
		s.Update = &update
	})
	return d, problems
}

// resolve finds a target by its id or, where it has none that is known, by its name: a role's name, a
// user's email in any case.
func (d *Directory) resolve(t Target) (Target, bool) {
	if d == nil {
		return t, false
	}
	switch t.Kind {
	case desk.ToRole:
		if role, ok := d.role(t); ok {
			return Target{Kind: desk.ToRole, ID: role.ID, Name: role.Name}, true
		}
	case desk.ToUser:
		if user, ok := d.user(t); ok {
			return Target{Kind: desk.ToUser, ID: user.ID, Name: user.Email}, true
		}
	case desk.Nobody:
		return Target{}, true
	}
	return t, false
}

func (d *Directory) role(t Target) (desk.Role, bool) {
	if role, ok := d.Roles[t.ID]; ok {
		return role, true
	}
	for _, role := range d.Roles {
		if role.Name == strings.TrimSpace(t.Name) {
			return role, true
		}
	}
	return desk.Role{}, false
}

func (d *Directory) user(t Target) (desk.User, bool) {
	if user, ok := d.Users[t.ID]; ok {
		return user, true
	}
	for _, user := range d.Users {
		if strings.EqualFold(user.Email, strings.TrimSpace(t.Name)) {
			return user, true
		}
	}
	return desk.User{}, false
}

func errNoTarget(t Target) error {
	if t.Kind == desk.ToRole {
		return desk.FieldErrorf("assignee", "The role %.80q does not exist. Create it or choose another one.", t.Name)
	}
	return desk.FieldErrorf("assignee", "The user %.80q is not in this team or is disabled. Choose another one.", t.Name)
}
