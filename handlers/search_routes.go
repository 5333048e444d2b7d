package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// searchTable holds the addresses of the search and the command palette.
func (h *Handlers) searchTable() []route {
	return []route{{http.MethodGet, "/palette", desk.AnswerTickets, h.palette}}
}
