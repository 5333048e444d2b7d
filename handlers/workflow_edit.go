package handlers

import (
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func (h *Handlers) editDetails(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	details := views.WorkflowDetails{
		Name:        sent(r.PostForm, "name", row.Draft.Name),
		Description: sent(r.PostForm, "description", row.Draft.Description),
		Limits: workflow.Limits{
			MessagesPerTicketHour: readCount(r.PostForm, "limits.messages_per_ticket_hour", row.Draft.Limits.MessagesPerTicketHour),
			RunsPerMinute:         readCount(r.PostForm, "limits.runs_per_minute", row.Draft.Limits.RunsPerMinute),
		},
	}

	draft, panel := row.Draft, formPanel(r)
	draft.Name, draft.Description, draft.Limits = details.Name, details.Description, details.Limits
	return h.saveEdit(w, r, row, edit{draft: draft, panel: panel, typed: typed(panel, views.Typed{Details: &details})})
}

func (h *Handlers) editTrigger(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	do, err := readOrder(r.PostForm)
	if err != nil {
		return err
	}
	trigger := readTrigger(r.PostForm, row.Draft.Trigger)
	panel := formPanel(r)
	panel.Step = views.TriggerStep
	panel.Focus = do.onTrigger(&trigger)

	draft := row.Draft
	draft.Trigger = trigger
	return h.saveEdit(w, r, row, edit{
		draft: draft, panel: renumbered(panel, do, row), typed: typed(panel, views.Typed{Trigger: &trigger}),
	})
}

func (h *Handlers) addStep(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	at, err := workflow.ParsePlace(r.PostFormValue("at"))
	if err != nil {
		return err
	}
	choosing := views.WorkflowPanel{At: &at}
	step, err := workflow.NewStep(row.Draft, workflow.StepType(r.PostFormValue("type")))
	if err != nil {
		return h.refuseEdit(w, r, err, choosing)
	}
	draft, err := workflow.Insert(row.Draft, at, step)
	if err != nil && formRevision(r, row).Rev == row.DraftRev {
		return h.refuseEdit(w, r, err, choosing)
	}
	panel := views.WorkflowPanel{Step: step.ID, Form: row.DraftRev + 1, Focus: views.FirstField(step.Type)}
	return h.saveEdit(w, r, row, edit{draft: draft, panel: panel, typed: choosing})
}

func (h *Handlers) editStep(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	do, err := readOrder(r.PostForm)
	if err != nil {
		return err
	}
	stale := formRevision(r, row).Rev != row.DraftRev
	old, err := stepOf(r, row)
	if err != nil && stale {
		return h.drawConflict(w, r, row, shownPanel(r, row.Draft))
	}
	if err != nil {
		return err
	}
	step := readStep(r.PostForm, old)
	panel := formPanel(r)
	panel.Focus = do.onStep(&step)
	if err := checkPaths(step); err != nil {
		panel.Form++ // a new form says again what is kept
		return h.refuseEdit(w, r, err, panel)
	}

	e := edit{panel: renumbered(panel, do, row), typed: typed(panel, views.Typed{Step: &step})}
	e.draft, e.card, err = do.onDraft(row.Draft, step)
	if err != nil && !stale {
		return h.refuseEdit(w, r, err, panel)
	}
	e.said = do.said(e.draft, step)
	e.panel.Step = e.card
	if e.said == "" {
		e.card = "" // whoever fills in a form goes on there
	}
	if r.PostForm.Has("shown") { // the order came from the flow: the panel stays
		e.panel, e.typed = shownPanel(r, e.draft), shownPanel(r, row.Draft)
		e.panel.Form = row.DraftRev + 1
	}
	return h.saveEdit(w, r, row, e)
}

// shownPanel is the panel that was beside the flow, if there is still something to show in it.
func shownPanel(r *http.Request, d workflow.Definition) views.WorkflowPanel {
	shown := r.PostFormValue("shown")
	if _, ok := workflow.Find(d, shown); !ok && shown != views.TriggerStep && shown != views.DetailsStep {
		return views.WorkflowPanel{}
	}
	return views.WorkflowPanel{Step: shown}
}

// stepOf finds the step that a form edits. One that somebody has deleted is made up from its type, so
// that the conflict can show what was typed.
func stepOf(r *http.Request, row store.WorkflowRow) (workflow.Step, error) {
	id := r.PostFormValue("step")
	if step, ok := workflow.Find(row.Draft, id); ok {
		return step, nil
	}
	step, err := workflow.NewStep(row.Draft, workflow.StepType(r.PostFormValue("type")))
	if err != nil {
		return workflow.Step{}, desk.Errorf(desk.NotFound, "This step is gone. Reload the page to see the workflow as it is.")
	}
	step.ID = id
	return step, nil
}

// formPanel is the panel that a form stands in.
func formPanel(r *http.Request) views.WorkflowPanel {
	form, err := strconv.Atoi(r.PostFormValue("panel"))
	if err != nil {
		form = 0 // a form that names no number is as good as new
	}
	return views.WorkflowPanel{Step: r.PostFormValue("step"), Form: form}
}

func typed(panel views.WorkflowPanel, t views.Typed) views.WorkflowPanel {
	panel.Typed = &t
	return panel
}

// renumbered starts a new form where an order moved fields, or the browser would keep old input in them.
func renumbered(panel views.WorkflowPanel, do order, row store.WorkflowRow) views.WorkflowPanel {
	if do.verb != "" {
		panel.Form = row.DraftRev + 1
	}
	return panel
}
