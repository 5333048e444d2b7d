package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// historyPageSize is in records; several that belong together are one line.
const historyPageSize = 100

// showHistory is all that happened to a ticket, newest first.
func (h *Handlers) showHistory(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	page := views.HistoryPage{Number: t.Number, Subject: t.Subject, By: r.FormValue("by"), Field: r.FormValue("field")}
	query, err := historyQuery(r)
	if err != nil {
		return err
	}
	records, next, err := h.Store.HistoryPage(r.Context(), t.TeamID, t.ID, query)
	if err != nil {
		return err
	}
	tell, err := h.teller(r)
	if err != nil {
		return err
	}
	for _, d := range tell.deeds(records, inHistory) {
		page.Entries = append(page.Entries, tell.entry(d))
	}
	if next > 0 {
		page.OlderHref = olderHistory(r, t.Number, next)
	}
	if page.Shell, err = h.shell(w, r, "History of #"+strconv.FormatInt(t.Number, 10), views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.History(page))
}

func olderHistory(r *http.Request, number, before int64) string {
	q := url.Values{"before": {strconv.FormatInt(before, 10)}}
	for _, name := range []string{"by", "field"} {
		if v := r.FormValue(name); v != "" {
			q.Set(name, v)
		}
	}
	return views.HistoryPath(number) + "?" + q.Encode()
}

func historyQuery(r *http.Request) (store.HistoryQuery, error) {
	q := store.HistoryQuery{Limit: historyPageSize}
	if by := r.FormValue("by"); by != "" {
		i := slices.IndexFunc(views.HistoryActors(), func(a views.HistoryActor) bool { return a.Key == by })
		if i < 0 {
			return q, desk.FieldErrorf("by", "%.40q is nobody who changes tickets. Choose one of the list.", by)
		}
		q.Actors = []desk.ActorKind{views.HistoryActors()[i].Kind}
	}
	if field := desk.Field(r.FormValue("field")); field != "" {
		if !slices.Contains(views.HistoryFields(), field) {
			return q, desk.FieldErrorf("field", "%.40q is no field of a ticket. Choose one of the list.", field)
		}
		q.Fields = []desk.Field{field}
	}
	if text := r.FormValue("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 {
			return q, desk.FieldErrorf("before", "%.40q is no place in the history. Open it again.", text)
		}
		q.Before = n
	}
	return q, nil
}
