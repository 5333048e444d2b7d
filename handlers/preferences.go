package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/web"
)

func (h *Handlers) showPreferences(w http.ResponseWriter, r *http.Request) error {
	p, err := h.Store.Preferences(r.Context(), h.member(r).ID)
	if err != nil {
		return err
	}
	return h.preferencesPage(w, r, http.StatusOK, views.PreferencesPage{AfterDone: p.AfterDone})
}

func (h *Handlers) preferencesPage(w http.ResponseWriter, r *http.Request, status int, page views.PreferencesPage) error {
	var err error
	if page.Shell, err = h.shell(w, r, "Preferences", views.SectionSettings); err != nil {
		return err
	}
	return web.Render(w, r, status, views.Preferences(page))
}

func (h *Handlers) savePreferences(w http.ResponseWriter, r *http.Request) error {
	user := h.member(r).ID
	p, err := h.Store.Preferences(r.Context(), user)
	if err != nil {
		return err
	}
	for name := range p.Choices() {
		if p, err = p.With(name, r.PostFormValue(name)); err != nil {
			status, message, fault := refusal(err)
			if fault != nil {
				return fault
			}
			return h.preferencesPage(w, r, status, views.PreferencesPage{AfterDone: p.AfterDone, Problem: message})
		}
	}
	if err := h.Store.SavePreferences(r.Context(), user, p); err != nil {
		return err
	}
	if err := h.Sessions.AddFlash(w, r, "Your preferences are saved."); err != nil {
		return err
	}
	web.Redirect(w, r, views.PreferencesPath)
	return nil
}
