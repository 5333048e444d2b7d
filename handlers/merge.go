package handlers

import (
	"fmt"
	"net/http"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const (
	candidatesRead  = 200
	candidatesShown = 20
)

// showMerge lets a member choose a ticket to merge into and look at both.
func (h *Handlers) showMerge(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	page := views.MergePage{Text: r.FormValue("q")}
	if into, err := ticketNumber("q", page.Text); err == nil {
		return h.mergePage(w, r, http.StatusOK, page, store.NewMerge{From: t.Number, Into: into})
	}
	if page.Candidates, err = h.mergeCandidates(r, &t, page.Text); err != nil {
		return err
	}
	return h.drawMerge(w, r, http.StatusOK, page, &t)
}

// mergeTicket merges, and shows the ticket that goes on.
func (h *Handlers) mergeTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	page := views.MergePage{Text: r.PostFormValue("into"), Tags: r.PostFormValue("tags") == "on"}
	m := store.NewMerge{From: t.Number, WithTags: page.Tags, Vouched: r.PostFormValue("same_person") == "on"}
	if m.Into, err = ticketNumber("into", page.Text); err == nil {
		_, err = h.Store.MergeTickets(r.Context(), h.actor(r), t.TeamID, m)
	}
	if err == nil {
		return h.redirectWith(w, r, views.TicketPath(m.Into), fmt.Sprintf("Ticket #%d is merged into this one.", t.Number))
	}
	status, message, fault := refusal(err)
	if fault != nil {
		return fault
	}
	page.Problem = message
	return h.mergePage(w, r, status, page, m)
}

// mergePage shows two tickets, and why they cannot be merged where that is so.
func (h *Handlers) mergePage(w http.ResponseWriter, r *http.Request, status int, page views.MergePage, m store.NewMerge) error {
	plan, err := h.Store.PlannedMerge(r.Context(), h.member(r).TeamID, m)
	page.Vouch = plan.Exposes()
	_, message, fault := refusal(err)
	switch {
	case err == nil:
	case fault != nil:
		return fault
	case plan.Source == nil:
		return err
	default:
		asks := plan.Target != nil && desk.Merge{Source: plan.Source, Target: plan.Target, Readers: plan.Readers, Vouched: true}.Check() == nil
		page.Refused = !asks
		if page.Problem == "" && !asks {
			page.Problem = message
		}
	}
	if plan.Target != nil {
		side := h.mergeSide(plan.Target)
		page.Target = &side
	}
	return h.drawMerge(w, r, status, page, plan.Source)
}

func (h *Handlers) drawMerge(w http.ResponseWriter, r *http.Request, status int, page views.MergePage, source *desk.Ticket) error {
	page.Source = h.mergeSide(source)
	var err error
	if page.Shell, err = h.shell(w, r, fmt.Sprintf("Merge ticket #%d", source.Number), views.SectionTickets); err != nil {
		return err
	}
	page.Shell.Styles = append(page.Shell.Styles, "merge.css")
	return web.Render(w, r, status, views.Merge(page))
}

func (h *Handlers) mergeSide(t *desk.Ticket) views.MergeSide {
	return views.MergeSide{
		Number: t.Number, Subject: t.Subject, Customer: customerName(t), Status: t.Status, Messages: t.MessageCount,
		Last: t.LastMessageText, At: views.Ago(t.UpdatedAt, h.Now()), Tags: t.Tags,
	}
}

// mergeCandidates are the customer's other tickets whose subjects have all the words.
func (h *Handlers) mergeCandidates(r *http.Request, t *desk.Ticket, text string) ([]views.RelatedTicket, error) {
	tickets, err := h.Store.CustomerTickets(r.Context(), t.TeamID, t.Customer.ID, candidatesRead)
	if err != nil {
		return nil, err
	}
	var found []views.RelatedTicket
	for i := range tickets {
		o := &tickets[i]
		if o.ID != t.ID && o.MergedInto == 0 && hasWords(o.Subject, text) && len(found) < candidatesShown {
			found = append(found, views.RelatedTicket{Number: o.Number, Subject: o.Subject, Status: o.Status})
		}
	}
	return found, nil
}

func hasWords(subject, text string) bool {
	subject = strings.ToLower(subject)
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		if !strings.Contains(subject, word) {
			return false
		}
	}
	return true
}

// undoMerge takes a merge or a split back and shows the ticket from which that was asked.
func (h *Handlers) undoMerge(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	number, err := ticketNumber("ticket", r.PostFormValue("ticket"))
	if err != nil {
		return err
	}
	t, err := h.Store.Ticket(r.Context(), h.member(r).TeamID, number)
	if err != nil {
		return err
	}
	err = h.Store.UndoMerge(r.Context(), h.actor(r), t.TeamID, id)
	if desk.IsKind(err, desk.NotFound) {
		return err
	}
	if err != nil {
		return h.refuseChange(w, r, t, err)
	}
	if !web.IsFragment(r) {
		return h.answerTicket(w, r, number)
	}
	pane, err := h.paneAfter(r, number)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.TicketUndone(pane))
}
