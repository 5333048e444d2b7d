package handlers

import (
	"context"
	"encoding/hex"
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// streamsPerSession is how many pages of one browser may be live: more tabs than people keep open.
const streamsPerSession = 40

// live streams the names of what changed in the team; each page then fetches what its viewer may see.
func (h *Handlers) live(w http.ResponseWriter, r *http.Request) error {
	m, session, since := h.member(r), web.SessionFrom(r), r.FormValue("since")
	return h.Hub.Serve(w, r, web.Stream{
		Topics: []string{TeamTopic(m.TeamID), bellTopic(m.TeamID, m.ID), sessionTopic(session)},
		Most:   map[string]int{sessionTopic(session): streamsPerSession},
		Missed: func(_ context.Context, lastID string) bool {
			return lastID != "" || since != h.Hub.Position()
		},
		Alive: func(ctx context.Context) bool { return h.stillIn(ctx, session, m) },
	})
}

// stillIn reports whether the session goes on, looks at the same team, and its user is a member of it. It says
// yes when it cannot know: a viewer should not be cut off by a busy database.
func (h *Handlers) stillIn(ctx context.Context, session web.Session, m desk.Member) bool {
	token, err := hex.DecodeString(session.Key)
	if err != nil {
		return false
	}
	record, err := h.Store.LoadSession(ctx, token)
	if err != nil {
		return !desk.IsKind(err, desk.NotFound)
	}
	if record.UserID != m.ID || record.TeamID != m.TeamID || record.Expires.Before(h.Now()) {
		return false
	}
	now, err := h.Store.Member(ctx, m.TeamID, m.ID)
	if err != nil {
		return !desk.IsKind(err, desk.NotFound)
	}
	return !now.Disabled
}

func sessionTopic(s web.Session) string { return "session/" + s.Key }

// TeamTopic is where a team's changes are told.
func TeamTopic(team int64) string { return "team/" + strconv.FormatInt(team, 10) }

// Announce tells the open pages of a team what a commit changed: names, never contents.
func Announce(hub *web.Hub, n store.Note) {
	topic := TeamTopic(n.TeamID)
	if n.Number == 0 { // another process says that much changed, not what
		hub.Publish(topic, web.Event{Name: web.EventResync, Data: "{}"})
		return
	}
	hub.Publish(topic, web.Event{Name: views.LiveTickets, Data: "{}"})
	hub.Publish(topic, web.Event{Name: views.LiveTicket(n.Number), Data: "{}"})
}
