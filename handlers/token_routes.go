package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/workflow/desk"
)

// tokenTable holds the addresses of the tokens of programs.
func (h *Handlers) tokenTable() []route {
	return []route{
		{http.MethodGet, views.SettingsTokensPath, desk.ManageTeam, h.showTokens},
		{http.MethodPost, views.SettingsTokensPath, desk.ManageTeam, h.addToken},
		{http.MethodPost, views.SettingsTokensPath + "/{token}/rotate", desk.ManageTeam, h.rotateToken},
		{http.MethodPost, views.SettingsTokensPath + "/{token}/revoke", desk.ManageTeam, h.revokeToken},
	}
}
