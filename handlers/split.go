package handlers

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// splitShown is how many messages, the newest, a member can choose from.
const splitShown = 300

func (h *Handlers) showSplit(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	return h.splitPage(w, r, http.StatusOK, views.SplitPage{Number: t.Number, Subject: t.Subject})
}

// splitTicket makes the new ticket and shows it.
func (h *Handlers) splitTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	page := views.SplitPage{Number: t.Number, Subject: t.Subject, Named: r.PostFormValue("subject")}
	split := store.NewSplit{Number: t.Number, Subject: page.Named}
	for _, text := range r.PostForm["message"] {
		id, err := desk.ParseID(text)
		if err != nil {
			return err
		}
		split.Messages = append(split.Messages, id)
	}
	made, err := h.Store.SplitTicket(r.Context(), h.actor(r), t.TeamID, split)
	if err == nil {
		return h.redirectWith(w, r, views.TicketPath(made.Number), fmt.Sprintf("This ticket is split from #%d.", t.Number))
	}
	status, message, fault := refusal(err)
	if fault != nil {
		return fault
	}
	page.Problem = message
	return h.splitPage(w, r, status, page)
}

// splitPage lists the messages; what was ticked stays so.
func (h *Handlers) splitPage(w http.ResponseWriter, r *http.Request, status int, page views.SplitPage) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	tell, err := h.teller(r)
	if err != nil {
		return err
	}
	messages, err := h.Store.Messages(r.Context(), t.TeamID, t.ID, store.MessageQuery{Limit: splitShown + 1, Newest: true})
	if err != nil {
		return err
	}
	if page.Cut = len(messages) > splitShown; page.Cut {
		messages = messages[1:]
	}
	for i := range messages {
		m := &messages[i]
		page.Messages = append(page.Messages, views.SplitMessage{
			ID: m.PublicID.String(), By: cmp.Or(m.AuthorName, customerName(&t)), Body: m.Body, Note: m.Private,
			At: views.Clock(m.CreatedAt, tell.now, tell.zone), Ticked: slices.Contains(r.PostForm["message"], m.PublicID.String()),
		})
	}
	if page.Shell, err = h.shell(w, r, fmt.Sprintf("Split ticket #%d", t.Number), views.SectionTickets); err != nil {
		return err
	}
	page.Shell.Styles = append(page.Shell.Styles, "merge.css")
	return web.Render(w, r, status, views.Split(page))
}
