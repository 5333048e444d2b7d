package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// fileTable holds the addresses of attachments.
func (h *Handlers) fileTable() []route {
	const get = http.MethodGet
	return []route{
		{get, "/files/{id}/{name}", desk.AnswerTickets, h.downloadFile},
		{get, "/files/{id}/picture/{size}", desk.AnswerTickets, h.showPicture},
	}
}

// uploadTable holds the addresses whose forms may have files in them. Their handlers read them with takeForm.
func (h *Handlers) uploadTable() []route {
	const post = http.MethodPost
	return []route{
		{post, "/tickets/{number}/messages", desk.AnswerTickets, h.sendMessage},
		{post, "/tickets/{number}/files", desk.AnswerTickets, h.addFiles},
		{post, "/tickets/{number}/files/{id}/remove", desk.AnswerTickets, h.removeFile},
	}
}
