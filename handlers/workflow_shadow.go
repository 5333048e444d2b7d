package handlers

import (
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
)

func (h *Handlers) showShadow(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	before, err := beforeRun(r)
	if err != nil {
		return err
	}
	team := h.member(r).TeamID
	figures, err := h.Store.ShadowFigures(r.Context(), team, row.PublicID)
	if err != nil {
		return err
	}
	q := store.ShadowQuery{Different: r.FormValue("all") != "on", Before: before, Limit: runsPerPage + 1}
	runs, err := h.Store.ShadowRuns(r.Context(), team, row.PublicID, q)
	if err != nil {
		return err
	}
	page := views.WorkflowShadow{
		ID: row.PublicID, Name: row.Name, Version: row.Shadow, Since: row.ShadowSince, Only: q.Different,
		Runs: figures.Runs, Different: figures.Different, Waiting: figures.Waiting,
	}
	if row.Enabled {
		page.Live = row.Version
	}
	if len(runs) > runsPerPage {
		runs = runs[:runsPerPage]
		address := r.URL.Query()
		address.Set("before", strconv.FormatInt(runs[runsPerPage-1].ID, 10))
		page.Older = views.ShadowPath(row.PublicID) + "?" + address.Encode()
	}
	if page.Lines, err = h.shadowLines(r, runs); err != nil {
		return err
	}
	if page.Shell, err = h.trialShell(w, r, "Muted version of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowShadowPage(page))
}

func (h *Handlers) shadowLines(r *http.Request, runs []store.ShadowRun) ([]views.ShadowLine, error) {
	n, err := h.names(r)
	if err != nil {
		return nil, err
	}
	tell := teller{names: n, now: h.Now(), zone: location(n.directory.Team.Timezone)}
	lines := make([]views.ShadowLine, len(runs))
	for i, run := range runs {
		lines[i] = views.ShadowLine{
			Event: run.Event, EventID: run.EventID, Ticket: run.Ticket, At: run.At, Outcome: run.Outcome, Why: run.Why,
			Muted: tell.shadowDeeds(run.Muted), Did: tell.shadowDeeds(run.Live), Differs: run.Differs,
			LiveRun: run.LiveRun, LiveOutcome: run.LiveOutcome,
		}
	}
	return lines, nil
}

func (t teller) shadowDeeds(changes []store.ShadowChange) []views.ShadowDeed {
	var deeds []views.ShadowDeed
	for _, c := range changes {
		if c.Ticket == 0 { // sent out
			text, _ := c.After.(string)
			deeds = append(deeds, views.SentWords(workflow.OutwardKind(c.Field), text))
			continue
		}
		d := views.ShadowDeed{What: views.FieldName(c.Field), Before: t.value(c.Field, c.Before), After: t.value(c.Field, c.After)}
		if d.After == "" {
			d.After = "none"
		}
		deeds = append(deeds, d)
	}
	return deeds
}
