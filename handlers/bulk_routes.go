package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// bulkTable holds the addresses of changes of many tickets; whose a bulk is, the store asks.
func (h *Handlers) bulkTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/bulks", desk.AnswerTickets, h.listBulks},
		{get, "/bulks/count", desk.AnswerTickets, h.countBulk},
		{get, "/bulks/strip", desk.AnswerTickets, h.bulkStrip},
		{get, "/bulks/{id}", desk.AnswerTickets, h.showBulk},
		{post, "/bulks/{id}/cancel", desk.AnswerTickets, h.cancelBulk},
		{post, "/bulks/{id}/undo", desk.AnswerTickets, h.undoBulk},
	}
}
