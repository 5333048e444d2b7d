package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// macroTable holds the addresses of macros, and what reads the words of a snooze.
func (h *Handlers) macroTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/macros", desk.AnswerTickets, h.listMacros},
		{post, "/macros", desk.AnswerTickets, h.saveMacro},
		{get, "/macros/new", desk.AnswerTickets, h.newMacro},
		{get, "/macros/{id}", desk.AnswerTickets, h.showMacro},
		{post, "/macros/{id}", desk.AnswerTickets, h.saveMacro},
		{post, "/macros/{id}/duplicate", desk.AnswerTickets, h.duplicateMacro},
		{post, "/macros/{id}/delete", desk.AnswerTickets, h.deleteMacro},

		{get, "/tickets/{number}/macros", desk.AnswerTickets, h.pickMacro},
		{get, "/tickets/{number}/macros/{id}", desk.AnswerTickets, h.previewMacro},
		{post, "/tickets/{number}/macros/{id}", desk.AnswerTickets, h.applyMacro},
		{get, "/tickets/{number}/snooze", desk.AnswerTickets, h.snoozeEcho},
	}
}
