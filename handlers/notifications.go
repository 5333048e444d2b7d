package handlers

import (
	"net/http"
	"strconv"

	"signalbox/store"
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
		page.Notices = append(page.Notices, noticeOf(&n))
	}
	return web.Render(w, r, http.StatusOK, views.NotificationsPage(page))
}

func noticeOf(n *store.Notification) views.Notice {
	out := views.Notice{
		ID: n.ID, Body: n.Body, Ticket: n.TicketNumber, Subject: n.Subject, Kind: n.Kind, Tickets: n.Tickets, Workflow: n.Workflow, At: n.At, Read: n.Read,
	}
	if !n.MessageID.IsZero() {
		out.Message = n.MessageID.String()
	}
	out.Sentence = desk.Notice{Kind: n.Kind, Tickets: n.Tickets}.Sentence(n.Actor)
	return out
}

// bell answers how many notices are unread now.
func (h *Handlers) bell(w http.ResponseWriter, r *http.Request) error {
	m := h.member(r)
	unread, err := h.Store.UnreadNotifications(r.Context(), m.TeamID, m.ID, views.MostUnread+1)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Bell(unread))
}

// Ring tells the open pages of members that there are notices for them.
func Ring(hub *web.Hub, team int64, users []int64) {
	for _, user := range users {
		hub.Publish(bellTopic(team, user), web.Event{Name: views.LiveNotices, Data: "{}"})
	}
}

// bellTopic is where a member's notices are told of.
func bellTopic(team, user int64) string {
	return TeamTopic(team) + "/user/" + strconv.FormatInt(user, 10)
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
