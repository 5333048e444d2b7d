package handlers

import (
	"encoding/json"
	"net/http"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// notePresence takes the sign of a page that shows the ticket. It writes nothing and is no change of the ticket.
func (h *Handlers) notePresence(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	sign := web.Sign{
		Topic: TeamTopic(t.TeamID), Spot: t.Number, Who: h.member(r).ID, Owner: web.SessionFrom(r).Key,
		Page: r.PostFormValue("page"), Doing: web.Doing(r.PostFormValue("state")),
	}
	news, err := h.Presence.Note(sign)
	if err != nil {
		return err
	}
	if news {
		h.tellSign(sign)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// leave takes the pages of the session away as it ends, or turns to another team.
func (h *Handlers) leave(r *http.Request, m desk.Member) {
	for _, sign := range h.Presence.End(TeamTopic(m.TeamID), web.SessionFrom(r).Key) {
		h.tellSign(sign)
	}
}

func (h *Handlers) tellSign(s web.Sign) {
	words, err := json.Marshal(s)
	if err == nil { // numbers and texts have no way to fail
		h.Store.Tell(string(words))
	}
}

// HearSign takes the sign of a page that another process was given; what is none is of another version.
func HearSign(p *web.Presence, words string) {
	var s web.Sign
	if json.Unmarshal([]byte(words), &s) == nil {
		_, _ = p.Note(s)
	}
}

// showPresence answers with the others: nobody needs to be told of themselves.
func (h *Handlers) showPresence(w http.ResponseWriter, r *http.Request) error {
	n, err := h.names(r)
	if err != nil {
		return err
	}
	m := h.member(r)
	page := views.PresencePage{}
	for _, s := range h.Presence.At(TeamTopic(m.TeamID)) {
		user, known := n.directory.Users[s.Who]
		if !known || s.Who == m.ID {
			continue
		}
		page.See(s.Spot, views.Colleague{Name: user.Name, Writing: s.Doing == web.Writing})
	}
	return web.Render(w, r, http.StatusOK, views.Presence(page))
}
