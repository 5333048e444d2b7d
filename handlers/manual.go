package handlers

import (
	"net/http"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

// runnable are the workflows that a member may run by hand, to choose from.
func (h *Handlers) runnable(r *http.Request) ([]ui.Option, error) {
	found, err := h.Store.ManualWorkflows(r.Context(), h.member(r).TeamID)
	if err != nil {
		return nil, err
	}
	var options []ui.Option
	for _, w := range found {
		options = append(options, ui.Option{Value: w.ID.String(), Text: w.Name})
	}
	return options, nil
}

// runOnTicket runs a workflow on one ticket, and waits a moment for what it does.
func (h *Handlers) runOnTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	if err := h.runOn(r, []int64{t.Number}); err != nil {
		return h.refuseChange(w, r, t, err)
	}
	h.Engine.Settle(r.Context(), settleTime, t.ID)
	return h.answerTicket(w, r, t.Number)
}

func (h *Handlers) runOn(r *http.Request, numbers []int64) error {
	id, err := desk.ParseID(r.PostFormValue("workflow"))
	if err != nil {
		return desk.FieldErrorf("workflow", "No workflow was chosen. Choose one and try again.")
	}
	return h.Store.RunWorkflow(r.Context(), h.actor(r), h.member(r).TeamID, id, numbers)
}
