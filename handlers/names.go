package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// names words the users and roles of a team.
type names struct {
	directory *workflow.Directory
}

func (h *Handlers) names(r *http.Request) (names, error) {
	d, err := h.Store.Directory(r.Context(), h.member(r).TeamID)
	return names{directory: d}, err
}

// assignee is the name of a user or role, "" for nobody. Who has left is named by kind and number.
func (n names) assignee(a desk.Assignee) string {
	switch a.Kind {
	case desk.ToUser:
		if u, ok := n.directory.Users[a.ID]; ok {
			return u.Name
		}
	case desk.ToRole:
		if role, ok := n.directory.Roles[a.ID]; ok {
			return role.Name
		}
	case desk.Nobody:
		return ""
	}
	return string(a.Kind) + " " + strconv.FormatInt(a.ID, 10)
}

// assigneeKey is an assignee as forms and addresses write it.
func assigneeKey(a desk.Assignee) string {
	if a.Kind == desk.Nobody {
		return ""
	}
	return string(a.Kind) + ":" + strconv.FormatInt(a.ID, 10)
}

// choices are the assignees to choose from.
func (n names) choices() []ui.Group {
	roles, users := ui.Group{Label: "Roles"}, ui.Group{Label: "People"}
	for _, role := range n.directory.RoleList() {
		key := assigneeKey(desk.Assignee{Kind: desk.ToRole, ID: role.ID})
		roles.Options = append(roles.Options, ui.Option{Value: key, Text: role.Name})
	}
	for _, u := range n.directory.UserList() {
		key := assigneeKey(desk.Assignee{Kind: desk.ToUser, ID: u.ID})
		users.Options = append(users.Options, ui.Option{Value: key, Text: u.Name})
	}
	return []ui.Group{roles, users}
}

// choicesBeside are choices with the assignee that a ticket has, who may have left.
func (n names) choicesBeside(a desk.Assignee) []ui.Group {
	groups, has := n.choices(), ui.Option{Value: assigneeKey(a), Text: n.assignee(a)}
	known := func(g ui.Group) bool { return slices.Contains(g.Options, has) }
	if a.Kind == desk.Nobody || slices.ContainsFunc(groups, known) {
		return groups
	}
	return append(groups, ui.Group{Label: "No longer in the team", Options: []ui.Option{has}})
}

// filterValue words the value of a filter that is a reference.
func (n names) filterValue(name, value string) string {
	if name != "assignee" || value == "me" || value == "unassigned" {
		return value
	}
	to, err := parseAssignee(value)
	if err != nil {
		return value
	}
	return n.assignee(to)
}
