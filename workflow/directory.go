package workflow

import (
	"cmp"
	"maps"
	"slices"

	"signalbox/workflow/desk"
)

// RoleList returns the roles by name.
func (d *Directory) RoleList() []desk.Role {
	return slices.SortedFunc(maps.Values(d.Roles), func(a, b desk.Role) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

// UserList returns the users by name.
func (d *Directory) UserList() []desk.User {
	return slices.SortedFunc(maps.Values(d.Users), func(a, b desk.User) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
