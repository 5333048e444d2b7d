package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/workflow"
)

// fieldsAt are the fields that the panel of a page offers, with examples of the team's latest events that start the draft.
func (h *Handlers) fieldsAt(r *http.Request, page *views.WorkflowPage) ([]workflow.FieldHint, error) {
	d := page.Draft
	if page.Panel.Typed != nil && page.Panel.Typed.Trigger != nil {
		d.Trigger = *page.Panel.Typed.Trigger
	}
	names := d.Trigger.Names()
	examples, err := h.Store.ExampleEvents(r.Context(), h.member(r).TeamID, names)
	if err != nil {
		return nil, err
	}
	hints := workflow.FieldsAt(d, page.FieldsStep())
	for _, name := range names {
		if e, ok := examples[name]; ok {
			facts := workflow.Facts{Event: e.Event, Now: h.Now(), URL: h.URL, Directory: page.Directory}
			hints = workflow.Exemplify(hints, facts, e.Ticket)
		}
	}
	return hints, nil
}
