package handlers

import (
	"net/http"
	"time"

	"signalbox/store"
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

// figures are those of the last days; a workflow that was never published has none.
func (h *Handlers) figures(r *http.Request, row store.WorkflowRow) (*views.WorkflowFigures, error) {
	const days = 30
	if row.Version == 0 {
		return nil, nil
	}
	counts, err := h.Store.PathCounts(r.Context(), h.member(r).TeamID, row.PublicID, h.Now().Add(-days*24*time.Hour))
	if err != nil {
		return nil, err
	}
	f := views.WorkflowFigures{Days: days, Cap: store.PathCap, Runs: counts.Runs, Paths: map[workflow.Place]int{}, Overrides: counts.Overrides}
	for b, hits := range counts.Hits {
		f.Paths[workflow.Place{Parent: b.StepID, Branch: b.Exit}] = hits
	}
	return &f, nil
}
