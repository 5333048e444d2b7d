package handlers

import (
	"net/http"
	"slices"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) showNoticeSettings(w http.ResponseWriter, r *http.Request) error {
	m := h.member(r)
	settings, err := h.Store.NoticeSettings(r.Context(), m.TeamID, m.ID)
	if err != nil {
		return err
	}
	shell, err := h.shell(w, r, "Notification settings", views.SectionNotifications)
	if err != nil {
		return err
	}

	page := views.NoticeSettingsPage{Shell: shell}
	for _, kind := range desk.NoticeKinds() {
		page.Rows = append(page.Rows, views.NoticeSetting{Kind: kind, Channels: settings[kind]})
	}
	return web.Render(w, r, http.StatusOK, views.NoticeSettings(page))
}

// saveNoticeSettings keeps the switches of the whole page: one that is off is not sent.
func (h *Handlers) saveNoticeSettings(w http.ResponseWriter, r *http.Request) error {
	settings := make(map[desk.NoticeKind]desk.Channels)
	for _, kind := range desk.NoticeKinds() {
		settings[kind] = desk.Channels{
			InApp: slices.Contains(r.PostForm["in_app"], string(kind)), Email: slices.Contains(r.PostForm["email"], string(kind)),
		}
	}
	m := h.member(r)
	if err := h.Store.SetNoticeSettings(r.Context(), m.TeamID, m.ID, settings); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.NoticeSettingsPath, "Your notification settings are saved.")
}
