package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// viewTable holds the addresses of the views that people save.
func (h *Handlers) viewTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	const may = desk.AnswerTickets
	return []route{
		{get, "/views/all", may, h.listViews},
		{post, "/views", may, h.saveView},
		{post, "/views/{view}", may, h.editView},
		{post, "/views/{view}/delete", may, h.deleteView},
		{post, "/views/{view}/pin", may, h.pinView},
		{post, "/views/{view}/unpin", may, h.unpinView},
		{post, "/views/{view}/up", may, h.moveViewUp},
		{post, "/views/{view}/down", may, h.moveViewDown},
	}
}
