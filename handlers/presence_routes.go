package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// presenceTable holds the addresses of who views and writes, and of what an agent likes.
func (h *Handlers) presenceTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/preferences", desk.AnswerTickets, h.showPreferences},
		{post, "/preferences", desk.AnswerTickets, h.savePreferences},
		{get, "/presence", desk.AnswerTickets, h.showPresence},
		{post, "/tickets/{number}/presence", desk.AnswerTickets, h.notePresence},
	}
}
