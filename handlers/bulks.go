package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const (
	bulksShown  = 50
	newsShown   = 3               // bulks of the inbox
	newsFor     = 2 * time.Minute // after a bulk has ended
	reasonsOnce = 20
)

func (h *Handlers) listBulks(w http.ResponseWriter, r *http.Request) error {
	bulks, err := h.Store.Bulks(r.Context(), h.member(r), bulksShown)
	if err != nil {
		return err
	}
	var page views.BulkListPage
	if page.Lines, err = h.bulkLines(r, bulks); err != nil {
		return err
	}
	if page.Shell, err = h.shell(w, r, "Bulk changes", views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.BulksPage(page))
}

func (h *Handlers) showBulk(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	b, err := h.Store.Bulk(r.Context(), h.member(r), id)
	if err != nil {
		return err
	}
	page, err := h.bulkPage(r, b)
	if err != nil {
		return err
	}
	if web.IsFragment(r) {
		return web.Render(w, r, http.StatusOK, views.BulkResult(page))
	}
	if page.Shell, err = h.shell(w, r, "Bulk change", views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.BulkResultPage(page))
}

func (h *Handlers) bulkPage(r *http.Request, b store.Bulk) (views.BulkPage, error) {
	lines, err := h.bulkLines(r, []store.Bulk{b})
	if err != nil {
		return views.BulkPage{}, err
	}
	q := store.BulkItems{Outcome: store.ItemOutcome(r.URL.Query().Get("outcome")), Limit: pageSize + 1}
	if q.Outcome != "" && !slices.Contains(store.ItemOutcomes(), q.Outcome) {
		return views.BulkPage{}, desk.FieldErrorf("outcome", "There is no outcome %.20q. Choose one from the page.", string(q.Outcome))
	}
	if after := r.URL.Query().Get("after"); after != "" {
		if q.After, err = strconv.ParseInt(after, 10, 64); err != nil {
			return views.BulkPage{}, desk.FieldErrorf("after", "The page address is not one of this list. Go back to its first page.")
		}
	}
	items, err := h.Store.BulkItems(r.Context(), b, q)
	if err != nil {
		return views.BulkPage{}, err
	}

	page := views.BulkPage{Line: lines[0], Outcome: string(q.Outcome), After: q.After}
	page.Line.Why = b.Why
	if b.Address != "" {
		page.ListURL = views.TicketsPath(b.Address)
	}
	if len(items) > pageSize {
		items = items[:pageSize]
		page.Next = items[pageSize-1].Number
	}
	for _, i := range items {
		page.Items = append(page.Items, views.BulkItem{Number: i.Number, Subject: i.Subject, Outcome: string(i.Outcome), Reason: i.Reason})
	}
	page.Reasons, err = h.bulkReasons(r, b)
	return page, err
}

func (h *Handlers) bulkReasons(r *http.Request, b store.Bulk) ([]views.BulkReason, error) {
	if b.Refused == 0 {
		return nil, nil
	}
	reasons, err := h.Store.BulkReasons(r.Context(), b, reasonsOnce)
	out := make([]views.BulkReason, len(reasons))
	for i, reason := range reasons {
		out[i] = views.BulkReason{Text: reason.Reason, Tickets: reason.Tickets}
	}
	return out, err
}

func (h *Handlers) cancelBulk(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Store.CancelBulk(r.Context(), h.member(r), id); err != nil {
		return err
	}
	return h.answerBulk(w, r, id)
}

func (h *Handlers) undoBulk(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	m := h.member(r)
	undo, err := h.Store.UndoBulk(r.Context(), m, id)
	if err != nil {
		return err
	}
	if _, err := h.Store.FinishBulk(r.Context(), m, undo, mostWaited); err != nil {
		return err
	}
	return h.answerBulk(w, r, undo)
}

// answerBulk shows a bulk; the inbox gets its strip.
func (h *Handlers) answerBulk(w http.ResponseWriter, r *http.Request, id desk.ID) error {
	if web.IsFragment(r) {
		return h.bulkStrip(w, r)
	}
	web.Redirect(w, r, views.OneBulkPath(id))
	return nil
}

func (h *Handlers) bulkStrip(w http.ResponseWriter, r *http.Request) error {
	lines, err := h.bulkNews(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.BulkStrip(lines))
}

// bulkNews are the member's own bulks that go on or have ended a moment ago.
func (h *Handlers) bulkNews(r *http.Request) ([]views.BulkLine, error) {
	own, err := h.Store.OwnBulks(r.Context(), h.member(r), newsShown)
	if err != nil {
		return nil, err
	}
	now := h.Now()
	own = slices.DeleteFunc(own, func(b store.Bulk) bool {
		return !b.State.Open() && (now.Sub(b.EndedAt) > newsFor || !b.UndoneAt.IsZero())
	})
	if len(own) == 0 {
		return nil, nil
	}
	return h.bulkLines(r, own)
}

func (h *Handlers) bulkLines(r *http.Request, bulks []store.Bulk) ([]views.BulkLine, error) {
	lines := make([]views.BulkLine, len(bulks))
	for i := range bulks {
		b := &bulks[i]
		parts, err := h.bulkParts(r, b.Change)
		if err != nil {
			return nil, err
		}
		lines[i] = views.BulkLine{
			ID: b.PublicID, TeamID: h.member(r).TeamID, Parts: parts, Undoes: b.Undoes, By: b.By, Started: views.Ago(b.StartedAt, h.Now()),
			State: views.BulkState(b.State), Why: b.Why, Total: b.Total, Changed: b.Changed, Same: b.Same, Refused: b.Refused,
			CanUndo: b.CanUndo(), Undone: !b.UndoneAt.IsZero(),
		}
		if b.Refused > 0 && b.Why == "" {
			reasons, err := h.Store.BulkReasons(r.Context(), *b, 1)
			if err != nil {
				return nil, err
			}
			lines[i].Why = reasons[0].Reason
		}
	}
	return lines, nil
}

// bulkParts words what a bulk does to each ticket.
func (h *Handlers) bulkParts(r *http.Request, c store.BulkChange) ([]views.BulkPart, error) {
	n, err := h.names(r)
	if err != nil {
		return nil, err
	}
	var parts []views.BulkPart
	add := func(name, value string) {
		if value == "" {
			value = "None"
		}
		parts = append(parts, views.BulkPart{Name: name, Value: value})
	}
	if c.Status != nil {
		add("Status", views.Titled(string(c.Status.To)))
	}
	if c.Priority != nil {
		add("Priority", views.Titled(string(c.Priority.To)))
	}
	if c.Assignee != nil {
		add("Assignee", n.assignee(c.Assignee.To))
	}
	if c.Tags != nil {
		add(views.TagsDeed(c.Tags.Mode), strings.Join(c.Tags.Tags, ", "))
	}
	if c.SLA != nil {
		add("SLA", strings.TrimSpace(c.SLA.Amount+" "+c.SLA.Unit))
	}
	if c.Snooze != nil {
		add("Snooze", n.snoozeWords(*c.Snooze, h.Now()))
	}
	if !c.Workflow.IsZero() {
		add(views.BulkRun, h.workflowName(r, c.Workflow))
	}
	return parts, nil
}

// workflowName is "a workflow" for one that cannot be run by hand any more.
func (h *Handlers) workflowName(r *http.Request, id desk.ID) string {
	options, err := h.runnable(r)
	i := slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == id.String() })
	if err != nil || i < 0 {
		return "a workflow"
	}
	return options[i].Text
}

// snoozeWords says until when.
func (n names) snoozeWords(s desk.Snooze, now time.Time) string {
	switch {
	case s.UntilReply:
		return "until they reply"
	case s.Until.IsZero():
		return "ended"
	}
	return "until " + views.Clock(s.Until, now, location(n.directory.Team.Timezone)).Text
}
