package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
)

func (h *Handlers) settings(w http.ResponseWriter, r *http.Request) error {
	web.Redirect(w, r, views.SettingsTeamPath)
	return nil
}

// refusal is the status and the sentence of an error that its user can mend; anything else stays an error.
func refusal(err error) (status int, message string, fault error) {
	status, message = web.Explain(err)
	if status >= http.StatusInternalServerError {
		return 0, "", err
	}
	return status, message, nil
}

func (h *Handlers) showTeam(w http.ResponseWriter, r *http.Request) error {
	return h.teamPage(w, r, http.StatusOK, views.MemberForm{})
}

func (h *Handlers) teamPage(w http.ResponseWriter, r *http.Request, status int, form views.MemberForm) error {
	shell, err := h.shell(w, r, "Team", views.SectionSettings)
	if err != nil {
		return err
	}
	members, err := h.Store.Members(r.Context(), shell.TeamID)
	if err != nil {
		return err
	}
	page := views.TeamPage{Shell: shell, Form: form}
	for _, m := range members {
		page.Members = append(page.Members, views.MemberRow{
			ID: m.ID, Name: m.Name, Email: m.Email, Admin: m.Admin, Disabled: m.Disabled, You: m.ID == h.member(r).ID,
		})
	}
	return web.Render(w, r, status, views.SettingsTeam(page))
}

func (h *Handlers) addMember(w http.ResponseWriter, r *http.Request) error {
	form := views.MemberForm{
		Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Admin: r.PostFormValue("admin") == "on",
	}
	if err := h.saveMember(r, form); err != nil {
		status, message, fault := refusal(err)
		if fault != nil {
			return fault
		}
		form.Problem = message
		return h.teamPage(w, r, status, form)
	}
	web.Redirect(w, r, views.SettingsTeamPath)
	return nil
}

// saveMember makes the user.
func (h *Handlers) saveMember(r *http.Request, form views.MemberForm) error {
	hash := ""
	if password := r.PostFormValue("password"); password != "" {
		var err error
		if hash, err = h.Passwords.Hash(r.Context(), password); err != nil {
			return err
		}
	}
	_, err := h.Store.AddUser(r.Context(), store.NewUser{
		TeamID: h.member(r).TeamID, Email: form.Email, Name: form.Name, Admin: form.Admin, PasswordHash: hash, OnlyNew: true,
	})
	return err
}

func (h *Handlers) removeMember(w http.ResponseWriter, r *http.Request) error {
	user, err := pathNumber(r, "user")
	if err != nil {
		return err
	}
	if err := h.Store.RemoveMember(r.Context(), h.member(r).TeamID, user); err != nil {
		return err
	}
	web.Redirect(w, r, views.SettingsTeamPath)
	return nil
}

func (h *Handlers) showRoles(w http.ResponseWriter, r *http.Request) error {
	return h.rolesPage(w, r, http.StatusOK, "", "")
}

func (h *Handlers) rolesPage(w http.ResponseWriter, r *http.Request, status int, name, problem string) error {
	shell, err := h.shell(w, r, "Roles", views.SectionSettings)
	if err != nil {
		return err
	}
	n, err := h.names(r)
	if err != nil {
		return err
	}
	page := views.RolesPage{Shell: shell, Name: name, Problem: problem}
	users := n.directory.UserList()
	for _, role := range n.directory.RoleList() {
		card := views.RoleCard{ID: role.ID, Name: role.Name}
		for _, u := range users {
			if slices.Contains(role.Members, u.ID) {
				card.Members = append(card.Members, views.RoleMember{UserID: u.ID, Name: u.Name})
				continue
			}
			card.Others = append(card.Others, ui.Option{Value: strconv.FormatInt(u.ID, 10), Text: u.Name})
		}
		page.Roles = append(page.Roles, card)
	}
	return web.Render(w, r, status, views.SettingsRoles(page))
}

func (h *Handlers) addRole(w http.ResponseWriter, r *http.Request) error {
	name := r.PostFormValue("name")
	if _, err := h.Store.AddRole(r.Context(), h.member(r).TeamID, name); err != nil {
		status, message, fault := refusal(err)
		if fault != nil {
			return fault
		}
		return h.rolesPage(w, r, status, name, message)
	}
	web.Redirect(w, r, views.SettingsRolesPath)
	return nil
}

func (h *Handlers) addRoleMember(w http.ResponseWriter, r *http.Request) error {
	role, err := pathNumber(r, "role")
	if err != nil {
		return err
	}
	user, err := formNumber(r, "user")
	if err != nil {
		return err
	}
	if err := h.Store.AddRoleMember(r.Context(), h.member(r).TeamID, role, user); err != nil {
		return err
	}
	web.Redirect(w, r, views.SettingsRolesPath)
	return nil
}

func (h *Handlers) removeRoleMember(w http.ResponseWriter, r *http.Request) error {
	role, err := pathNumber(r, "role")
	if err != nil {
		return err
	}
	user, err := pathNumber(r, "user")
	if err != nil {
		return err
	}
	if err := h.Store.RemoveRoleMember(r.Context(), h.member(r).TeamID, role, user); err != nil {
		return err
	}
	web.Redirect(w, r, views.SettingsRolesPath)
	return nil
}
