package handlers

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func (h *Handlers) listCases(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	results, err := h.Store.CaseResults(r.Context(), h.member(r).TeamID, row.PublicID)
	if err != nil {
		return err
	}
	page := views.WorkflowCases{ID: row.PublicID, Name: row.Name}
	for _, c := range results {
		page.Cases = append(page.Cases, views.CaseLine{ID: c.PublicID, Name: c.Name, Event: c.Event.Name, Verdict: c.Verdict})
	}
	if page.Shell, err = h.trialShell(w, r, "Cases of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WorkflowCasesPage(page))
}

// newCase asks for a case, filled in with what the draft does at the event of the address.
func (h *Handlers) newCase(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	c := workflow.Case{Event: desk.Event{Name: desk.TicketCreated, Properties: map[string]any{"channel_source": "widget"}, At: h.Now()}}
	if names := row.Draft.Trigger.Names(); len(names) > 0 {
		c.Event.Name = names[0]
	}
	q, given, err := trialQuery(r, row.PublicID)
	if err != nil {
		return err
	}
	team := h.member(r).TeamID
	directory, err := h.Store.Directory(r.Context(), team)
	if err != nil {
		return err
	}
	page := views.WorkflowCase{}
	if given {
		tried, err := h.Store.TryDraft(r.Context(), team, q)
		if err != nil {
			return err
		}
		c = workflow.CaseOf(tried.Event.Event, tried.Ticket, directory, nil)
		page.Name = views.EventText(c.Event.Name)
	}
	verdict := caseVerdict(row, c, directory)
	c.Expect = verdict.Changes // what the draft does now
	page.Event, page.Ticket, page.Expect = c.Texts()
	return h.drawCase(w, r, row, caseForm{status: http.StatusOK, page: page})
}

func caseVerdict(row store.WorkflowRow, c workflow.Case, directory *workflow.Directory) workflow.Verdict {
	program, err := workflow.Compile(workflow.Workflow{ID: row.ID, Definition: row.Draft})
	if err != nil {
		return workflow.Verdict{Problem: err.Error()}
	}
	return workflow.RunCase(program, c, directory)
}

// caseForm is the form of a case on its way to the page.
type caseForm struct {
	status int
	page   views.WorkflowCase
}

func (h *Handlers) drawCase(w http.ResponseWriter, r *http.Request, row store.WorkflowRow, f caseForm) error {
	f.page.Workflow, f.page.WorkflowName = row.PublicID, row.Name
	var err error
	if f.page.Shell, err = h.trialShell(w, r, "Case of "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, f.status, views.WorkflowCasePage(f.page))
}

func (h *Handlers) showCase(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	results, err := h.Store.CaseResults(r.Context(), h.member(r).TeamID, row.PublicID)
	if err != nil {
		return err
	}
	for _, c := range results {
		if c.PublicID.String() != chi.URLParam(r, "case") {
			continue
		}
		page := views.WorkflowCase{ID: c.PublicID, Name: c.Name, Verdict: &c.Verdict}
		page.Event, page.Ticket, page.Expect = c.Texts()
		return h.drawCase(w, r, row, caseForm{status: http.StatusOK, page: page})
	}
	return errNoCase()
}

// saveCase keeps a new case, or changes the one of the address.
func (h *Handlers) saveCase(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	id, err := caseID(r)
	if err != nil {
		return err
	}
	page := views.WorkflowCase{
		ID: id, Name: r.PostFormValue("name"), Event: r.PostFormValue("event"), Ticket: r.PostFormValue("ticket"), Expect: r.PostFormValue("expect"),
	}
	c, err := workflow.ParseCase([]byte(page.Event), []byte(page.Ticket), []byte(page.Expect), h.Now())
	if err == nil {
		_, err = h.Store.SaveCase(r.Context(), h.actor(r), h.member(r).TeamID, row.PublicID, store.SavedCase{PublicID: id, Name: page.Name, Case: c})
	}
	if err == nil {
		return h.redirectWith(w, r, views.CasesPath(row.PublicID), "The case is saved.")
	}
	status, message := web.Explain(err)
	if status >= http.StatusInternalServerError || desk.IsKind(err, desk.NotFound) {
		return err
	}
	page.Problem = message
	if refusal := (*desk.Error)(nil); errors.As(err, &refusal) {
		page.Field = refusal.Field
	}
	return h.drawCase(w, r, row, caseForm{status: status, page: page})
}

// caseID is the case of the address, zero for a new one.
func caseID(r *http.Request) (desk.ID, error) {
	text := chi.URLParam(r, "case")
	if text == "" {
		return desk.ID{}, nil
	}
	id, err := desk.ParseID(text)
	if err != nil {
		return desk.ID{}, errNoCase()
	}
	return id, nil
}

func (h *Handlers) deleteCase(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	saved, err := caseID(r)
	if err != nil {
		return err
	}
	if err := h.Store.DeleteCase(r.Context(), h.member(r).TeamID, id, saved); err != nil {
		return err
	}
	return h.redirectWith(w, r, views.CasesPath(id), "The case is deleted.")
}

func errNoCase() error { return desk.Errorf(desk.NotFound, "There is no such case of this workflow.") }
