package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// pathID reads the id of the address; what is none was never the address of anything.
func pathID(r *http.Request) (desk.ID, error) {
	id, err := desk.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return desk.ID{}, desk.Errorf(desk.NotFound, "There is nothing at this address.")
	}
	return id, nil
}

func (h *Handlers) findWorkflow(r *http.Request) (store.WorkflowRow, error) {
	id, err := pathID(r)
	if err != nil {
		return store.WorkflowRow{}, err
	}
	return h.Store.Workflow(r.Context(), h.member(r).TeamID, id)
}

func (h *Handlers) showWorkflow(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}

	panel := views.WorkflowPanel{Step: r.FormValue("step"), Move: r.FormValue("move")}
	if at := r.FormValue("at"); at != "" {
		place, err := workflow.ParsePlace(at)
		if err != nil {
			return err
		}
		panel.At = &place
	}
	return h.drawBuilder(w, r, drawing{status: http.StatusOK, row: row, panel: panel})
}

// drawing is what an answer of the builder shows.
type drawing struct {
	status  int
	row     store.WorkflowRow
	panel   views.WorkflowPanel
	notices []ui.Alert
	card    string // to go on with
	said    string // of what was done, to those who do not see it
}

// drawBuilder answers with the page, or htmx with the part of it that edits change.
func (h *Handlers) drawBuilder(w http.ResponseWriter, r *http.Request, d drawing) error {
	directory, err := h.Store.Directory(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	page := views.WorkflowPage{
		ID: d.row.PublicID, Draft: d.row.Draft, Rev: d.row.DraftRev, Version: d.row.Version, Muted: d.row.Shadow,
		Enabled: d.row.Enabled, Differs: d.row.DraftDiffers, Directory: directory,
		Problems: obstacles(d.row.Draft, directory), Notices: d.notices, Panel: d.panel,
		Tripped: views.Tripped{ID: d.row.PublicID, Team: h.member(r).TeamID, Since: d.row.TrippedAt, Why: d.row.TrippedWhy, Held: d.row.Held},
		CanUndo: d.row.CanUndo, CanRedo: d.row.CanRedo, Card: d.card, Said: d.said,
	}
	if token := d.row.HookToken; token != "" {
		page.Hook = h.URL + views.HookPath(token)
	}
	if s := d.row.Draft.Trigger.Schedule; s != nil {
		page.Next = nextTimes(*s, h.Now(), directory.Team.Timezone)
	}
	m, err := h.marksOf(r, d.row, directory)
	if err != nil {
		return err
	}
	page.Figures, page.Findings, page.Backtest = m.figures, m.findings, m.backtest
	if page.Fields, err = h.fieldsAt(r, &page); err != nil {
		return err
	}
	if web.IsFragment(r) {
		page.Shell.TeamID = h.member(r).TeamID
		w.Header().Set("HX-Replace-Url", views.PanelPath(d.row.PublicID, d.panel))
		return web.Render(w, r, d.status, views.WorkflowBuilder(page))
	}
	if page.Shell, err = h.workflowShell(w, r, d.row.Name); err != nil {
		return err
	}
	return web.Render(w, r, d.status, views.WorkflowBuilderPage(page))
}

// nextTimes are the next three that a schedule is due at, in its own zone; none where it cannot be read.
func nextTimes(s workflow.Schedule, now time.Time, teamZone string) []time.Time {
	zone, err := time.LoadLocation(cmp.Or(s.Zone, teamZone))
	if err != nil {
		return nil
	}
	var out []time.Time
	for range 3 {
		if now, err = s.Next(now, teamZone); err != nil {
			break
		}
		out = append(out, now.In(zone))
	}
	return out
}

// edit is a change of a draft, what the panel shows then, and what was typed in case it cannot be saved.
type edit struct {
	draft workflow.Definition
	panel views.WorkflowPanel
	typed views.WorkflowPanel
	card  string // as in drawing, with the next
	said  string
}

// saveEdit saves a draft that nobody else has saved meanwhile; what was typed is never lost.
func (h *Handlers) saveEdit(w http.ResponseWriter, r *http.Request, row store.WorkflowRow, e edit) error {
	rev := formRevision(r, row)
	if rev.Rev != row.DraftRev {
		return h.drawConflict(w, r, row, e.typed)
	}
	saved, err := h.Store.SaveDraft(r.Context(), h.actor(r), h.member(r).TeamID, rev, e.draft)
	if err != nil {
		return h.refuseEdit(w, r, err, e.typed)
	}
	if !web.IsFragment(r) {
		web.Redirect(w, r, views.PanelPath(saved.PublicID, e.panel))
		return nil
	}
	return h.drawBuilder(w, r, drawing{status: http.StatusOK, row: saved, panel: e.panel, card: e.card, said: e.said})
}

// refuseEdit draws the builder with the reason why an edit was not saved.
func (h *Handlers) refuseEdit(w http.ResponseWriter, r *http.Request, cause error, panel views.WorkflowPanel) error {
	status, message := web.Explain(cause)
	if status >= http.StatusInternalServerError || desk.IsKind(cause, desk.NotFound) {
		return cause
	}
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	if desk.IsKind(cause, desk.Conflict) && formRevision(r, row).Rev != row.DraftRev {
		return h.drawConflict(w, r, row, panel)
	}
	notice := ui.Alert{Tone: ui.Bad, Title: "Not saved", Text: message}
	var problems workflow.Problems
	if errors.As(cause, &problems) {
		notice = ui.Alert{Tone: ui.Bad, Title: "Not published", Text: "Mend what is marked in the flow first."}
	}
	return h.drawBuilder(w, r, drawing{status: status, row: row, panel: panel, notices: []ui.Alert{notice}})
}

// drawConflict shows both: the flow as somebody else saved it, and the form as it was typed.
func (h *Handlers) drawConflict(w http.ResponseWriter, r *http.Request, row store.WorkflowRow, typed views.WorkflowPanel) error {
	notice := ui.Alert{
		Tone: ui.Warn, Title: "Somebody else saved this workflow meanwhile",
		Text: "The flow shows their version. What you typed is still in the form and not saved: save it into theirs, or reload the page to drop it.",
	}
	if typed.Typed == nil {
		notice.Text = "The flow shows their version, without what you just did. Do it again if it still fits."
	}
	return h.drawBuilder(w, r, drawing{status: http.StatusConflict, row: row, panel: typed, notices: []ui.Alert{notice}})
}

// formRevision is the draft as the form's page showed it; without a number it is never the present one.
func formRevision(r *http.Request, row store.WorkflowRow) store.Revision {
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil {
		rev = -1
	}
	return store.Revision{ID: row.PublicID, Rev: rev}
}
