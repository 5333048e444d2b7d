package handlers

import (
	"net/http"

	"signalbox/store"
	"signalbox/views"
)

// shell fills what every page shows around itself, and takes the sentences that wait for it.
func (h *Handlers) shell(w http.ResponseWriter, r *http.Request, title string, section views.Section) (views.AppShell, error) {
	m := h.member(r)
	teams, err := h.Store.TeamsOf(r.Context(), m.ID)
	if err != nil {
		return views.AppShell{}, err
	}
	side, err := h.sideViews(r, currentView(r, section), pagePatience)
	if err != nil {
		return views.AppShell{}, err
	}
	unread, err := h.Store.UnreadNotifications(r.Context(), m.TeamID, m.ID, views.MostUnread+1)
	if err != nil {
		return views.AppShell{}, err
	}
	flash, err := h.Sessions.Flashes(w, r)
	if err != nil {
		return views.AppShell{}, err
	}

	s := views.AppShell{
		Title: title, Theme: theme(r), Density: density(r), Member: m.Name, Email: m.Email, Admin: m.Admin,
		TeamID: m.TeamID, Section: section, Views: side, Unread: unread, Flash: flash, Since: visitOf(r).since,
	}
	for _, t := range teams {
		if t.ID == m.TeamID {
			s.Team = t.Name
			continue
		}
		s.Teams = append(s.Teams, views.TeamLink{ID: t.ID, Name: t.Name})
	}
	return s, nil
}

// currentView is the view that the side bar marks, default or saved.
func currentView(r *http.Request, section views.Section) string {
	if section != views.SectionTickets {
		return ""
	}
	return r.URL.Query().Get("view")
}

// density is the choice that app.js keeps in a cookie; anything else is dense.
func density(r *http.Request) string {
	c, err := r.Cookie("density")
	if err != nil || c.Value != "comfortable" {
		return ""
	}
	return c.Value
}

// theme is the choice that app.js keeps in a cookie; anything else leaves it to the system.
func theme(r *http.Request) string {
	c, err := r.Cookie("theme")
	if err != nil || c.Value != "light" && c.Value != "dark" {
		return ""
	}
	return c.Value
}

// viewNames are the default views as people read them.
func viewNames() map[store.View]string {
	return map[store.View]string{
		store.ViewWaiting: "Waiting for us", store.ViewMine: "Mine", store.ViewRoles: "My roles’",
		store.ViewUnassigned: "Unassigned", store.ViewAtRisk: "At risk", store.ViewBreached: "Breached",
		store.ViewAll: "All",
	}
}

// countShown is the highest count that is shown as it is.
const countShown = 1_000

// defaultLinks are the default views with their counts.
func (h *Handlers) defaultLinks(r *http.Request, current string) ([]views.ViewLink, error) {
	m := h.member(r)
	counts, err := h.Store.Counts(r.Context(), m.TeamID, m.ID, h.Now())
	if err != nil {
		return nil, err
	}
	names := viewNames()
	links := make([]views.ViewLink, 0, len(names))
	for _, v := range store.Views() {
		links = append(links, views.ViewLink{
			Key: string(v), Name: names[v], Count: min(counts[v], countShown), Capped: counts[v] > countShown,
			Current: string(v) == current,
		})
	}
	return links, nil
}
