package workflow

import (
	"slices"
	"strconv"
	"strings"

	"signalbox/workflow/desk"
)

// Resolve returns d with the id and the present name of every user and role it names; d itself stays as it
// is. Who is not in dir stays as well and is a problem.
func Resolve(d Definition, dir *Directory) (Definition, Problems) {
	var problems Problems
	d.Steps = cloneSteps(d.Steps)
	eachStep(d.Steps, func(s *Step) {
		field, old := s.target()
		if old == nil || old.Kind == desk.Nobody {
			return
		}
		found, ok := dir.resolve(*old)
		if !ok {
			problems = append(problems, Problem{StepID: s.ID, Field: field, Text: errNoTarget(*old).Error()})
			return
		}
		s.retarget(&found)
	})
	return d, problems
}

// Roles are the names of the roles that the workflow refers to, sorted.
func (d Definition) Roles() []string {
	var names []string
	eachStep(d.Steps, func(s *Step) {
		if _, t := s.target(); t != nil && t.Kind == desk.ToRole {
			names = append(names, t.Name)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// target is the user or role that the step names, with the name of its field; nil: none.
func (s *Step) target() (field string, t *Target) {
	switch {
	case s.Update != nil:
		return "assignee", s.Update.Assignee
	case s.Notify != nil:
		return "to", s.Notify.To
	case s.Assign != nil:
		return "role", s.Assign.Role
	}
	return "", nil
}

// retarget names another user or role, in fields of its own: those of the old step stay as they are.
func (s *Step) retarget(t *Target) {
	switch {
	case s.Update != nil:
		update := *s.Update
		update.Assignee = t
		s.Update = &update
	case s.Notify != nil:
		notify := *s.Notify
		notify.To = t
		s.Notify = &notify
	case s.Assign != nil:
		assign := *s.Assign
		assign.Role = t
		s.Assign = &assign
	}
}

// resolve finds a target by its id or, where it has none that is known, by its name: a role's name or a
// user's email, in any case.
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
		if strings.EqualFold(role.Name, strings.TrimSpace(t.Name)) {
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

// errNoTarget names the target as it was given: by its name, else by its id.
func errNoTarget(t Target) error {
	if t.Name == "" && t.ID != 0 {
		t.Name = strconv.FormatInt(t.ID, 10)
	}
	if t.Kind == desk.ToRole {
		return desk.FieldErrorf("assignee", "The role %.80q does not exist. Create it or choose another one.", t.Name)
	}
	return desk.FieldErrorf("assignee", "The user %.80q is not in this team or is disabled. Choose another one.", t.Name)
}
