package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const eventsOffered = 20

// trialShell is the shell of pages that show what a workflow would do.
func (h *Handlers) trialShell(w http.ResponseWriter, r *http.Request, title string) (views.AppShell, error) {
	shell, err := h.workflowShell(w, r, title)
	shell.Styles = append(shell.Styles, "trial.css")
	return shell, err
}

// testWorkflow changes nothing, and so its address says all: it can be linked to.
func (h *Handlers) testWorkflow(w http.ResponseWriter, r *http.Request) error {
	row, err := h.findWorkflow(r)
	if err != nil {
		return err
	}
	page := views.WorkflowTest{ID: row.PublicID, Draft: row.Draft, Version: row.Version, Form: testForm(r)}
	if page.Directory, err = h.Store.Directory(r.Context(), h.member(r).TeamID); err != nil {
		return err
	}
	status := http.StatusOK
	if page.Trial, err = h.trial(r, row, page.Directory); err != nil {
		if status, page.Form.Problem = web.Explain(err); status >= http.StatusInternalServerError {
			return err
		}
	}
	if err := h.offerEvents(r, row, &page); err != nil {
		return err
	}
	if page.Shell, err = h.trialShell(w, r, "Test "+row.Name); err != nil {
		return err
	}
	return web.Render(w, r, status, views.WorkflowTestPage(page))
}

func testForm(r *http.Request) views.TestForm {
	q := r.URL.Query()
	return views.TestForm{
		Event: q.Get("event"), Name: desk.EventName(q.Get("name")), Ticket: q.Get("ticket"), Properties: q.Get("properties"),
		Others: q.Get("others") == "on",
	}
}

// trialQuery reads what to try a draft on; false: nothing is chosen.
func trialQuery(r *http.Request, id desk.ID) (store.TrialQuery, bool, error) {
	f := testForm(r)
	q := store.TrialQuery{Workflow: id, Name: f.Name, Others: f.Others}
	var err error
	switch {
	case f.Event != "":
		if q.Event, err = desk.ParseID(f.Event); err != nil {
			return q, false, desk.FieldErrorf("event", "%.60q is not the id of an event.", f.Event)
		}
		return q, true, nil
	case f.Name == "":
		return q, false, nil
	}
	if f.Ticket != "" {
		if q.Ticket, err = strconv.ParseInt(f.Ticket, 10, 64); err != nil {
			return q, false, desk.FieldErrorf("ticket", "%.20q is not the number of a ticket.", f.Ticket)
		}
	}
	q.Properties, err = readProperties(f.Properties)
	return q, true, err
}

// readProperties reads a JSON object that somebody typed.
func readProperties(text string) (map[string]any, error) {
	if text == "" {
		return nil, nil
	}
	properties, err := desk.ReadValues([]byte(text))
	if err != nil {
		return nil, desk.FieldErrorf("properties", "The properties are not a JSON object: %v.", err)
	}
	return properties, nil
}

// trial runs the draft on what is chosen; nil when nothing is.
func (h *Handlers) trial(r *http.Request, row store.WorkflowRow, directory *workflow.Directory) (*views.Trial, error) {
	q, given, err := trialQuery(r, row.PublicID)
	if err != nil || !given {
		return nil, err
	}
	tried, err := h.Store.TryDraft(r.Context(), h.member(r).TeamID, q)
	if err != nil {
		return nil, err
	}
	wording := trialWording{ticket: tried.Then, directory: directory}
	out := &views.Trial{
		Event: tried.Event, CaseHref: views.NewCasePath(row.PublicID, chosenValues(r)),
		Before: workflow.CaseOf(tried.Event.Event, tried.Ticket, directory, nil).Ticket,
	}
	if tried.Ticket != nil {
		out.Ticket = tried.Ticket.Ticket.Number
	}
	for i := range tried.Others {
		out.Others = append(out.Others, wording.run(&tried.Others[i]))
	}
	wording.ticket = tried.Ticket
	out.Draft = wording.run(&tried.Draft)
	if tried.Live != nil {
		live := wording.run(tried.Live)
		out.Live = &live
	}
	return out, nil
}

// chosenValues are what of the address says what is tried.
func chosenValues(r *http.Request) url.Values {
	out := url.Values{}
	for _, name := range []string{"event", "name", "ticket", "properties", "others"} {
		if v := r.URL.Query().Get(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

// trialWording turns runs that only might be into what pages show.
type trialWording struct {
	ticket    *workflow.TicketFacts // as they find it; nil: none
	directory *workflow.Directory
}

func (t trialWording) run(run *workflow.Run) views.TrialRun {
	out := views.TrialRun{
		Name: run.Workflow.Definition.Name, Version: run.Workflow.Version, Result: run.Result,
		Changes: map[string]any{}, Outward: run.Result.Outward(t.directory),
	}
	if t.ticket != nil {
		out.Changes = run.Result.Changes(&t.ticket.Ticket, t.directory)
	}
	return out
}

// offerEvents lists recorded events to choose from: those of a ticket, or those that could start the draft.
func (h *Handlers) offerEvents(r *http.Request, row store.WorkflowRow, page *views.WorkflowTest) error {
	team := h.member(r).TeamID
	if text := r.URL.Query().Get("of"); text != "" {
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return desk.FieldErrorf("of", "%.20q is not the number of a ticket.", text)
		}
		ticket, err := h.Store.Ticket(r.Context(), team, number)
		if err != nil {
			return err
		}
		events, err := h.Store.Events(r.Context(), team, ticket.ID, eventsOffered)
		page.Of = number
		for _, e := range events {
			page.Events = append(page.Events, testEvent(e, &ticket, page.Form.Event))
		}
		return err
	}
	events, err := h.Store.RecentEvents(r.Context(), row, team, eventsOffered)
	for _, e := range events {
		page.Events = append(page.Events, testEvent(e.Event, e.Ticket, page.Form.Event))
	}
	return err
}

func testEvent(e workflow.Event, t *desk.Ticket, chosen string) views.TestEvent {
	out := views.TestEvent{ID: e.PublicID, Name: e.Name, At: e.At, Current: e.PublicID.String() == chosen}
	if t != nil {
		out.Ticket, out.Subject = t.Number, t.Subject
	}
	return out
}
