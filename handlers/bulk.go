package handlers

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const (
	mostAtOnce = 1_000       // tickets that one press may name
	mostWaited = time.Second // for tickets that are changed while their reader waits
	mostShown  = 10_000      // tickets of a view that are counted one by one
)

// changeMany makes the same change to each ticket that was ticked, or to all of a view: each is a change of its own, so
// that one refusal does not hold up the others. Those that were ticked are done while their reader waits, as far as that
// goes, and all of a view in the background.
func (h *Handlers) changeMany(w http.ResponseWriter, r *http.Request) error {
	n, err := h.newBulk(r)
	if err != nil {
		return err
	}
	if n.Query != nil && r.PostFormValue("sure") == "" {
		return h.confirmBulk(w, r, n)
	}
	m := h.member(r)
	id, err := h.Store.StartBulk(r.Context(), m, n)
	if err != nil {
		return err
	}
	if n.Query == nil {
		if _, err := h.Store.FinishBulk(r.Context(), m, id, mostWaited); err != nil {
			return err
		}
	}

	return h.answerInbox(w, r, web.LocalPath(r.PostFormValue("back"), views.TicketsPath("")))
}

// answerInbox goes back to where the change was asked for; the inbox gets its list and what goes on.
func (h *Handlers) answerInbox(w http.ResponseWriter, r *http.Request, back string) error {
	path, query, _ := strings.Cut(back, "?")
	address, _ := url.ParseQuery(query) // what can be read of it: the change is made already
	if !web.IsFragment(r) || path != views.TicketsPath("") {
		web.Redirect(w, r, back)
		return nil
	}
	list, err := h.list(r, address, 0)
	if err != nil {
		return err
	}
	if list.Bulks, err = h.bulkNews(r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.BulkAnswer(list))
}

// newBulk reads what to do with which tickets.
func (h *Handlers) newBulk(r *http.Request) (store.NewBulk, error) {
	var n store.NewBulk
	if err := h.bulkTickets(r, &n); err != nil {
		return n, err
	}
	if text := r.PostFormValue("workflow"); text != "" {
		id, err := desk.ParseID(text)
		if err != nil {
			return n, desk.FieldErrorf("workflow", "No workflow was chosen. Choose one and try again.")
		}
		n.Change.Workflow = id
		return n, nil
	}
	d, err := h.names(r)
	if err != nil {
		return n, err
	}
	n.Change, err = bulkChange(r.PostForm, h.Now().In(location(d.directory.Team.Timezone)))
	return n, err
}

// bulkTickets reads the tickets: those that are named, or all of a list, which is given by its address.
func (h *Handlers) bulkTickets(r *http.Request, n *store.NewBulk) error {
	if all := r.PostFormValue("all"); all != "" {
		query, given := strings.CutPrefix(all, "?")
		address, err := url.ParseQuery(query)
		if !given || err != nil || !isList(address) {
			return desk.FieldErrorf("all", "The list cannot be read. Open the inbox again and select its tickets there.")
		}
		q, err := h.wholeList(r, address)
		n.Query, n.Address = &q, address.Encode()
		return err
	}
	named := r.PostForm["number"]
	switch {
	case len(named) == 0:
		return desk.FieldErrorf("number", "No ticket is selected. Select some and try again.")
	case len(named) > mostAtOnce:
		return desk.FieldErrorf("number", "%d tickets are selected; the most at once is %d.", len(named), mostAtOnce)
	}
	for _, text := range named {
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			number = 0 // is no ticket
		}
		n.Numbers = append(n.Numbers, number)
	}
	return nil
}

// isList reports whether an address asks for nothing but what a list knows: what it does not know, it would leave
// out, and then all tickets would be meant.
func isList(address url.Values) bool {
	known := append(filterNames(), "view", "sort", "after", "team")
	for name := range address {
		if !slices.Contains(known, name) {
			return false
		}
	}
	return len(desk.ParseSearch(address.Get("q")).Hints()) == 0
}

// wholeList is the query of a list from its beginning.
func (h *Handlers) wholeList(r *http.Request, address url.Values) (store.TicketQuery, error) {
	address.Del("after")
	address.Del("team")
	return h.askedTickets(r, address)
}

// bulkChange joins the fields that were given; an empty choice leaves a field as it is, so nobody and
// no priority have words of their own.
func bulkChange(form url.Values, now time.Time) (store.BulkChange, error) {
	fields := []struct {
		name, none string
		read       change
	}{
		{"status", "", statusChange},
		{"priority", "none", priorityChange},
		{"assignee", "unassigned", assigneeChange},
		{"tags", "", tagsChange},
		{"sla_amount", "", slaChange},
		{"snooze_hours", "", snoozeChange},
		{"snoozed_until", "", snoozeChange},
		{"snooze", "", snoozeChange},
	}
	var all store.BulkChange
	form = maps.Clone(form) // whose nothings are about to be set
	for _, f := range fields {
		value := form.Get(f.name)
		if value == "" {
			continue
		}
		if value == f.none {
			form.Set(f.name, "")
		}
		c, err := f.read(form, now)
		if err != nil {
			return all, err
		}
		if err := all.Add(c); err != nil {
			return all, err
		}
	}
	if all.IsZero() {
		return all, desk.Errorf(desk.Invalid, "Nothing was chosen to change. Choose a status, a priority, an assignee or tags.")
	}
	return all, nil
}

// confirmBulk says how many tickets a change of a whole list would touch, and changes none.
func (h *Handlers) confirmBulk(w http.ResponseWriter, r *http.Request, n store.NewBulk) error {
	count, err := h.Store.CountTickets(r.Context(), *n.Query, mostShown)
	if err != nil {
		return err
	}
	if count.Tickets == 0 {
		return desk.FieldErrorf("all", "No ticket is in this view any more. Open it again.")
	}
	if err := n.Check(count); err != nil {
		return err
	}
	if err := h.Store.CheckBulk(r.Context(), h.member(r), n.Change); err != nil {
		return err
	}
	page := views.BulkConfirm{Count: bulkCount(n.Address, count), Back: web.LocalPath(r.PostFormValue("back"), views.TicketsPath(""))}
	if page.Parts, err = h.bulkParts(r, n.Change); err != nil {
		return err
	}
	for _, name := range []string{"all", "back", "status", "priority", "assignee", "tags", "tags_mode", "sla_amount", "sla_unit", "snooze", "snooze_hours", "snoozed_until", "workflow"} {
		if value := r.PostFormValue(name); value != "" {
			page.Fields = append(page.Fields, views.HiddenField{Name: name, Value: value})
		}
	}
	if page.Shell, err = h.shell(w, r, "Bulk change", views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.BulkConfirmPage(page))
}

// countBulk answers the bar: how many tickets the list has.
func (h *Handlers) countBulk(w http.ResponseWriter, r *http.Request) error {
	address := r.URL.Query()
	q, err := h.wholeList(r, address)
	if err != nil {
		return err
	}
	count, err := h.Store.CountTickets(r.Context(), q, mostShown)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.BulkAll(bulkCount(address.Encode(), count)))
}

func bulkCount(address string, c store.TicketCount) views.BulkCount {
	return views.BulkCount{Query: address, Count: c.Tickets, More: c.More, Cut: c.Cut}
}
