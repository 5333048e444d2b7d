package handlers

import (
	"context"
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// live streams the names of what changed in the team; each page then fetches what its viewer may see.
func (h *Handlers) live(w http.ResponseWriter, r *http.Request) error {
	m, session := h.member(r), web.SessionFrom(r)
	return h.Hub.Serve(w, r, web.Stream{
		Topics: []string{TeamTopic(m.TeamID), sessionTopic(session)},
		Alive:  func(ctx context.Context) bool { return h.stillIn(ctx, m) },
	})
}

// stillIn says yes when it cannot know: a viewer should not be cut off by a busy database.
func (h *Handlers) stillIn(ctx context.Context, m desk.Member) bool {
	now, err := h.Store.Member(ctx, m.TeamID, m.ID)
	if err != nil {
		return !isKind(err, desk.NotFound)
	}
	return !now.Disabled
}

func sessionTopic(s web.Session) string { return "session/" + s.Key }

// TeamTopic is where a team's changes are told.
func TeamTopic(team int64) string { return "team/" + strconv.FormatInt(team, 10) }

// Announce tells the open pages of a team what a commit changed: names, never contents.
func Announce(hub *web.Hub, n store.Note) {
	topic := TeamTopic(n.TeamID)
	hub.Publish(topic, web.Event{Name: views.LiveTickets, Data: "{}"})
	hub.Publish(topic, web.Event{Name: views.LiveTicket(n.Number), Data: "{}"})
}

func (h *Handlers) viewCounts(w http.ResponseWriter, r *http.Request) error {
	links, err := h.viewLinks(r, store.View(r.FormValue("view")))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.ViewCounts(links))
}
