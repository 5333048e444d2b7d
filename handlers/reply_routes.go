package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// replyTable holds the addresses of drafts and replies that are held.
func (h *Handlers) replyTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{post, "/tickets/{number}/draft", desk.AnswerTickets, h.saveDraft},
		{post, "/tickets/{number}/preview", desk.AnswerTickets, h.previewMessage},
		{get, "/tickets/{number}/preview", desk.AnswerTickets, h.leavePreview},
		{get, "/tickets/{number}/later", desk.AnswerTickets, h.laterEcho},
		{post, "/tickets/{number}/replies/{id}/cancel", desk.AnswerTickets, h.takeBackReply},
		{post, "/tickets/{number}/replies/{id}/send", desk.AnswerTickets, h.sendReplyNow},
		{post, "/tickets/{number}/replies/{id}/discard", desk.AnswerTickets, h.discardReply},
	}
}
