package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// macroTable holds the addresses of snippets and macros, and what reads words for the composer and the facts.
func (h *Handlers) macroTable() []route {
	const get = http.MethodGet
	return []route{
		{get, "/tickets/{number}/snooze", desk.AnswerTickets, h.snoozeEcho},
	}
}
