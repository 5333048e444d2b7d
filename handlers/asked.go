package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

// asked is what an address of the inbox asks for. A saved view brings filters of its own; parameters that stand beside
// it in the address take the place of those of the same name.
type asked struct {
	address url.Values       // as the browser has it
	filters url.Values       // the address's and the saved view's, which a default view may be among
	view    *store.SavedView // nil: none is open
	broken  string           // why the saved view cannot be shown as it is kept
}

// savedView is the saved view that an address names; false for a default view and for words that are none.
func savedView(address url.Values) (desk.ID, bool) {
	id, err := desk.ParseID(address.Get("view"))
	return id, err == nil
}

// asked reads an address. A view that the member does not see is NotFound.
func (h *Handlers) asked(r *http.Request, address url.Values) (asked, error) {
	address = without(without(address, "team"), "go")
	a := asked{address: address, filters: withTags(address)}
	id, saved := savedView(address)
	if !saved {
		return a, nil // a default view, or a word that the store refuses
	}
	m := h.member(r)
	view, err := h.Store.SavedView(r.Context(), m, id)
	if err != nil {
		return asked{}, err
	}
	own, _, err := h.viewQuery(m, &view)
	if a.view = &view; err != nil {
		_, a.broken, err = refusal(err)
		a.filters = url.Values{}
		return a, err
	}
	asks := a.filters
	a.filters = own
	for _, name := range append(filterNames(), "sort", "after") {
		if asks.Has(name) {
			a.filters[name] = asks[name]
		}
	}
	return a, nil
}

// withTags is the address with a value for each tag: people write several into one field.
func withTags(address url.Values) url.Values {
	out := without(address, "tag")
	for _, tags := range address["tag"] {
		out["tag"] = append(out["tag"], strings.Split(tags, ",")...)
	}
	return out
}

// askedTickets is the question to the store that an address of the inbox stands for.
func (h *Handlers) askedTickets(r *http.Request, address url.Values) (store.TicketQuery, error) {
	a, err := h.asked(r, address)
	if err != nil {
		return store.TicketQuery{}, err
	}
	if a.broken != "" {
		return store.TicketQuery{}, desk.Errorf(desk.Invalid, "%s", a.broken)
	}
	return h.listQuery(h.member(r), a.filters)
}

// viewQuery reads what a saved view keeps. What it asks for may have ceased to make sense.
func (h *Handlers) viewQuery(m desk.Member, v *store.SavedView) (url.Values, store.TicketQuery, error) {
	kept, err := url.ParseQuery(v.Query)
	if err != nil {
		return nil, store.TicketQuery{}, desk.Errorf(desk.Invalid, "The filters of this view cannot be read.")
	}
	q, err := h.listQuery(m, kept)
	if err == nil {
		err = q.Check()
	}
	return kept, q, err
}

// kept is what a view keeps of these filters: the same text for the same list, however it was asked for.
func kept(filters url.Values) string {
	out := url.Values{}
	for _, name := range append(filterNames(), "sort", "view") {
		if values := slices.Compact(slices.Sorted(slices.Values(given(filters, name)))); len(values) > 0 {
			out[name] = values
		}
	}
	if out.Get("sort") == newestUpdate {
		out.Del("sort")
	}
	if out.Get("view") == string(store.ViewAll) {
		out.Del("view")
	}
	return out.Encode()
}

// plain is what a view would keep that is shown without filters.
func (a *asked) plain() string {
	if a.view != nil {
		return a.view.Query
	}
	return kept(url.Values{"view": a.address["view"]})
}

// changed reports whether there is something to keep: filters or an order that the view is not made of.
func (a *asked) changed() bool { return a.broken == "" && kept(a.filters) != a.plain() }

// lacking is the address of the first page without one value of a filter.
func (a *asked) lacking(name, value string) string {
	out := without(a.address, "after")
	out[name] = slices.DeleteFunc(given(a.filters, name), func(v string) bool { return v == value })
	if a.view != nil && len(out[name]) == 0 {
		out[name] = []string{""} // or the view's own would be back
	}
	return views.TicketsPath(out.Encode())
}

// clear is the address of the view as it is.
func (a *asked) clear() string {
	out := url.Values{}
	for _, name := range []string{"view", "sort"} {
		if v := a.address.Get(name); v != "" && (name == "view" || a.view == nil) {
			out.Set(name, v)
		}
	}
	return views.TicketsPath(out.Encode())
}

// page is the address from a place in the list on, "" for its beginning.
func (a *asked) page(after string) string {
	out := without(a.address, "after")
	if after != "" {
		out.Set("after", after)
	}
	return views.TicketsPath(out.Encode())
}

func without(address url.Values, name string) url.Values {
	out := url.Values{}
	for key, values := range address {
		if key != name {
			out[key] = slices.Clone(values)
		}
	}
	return out
}
