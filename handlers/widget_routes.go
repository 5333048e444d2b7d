package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// widgetTable holds the addresses of the widget's settings.
func (h *Handlers) widgetTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/settings/widget", desk.ManageTeam, h.showWidget},
		{post, "/settings/widget", desk.ManageTeam, h.saveWidget},
		{post, "/settings/widget/site", desk.ManageTeam, h.checkSite},
		{post, "/settings/widget/color", desk.ManageTeam, h.checkColor},
		{get, "/settings/widget/preview", desk.ManageTeam, h.showWidgetPreview},
		{post, "/settings/widget/preview", desk.ManageTeam, h.previewWidget},
		{get, "/settings/widget/words", desk.ManageTeam, h.showWidgetWords},
		{post, "/settings/widget/words", desk.ManageTeam, h.saveWidgetWords},
		{get, "/settings/widget/install", desk.ManageTeam, h.showWidgetInstall},
		{post, "/settings/widget/install", desk.ManageTeam, h.saveWidgetInstall},
		{post, "/settings/widget/token", desk.ManageTeam, h.newWidgetToken},
		{get, "/settings/widget/identity", desk.ManageTeam, h.showWidgetIdentity},
		{post, "/settings/widget/identity", desk.ManageTeam, h.changeWidgetSecrets},
	}
}
