package handlers

import (
	"context"
	"net/http"
	"slices"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// relations are the tickets and people around a ticket.
func (h *Handlers) relations(r *http.Request, tell teller, t *desk.Ticket) (views.Relations, error) {
	var out views.Relations
	links, err := h.Store.Links(r.Context(), t.TeamID, t.ID)
	if err != nil {
		return out, err
	}
	for _, l := range links {
		out.Links = append(out.Links, views.RelatedTicket(l))
	}
	followers, err := h.Store.Followers(r.Context(), t.TeamID, t.ID)
	if err != nil {
		return out, err
	}
	for _, f := range followers {
		out.Followers = append(out.Followers, f.Name)
	}
	me := h.member(r).ID
	out.Following = slices.ContainsFunc(followers, func(u desk.User) bool { return u.ID == me })
	merges, err := h.Store.Merges(r.Context(), t.TeamID, t.ID)
	if err != nil {
		return out, err
	}
	for i := range merges {
		out.Merges = append(out.Merges, mergeLine(tell, t, &merges[i]))
	}
	if t.MergedInto != 0 {
		out.Into = intoOf(out.Merges, merges, t)
	}
	return out, nil
}

// intoOf is the line of the merge that closed the ticket.
func intoOf(lines []views.MergeLine, merges []store.Merge, t *desk.Ticket) *views.MergeLine {
	for i := range merges {
		if merges[i].Kind == store.Merging && merges[i].From.Number == t.Number {
			return &lines[i]
		}
	}
	return nil
}

func mergeLine(tell teller, t *desk.Ticket, m *store.Merge) views.MergeLine {
	line := views.MergeLine{By: m.By, At: views.Clock(m.At, tell.now, tell.zone), ID: m.ID}
	other := m.Into
	switch out := m.From.Number == t.Number; {
	case m.Kind == store.Splitting && out:
		line.Text = "Split into"
	case m.Kind == store.Splitting:
		line.Text, other = "Split from", m.From
	case out:
		line.Text = "Merged into"
	default:
		line.Text, other = "Merged from", m.From
	}
	line.Number, line.Subject = other.Number, other.Subject
	return line
}

func (h *Handlers) linkTicket(w http.ResponseWriter, r *http.Request) error {
	return h.changeLink(w, r, h.Store.LinkTickets)
}

func (h *Handlers) unlinkTicket(w http.ResponseWriter, r *http.Request) error {
	return h.changeLink(w, r, h.Store.UnlinkTickets)
}

func (h *Handlers) changeLink(w http.ResponseWriter, r *http.Request, change linkChange) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	other, err := ticketNumber("other", r.PostFormValue("other"))
	if err == nil {
		err = change(r.Context(), h.actor(r), t.TeamID, t.Number, other)
	}
	if err != nil {
		return h.refuseChange(w, r, t, err)
	}
	return h.answerTicket(w, r, t.Number)
}

// ticketNumber reads "#12" or "12".
func ticketNumber(field, text string) (int64, error) {
	n := desk.TicketNumber(text)
	if n == 0 {
		return 0, desk.FieldErrorf(field, "%q is not the number of a ticket. Write one like #12.", desk.Cut(text, 40))
	}
	return n, nil
}

func (h *Handlers) follow(w http.ResponseWriter, r *http.Request) error {
	return h.changeFollower(w, r, h.Store.Follow)
}

func (h *Handlers) unfollow(w http.ResponseWriter, r *http.Request) error {
	return h.changeFollower(w, r, h.Store.Unfollow)
}

func (h *Handlers) changeFollower(w http.ResponseWriter, r *http.Request, change followerChange) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	if err := change(r.Context(), t.TeamID, t.ID, h.member(r).ID); err != nil {
		return err
	}
	return h.answerTicket(w, r, t.Number)
}

// mentionNames answers the picker of a note.
func (h *Handlers) mentionNames(w http.ResponseWriter, r *http.Request) error {
	n, err := h.names(r)
	if err != nil {
		return err
	}
	var names []views.MentionName
	for _, u := range n.directory.UserList() {
		names = append(names, views.MentionName{Name: u.Name})
	}
	for _, role := range n.directory.RoleList() {
		names = append(names, views.MentionName{Name: role.Name, Role: true})
	}
	return web.Render(w, r, http.StatusOK, views.MentionNames(names))
}

type (
	linkChange     func(ctx context.Context, by desk.Actor, team, number, other int64) error
	followerChange func(ctx context.Context, team, ticketID, user int64) error
)
