package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// whyNot answers for every workflow that is on why it did not run, or how it ran, at a ticket's latest events.
func (h *Handlers) whyNot(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	answers, err := h.Store.WhyNot(r.Context(), t.TeamID, t.ID, skippedShown)
	if err != nil {
		return err
	}
	page := views.WhyNot{Number: t.Number, Subject: t.Subject, CanEdit: h.member(r).Can(desk.ManageWorkflows)}
	for _, e := range answers {
		event := views.AnsweredEvent{Name: e.Event.Name, ID: e.Event.PublicID, At: e.Event.At}
		for _, a := range e.Answers {
			event.Answers = append(event.Answers, views.WorkflowAnswer{
				Workflow: a.WorkflowID, Name: a.Workflow, Run: a.Run, Outcome: a.Outcome, Muted: a.Muted, Why: a.Why,
			})
		}
		page.Events = append(page.Events, event)
	}
	if page.Shell, err = h.trialShell(w, r, "Why not?"); err != nil {
		return err
	}
	page.Shell.Section = views.SectionTickets
	return web.Render(w, r, http.StatusOK, views.WhyNotPage(page))
}
