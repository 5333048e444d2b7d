package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// relationTable holds the addresses of merges, splits, links, followers and what members are told of.
func (h *Handlers) relationTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/tickets/{number}/merge", desk.AnswerTickets, h.showMerge},
		{post, "/tickets/{number}/merge", desk.AnswerTickets, h.mergeTicket},
		{post, "/merges/{id}/undo", desk.AnswerTickets, h.undoMerge},
		{get, "/tickets/{number}/split", desk.AnswerTickets, h.showSplit},
		{post, "/tickets/{number}/split", desk.AnswerTickets, h.splitTicket},
		{post, "/tickets/{number}/links", desk.AnswerTickets, h.linkTicket},
		{post, "/tickets/{number}/links/remove", desk.AnswerTickets, h.unlinkTicket},
		{post, "/tickets/{number}/follow", desk.AnswerTickets, h.follow},
		{post, "/tickets/{number}/unfollow", desk.AnswerTickets, h.unfollow},
		{post, "/tickets/{number}/private-links/end", desk.AnswerTickets, h.endPrivateLinks},
		{get, "/mentions", desk.AnswerTickets, h.mentionNames},
		{get, "/notifications/bell", desk.AnswerTickets, h.bell},
		{get, "/preferences/notifications", desk.AnswerTickets, h.showNoticeSettings},
		{post, "/preferences/notifications", desk.AnswerTickets, h.saveNoticeSettings},
	}
}
