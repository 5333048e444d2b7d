package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// How much of a thread a page shows: its newest messages at first, a chunk with each further step back, and what
// arrived since the page was opened, up to a bound.
const (
	threadShown = 20
	threadChunk = 50
	threadMost  = 500
)

// passage is the part of a thread that is shown.
type passage struct {
	messages []desk.Message // oldest first
	more     bool           // there are earlier ones
	past     bool           // there are later ones too: somebody reads the beginning
}

// first is the message that the passage begins with, "" for an empty one.
func (p *passage) first() string {
	if len(p.messages) == 0 {
		return ""
	}
	return p.messages[0].PublicID.String()
}

// passage reads the part that the address names: what stands before a message, all from one on, else the newest.
func (h *Handlers) passage(r *http.Request, t *desk.Ticket) (passage, error) {
	if before := r.URL.Query().Get("before"); before != "" {
		return h.passageBefore(r, t, before)
	}
	if from := r.URL.Query().Get("from"); from != "" {
		p, err := h.passageFrom(r, t, from)
		if moved := desk.IsKind(err, desk.NotFound); !moved && (err != nil || len(p.messages) <= threadMost) {
			return p, err
		}
	}
	return h.newest(r, t, store.MessageQuery{Limit: threadShown})
}

// passageFrom reads all from a message on, so that a page that is open for long loses nothing of what it shows.
func (h *Handlers) passageFrom(r *http.Request, t *desk.Ticket, message string) (passage, error) {
	at, err := h.messageTime(r, t, message)
	if err != nil {
		return passage{}, err
	}
	earlier, err := h.Store.Messages(r.Context(), t.TeamID, t.ID, store.MessageQuery{Before: at, Limit: 1})
	if err != nil {
		return passage{}, err
	}
	messages, err := h.Store.Messages(r.Context(), t.TeamID, t.ID, store.MessageQuery{From: at, Limit: threadMost + 1})
	return passage{messages: messages, more: len(earlier) > 0}, err
}

func (h *Handlers) passageBefore(r *http.Request, t *desk.Ticket, message string) (passage, error) {
	at, err := h.messageTime(r, t, message)
	if err != nil {
		return passage{}, err
	}
	p, err := h.newest(r, t, store.MessageQuery{Before: at, Limit: threadChunk})
	p.past = true
	return p, err
}

// newest reads the end of what q asks for, and whether there is more before it.
func (h *Handlers) newest(r *http.Request, t *desk.Ticket, q store.MessageQuery) (passage, error) {
	limit := q.Limit
	q.Newest, q.Limit = true, limit+1
	messages, err := h.Store.Messages(r.Context(), t.TeamID, t.ID, q)
	if err != nil {
		return passage{}, err
	}
	if len(messages) > limit {
		return passage{messages: messages[1:], more: true}, nil
	}
	return passage{messages: messages}, nil
}

func (h *Handlers) messageTime(r *http.Request, t *desk.Ticket, message string) (time.Time, error) {
	id, err := desk.ParseID(message)
	if err != nil {
		return time.Time{}, err
	}
	return h.Store.MessageTime(r.Context(), t.TeamID, t.ID, id)
}

// showEarlier answers with what stands before a message: a fragment puts it above what is shown, a plain link
// opens it as a page.
func (h *Handlers) showEarlier(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	if !web.IsFragment(r) {
		web.Redirect(w, r, views.TicketInPath(t.Number, r.URL.RawQuery))
		return nil
	}
	p, err := h.passageBefore(r, &t, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	tell, err := h.teller(r)
	if err != nil {
		return err
	}
	records, err := h.Store.FieldChanges(r.Context(), t.TeamID, t.ID, historyShown)
	if err != nil {
		return err
	}
	chunk := views.Chunk{Number: t.Number, Query: listAddress(r).Encode(), Entries: tell.thread(&t, p, records)}
	if p.more {
		chunk.Before = p.first()
	}
	if err := h.attach(r, t.TeamID, p, chunk.Entries); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.ThreadChunk(chunk))
}

// fillThread shows a passage in the pane.
func (h *Handlers) fillThread(r *http.Request, pane *views.TicketPane, t *desk.Ticket, p passage) error {
	if p.more {
		pane.Before = p.first()
	}
	if len(p.messages) >= threadShown { // a shorter one is shown whole anyway
		pane.From = p.first()
	}
	if !p.past {
		if n := len(p.messages); n > 0 {
			pane.Composer.Seen, pane.Composer.Others = p.messages[n-1].PublicID.String(), p.lastOfOthers(h.member(r).ID)
		}
		return nil
	}
	pane.Past, pane.From = true, ""
	end, err := h.newest(r, t, store.MessageQuery{Limit: 1})
	if err != nil {
		return err
	}
	pane.Composer.Seen = end.first()
	return nil
}

// teller words this request's team and time.
func (h *Handlers) teller(r *http.Request) (teller, error) {
	n, err := h.names(r)
	if err != nil {
		return teller{}, err
	}
	return teller{names: n, now: h.Now(), zone: location(n.directory.Team.Timezone), drawn: &h.drawn}, nil
}

// thread puts messages and changes of fields in one order. Changes from before the first message shown are left
// to what is shown further back, or to the history.
func (t teller) thread(ticket *desk.Ticket, p passage, records []store.HistoryEntry) []views.Entry {
	type line struct {
		at    time.Time
		entry views.Entry
	}
	var lines []line
	for i := range p.messages {
		lines = append(lines, line{p.messages[i].CreatedAt, t.message(ticket, &p.messages[i])})
	}
	for _, d := range t.deeds(records, inThread) {
		if p.holds(d.at) {
			lines = append(lines, line{d.at, t.entry(d)})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	entries := make([]views.Entry, len(lines))
	for i, l := range lines {
		entries[i] = l.entry
	}
	return entries
}

// holds reports whether a moment falls into the passage.
func (p *passage) holds(at time.Time) bool {
	if len(p.messages) == 0 {
		return !p.past
	}
	if p.past && !at.Before(p.messages[len(p.messages)-1].CreatedAt) {
		return false // a change after the last message of a chunk is rare, and the history has it
	}
	return !p.more || !at.Before(p.messages[0].CreatedAt)
}

func (t teller) message(ticket *desk.Ticket, m *desk.Message) views.Entry {
	e := views.Entry{
		ID: m.PublicID.String(), Author: m.Author, By: m.AuthorName, Body: m.Body,
		At: views.Clock(m.CreatedAt, t.now, t.zone),
	}
	switch m.Author {
	case desk.ByCustomer:
		e.Kind, e.Via, e.By = views.FromCustomer, string(ticket.Channel), cmp.Or(m.AuthorName, customerName(ticket))
	case desk.ByAgent: // alone: what customers wrote, and what workflows made of it, stays as it is
		e.Kind, e.Drawn = views.FromTeam, t.drawn.Markdown(m.Body)
	case desk.ByWorkflow, desk.ByAPI, desk.BySystem:
		e.Kind, e.Automatic = views.FromWorkflow, true
		if !m.Step.RunID.IsZero() {
			e.RunHref = views.RunPath(m.Step.RunID)
		}
	}
	if m.Private {
		e.Kind = views.PrivateNote
	}
	return e
}

// listAddress is the query of the list beside a ticket, without what the page adds to each of its requests.
func listAddress(r *http.Request) url.Values {
	address := r.URL.Query()
	for _, name := range []string{"before", "from", "macro", "team"} {
		address.Del(name)
	}
	return address
}
