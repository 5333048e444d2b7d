package handlers

import (
	"net/http"
	"sync"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// marks are what a flow shows beside its steps.
type marks struct {
	rev      int // of the draft that was analysed
	at       time.Time
	figures  *views.WorkflowFigures
	findings []workflow.Finding
	backtest *views.BacktestShown // the latest, when it is done
}

const (
	marksAge  = time.Minute
	mostMarks = 200 // workflows
)

// marksCache keeps marks a moment, so that going from card to card neither counts nor analyses. The zero value is ready.
type marksCache struct {
	mu   sync.Mutex
	kept map[desk.ID]marks
}

func (c *marksCache) find(row store.WorkflowRow, now time.Time) (marks, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.kept[row.PublicID]
	return m, ok && m.rev == row.DraftRev && now.Sub(m.at) < marksAge
}

func (c *marksCache) keep(id desk.ID, m marks) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= mostMarks {
		c.kept = map[desk.ID]marks{}
	}
	c.kept[id] = m
}

// marksOf counts and analyses anew for whole pages and after edits.
func (h *Handlers) marksOf(r *http.Request, row store.WorkflowRow, directory *workflow.Directory) (marks, error) {
	now := h.Now()
	if r.Method == http.MethodGet && web.IsFragment(r) {
		if m, ok := h.marks.find(row, now); ok {
			return m, nil
		}
	}
	m := marks{rev: row.DraftRev, at: now}
	var err error
	if m.figures, err = h.figures(r, row); err != nil {
		return marks{}, err
	}
	if m.findings, err = h.findings(r, row, directory); err != nil {
		return marks{}, err
	}
	if m.backtest, err = h.latestBacktest(r, row.PublicID); err != nil {
		return marks{}, err
	}
	h.marks.keep(row.PublicID, m)
	return m, nil
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

// latestBacktest is nil unless the latest backtest is done.
func (h *Handlers) latestBacktest(r *http.Request, id desk.ID) (*views.BacktestShown, error) {
	team := h.member(r).TeamID
	latest, err := h.Store.Backtests(r.Context(), team, id, 1)
	if err != nil || len(latest) == 0 || latest[0].State != store.BacktestDone {
		return nil, err
	}
	b, err := h.Store.Backtest(r.Context(), team, id, latest[0].PublicID)
	if err != nil {
		return nil, err
	}
	return &views.BacktestShown{BacktestLine: backtestLine(&b), Moved: b.Moved, Definition: b.Definition, Result: &b.Result}, nil
}
