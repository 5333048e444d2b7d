package handlers

import (
	"net/http"
	"strconv"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const noticesPerPage = 50

func (h *Handlers) listNotifications(w http.ResponseWriter, r *http.Request) error {
	before, err := olderThan(r)
	if err != nil {
		return err
	}
	m := h.member(r)
	notices, err := h.Store.Notifications(r.Context(), m.TeamID, m.ID, before, noticesPerPage+1)
	if err != nil {
		return err
	}
	shell, err := h.shell(w, r, "Notifications", views.SectionNotifications)
	if err != nil {
		return err
	}
	shell.Styles = append(shell.Styles, "outbox.css")

	page := views.Notifications{Shell: shell, Newest: before == 0}
	if len(notices) > noticesPerPage {
		notices = notices[:noticesPerPage]
		page.Older = views.OlderNotificationsPath(notices[noticesPerPage-1].ID)
	}
	for _, n := range notices {
		page.Notices = append(page.Notices, views.Notice{
			ID: n.ID, Body: n.Body, Ticket: n.TicketNumber, Subject: n.Subject, Workflow: n.Workflow, At: n.At, Read: n.Read,
		})
	}
	return web.Render(w, r, http.StatusOK, views.NotificationsPage(page))
}

// readNotifications marks as read what the page showed, and what is older.
func (h *Handlers) readNotifications(w http.ResponseWriter, r *http.Request) error {
	last, err := strconv.ParseInt(r.PostFormValue("last"), 10, 64)
	if err != nil || last <= 0 {
		return desk.FieldErrorf("last", "The form does not say which notices were seen. Open the page again.")
	}
	m := h.member(r)
	if err := h.Store.MarkNotificationsRead(r.Context(), m.TeamID, m.ID, last); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.NotificationsPath, "All notices are read.")
}
