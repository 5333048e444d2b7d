package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// historyTable holds the addresses of the history of a ticket.
func (h *Handlers) historyTable() []route {
	const get = http.MethodGet
	return []route{
		{get, "/tickets/{number}/history", desk.AnswerTickets, h.showHistory},
		{get, "/tickets/{number}/history.json", desk.AnswerTickets, h.exportHistory},
	}
}
