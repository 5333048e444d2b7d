package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const (
	formerBacktests = 20
	backtestDays    = 30 // that are chosen unless others were
)

func (h *Handlers) showBacktest(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	return h.drawBacktest(w, r, http.StatusOK, views.WorkflowBacktest{ID: row.PublicID, Name: row.Name, Days: backtestDays})
}

// drawBacktest shows the backtest that the address names, else the latest.
func (h *Handlers) drawBacktest(w http.ResponseWriter, r *http.Request, status int, page views.WorkflowBacktest) error {
	team := h.member(r).TeamID
	all, err := h.Store.Backtests(r.Context(), team, page.ID, formerBacktests)
	if err != nil {
		return err
	}
	for i := range all {
		page.Former = append(page.Former, backtestLine(&all[i]))
	}
	page.Listed = views.TicketChoice(r.FormValue("tickets"))
	if page.Shown, err = h.shownBacktest(r, page.ID, all); err != nil {
		return err
	}
	if web.IsFragment(r) {
		page.Shell.TeamID = team
		return web.Render(w, r, status, views.BacktestFragment(page))
	}
	if page.Shell, err = h.workflowShell(w, r, "Backtest of "+page.Name); err != nil {
		return err
	}
	page.Shell.Styles = append(page.Shell.Styles, "backtest.css")
	return web.Render(w, r, status, views.WorkflowBacktestPage(page))
}

// shownBacktest is nil when there was none yet.
func (h *Handlers) shownBacktest(r *http.Request, workflow desk.ID, all []store.Backtest) (*views.BacktestShown, error) {
	var id desk.ID
	switch of := r.FormValue("of"); {
	case of != "":
		var err error
		if id, err = desk.ParseID(of); err != nil {
			return nil, desk.Errorf(desk.NotFound, "There is no such backtest of this workflow.")
		}
	case len(all) > 0:
		id = all[0].PublicID
	default:
		return nil, nil
	}
	b, err := h.Store.Backtest(r.Context(), h.member(r).TeamID, workflow, id)
	if err != nil {
		return nil, err
	}
	shown := &views.BacktestShown{
		BacktestLine: backtestLine(&b), Open: b.State.Open(), Queued: b.State == store.BacktestQueued, Done: b.Done, Total: b.Total,
		Error: b.Error, Moved: b.Moved, Definition: b.Definition,
	}
	switch b.State {
	case store.BacktestDone:
		shown.Result = &b.Result
	case store.BacktestCancelled:
		shown.Error = "The backtest was cancelled."
	case store.BacktestQueued, store.BacktestRunning, store.BacktestFailed:
	}
	return shown, nil
}

func backtestLine(b *store.Backtest) views.BacktestLine {
	return views.BacktestLine{ID: b.PublicID, Days: b.Days, State: backtestBadge(b.State), By: b.By, At: b.StartedAt}
}

func backtestBadge(s store.BacktestState) ui.Badge {
	switch s {
	case store.BacktestQueued:
		return ui.Badge{Text: "Queued", Icon: "hourglass"}
	case store.BacktestRunning:
		return ui.Badge{Text: "Running", Icon: "hourglass", Tone: ui.Accent}
	case store.BacktestDone:
		return ui.Badge{Text: "Done", Icon: "circle-check", Tone: ui.Good}
	case store.BacktestCancelled:
		return ui.Badge{Text: "Cancelled", Icon: "circle-slash"}
	case store.BacktestFailed:
		return ui.Badge{Text: "Failed", Icon: "circle-x", Tone: ui.Bad}
	}
	return ui.Badge{Text: string(s)}
}

func (h *Handlers) startBacktest(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil {
		days = 0 // which is refused like any other wrong number
	}
	started, err := h.Store.StartBacktest(r.Context(), h.actor(r), h.member(r).TeamID, row.PublicID, days)
	if err != nil {
		return h.refuseBacktest(w, r, err, views.WorkflowBacktest{ID: row.PublicID, Name: row.Name, Days: days})
	}
	web.Redirect(w, r, views.FormerBacktestPath(row.PublicID, started, views.FirstTickets))
	return nil
}

func (h *Handlers) refuseBacktest(w http.ResponseWriter, r *http.Request, cause error, page views.WorkflowBacktest) error {
	status, message := web.Explain(cause)
	if status >= http.StatusInternalServerError || desk.IsKind(cause, desk.NotFound) {
		return cause
	}
	page.Problem = message
	var problems workflow.Problems
	if errors.As(cause, &problems) {
		page.Problem = "The draft cannot run yet. Mend what is marked in the flow first."
	}
	return h.drawBacktest(w, r, status, page)
}

func (h *Handlers) cancelBacktest(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	if err := h.Store.CancelBacktest(r.Context(), h.member(r).TeamID, row.PublicID); err != nil {
		return err
	}
	web.Redirect(w, r, views.BacktestPath(row.PublicID))
	return nil
}
