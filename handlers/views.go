package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// How long a page, and the side bar that is fetched behind it, may count saved views: beyond it they show the numbers
// that are there and ask again in a moment.
const (
	pagePatience = 3 * time.Millisecond
	sidePatience = 200 * time.Millisecond
)

// sideViews fills the views of the side bar.
func (h *Handlers) sideViews(r *http.Request, current string, patience time.Duration) (views.SideViews, error) {
	links, err := h.defaultLinks(r, current)
	if err != nil {
		return views.SideViews{}, err
	}
	side := views.SideViews{Current: current, Default: links}
	pinned, err := h.Store.PinnedViews(r.Context(), h.member(r))
	if err != nil || len(pinned) == 0 {
		return side, err
	}
	var settled bool
	if side.Saved, settled, err = h.savedLinks(r, pinned, patience); err != nil {
		return side, err
	}
	for i := range side.Saved {
		side.Saved[i].Current = side.Saved[i].Key == current
	}
	if !settled {
		side.Again = strconv.FormatInt(h.Now().UnixMicro(), 36)
	}
	return side, nil
}

// savedLinks are the pinned views with their counts. One that no longer makes sense has none: it says why when opened.
func (h *Handlers) savedLinks(r *http.Request, pinned []store.SavedView, patience time.Duration) (links []views.ViewLink, settled bool, err error) {
	links = make([]views.ViewLink, len(pinned))
	var queries []store.TicketQuery
	var counted []int // the link of each query
	for i := range pinned {
		v := &pinned[i]
		links[i] = views.ViewLink{Key: v.ID.String(), Name: v.Name, Saved: true, Shared: v.Shared(), Uncounted: true}
		if _, q, err := h.viewQuery(h.member(r), v); err == nil {
			queries, counted = append(queries, q), append(counted, i)
		}
	}
	counts, settled, err := h.Store.CountViews(r.Context(), queries, patience)
	if err != nil {
		return nil, false, err
	}
	for i, n := range counts {
		link := &links[counted[i]]
		link.Count, link.Capped, link.Uncounted = n.Tickets, n.More, !n.Known
	}
	return links, settled, nil
}

func (h *Handlers) viewCounts(w http.ResponseWriter, r *http.Request) error {
	side, err := h.sideViews(r, r.FormValue("view"), sidePatience)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.ViewCounts(side))
}

// keep is what the inbox offers for keeping what it shows as a view.
func (h *Handlers) keep(m desk.Member, a *asked) views.Keep {
	k := views.Keep{TeamID: m.TeamID, Changed: a.changed(), Query: kept(a.filters)}
	if a.view != nil {
		shown := shownView(m, a.view)
		k.View = &shown
	}
	return k
}

func shownView(m desk.Member, v *store.SavedView) views.SavedView {
	may := m.MayEdit(&v.SavedView)
	return views.SavedView{
		ID: v.ID, Name: v.Name, By: v.By, Mine: v.CreatedBy == m.ID, Shared: v.Shared(), Pinned: v.Pinned,
		CanEdit: may, CanShare: may && (!v.Shared() || v.CreatedBy == m.ID),
		Form: views.ViewForm{Name: v.Name, Shared: v.Shared()},
	}
}

func (h *Handlers) listViews(w http.ResponseWriter, r *http.Request) error {
	page, err := h.viewsPage(w, r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.SavedViews(page))
}

// viewsPage lists the views that the member sees: those of the side bar in its order, then the others by name.
func (h *Handlers) viewsPage(w http.ResponseWriter, r *http.Request) (views.SavedViewsPage, error) {
	m, page := h.member(r), views.SavedViewsPage{}
	n, err := h.names(r)
	if err != nil {
		return page, err
	}
	pinned, err := h.Store.PinnedViews(r.Context(), m)
	if err != nil {
		return page, err
	}
	all, err := h.Store.SavedViews(r.Context(), m)
	if err != nil {
		return page, err
	}
	page.Pinned = make([]views.SavedView, len(pinned))
	for i := range all {
		v := &all[i]
		shown := shownView(m, v)
		shown.Filters, shown.Problem = h.viewWords(n, m, v)
		at := slices.IndexFunc(pinned, func(p store.SavedView) bool { return p.ID == v.ID })
		if at < 0 {
			page.Others = append(page.Others, shown)
			continue
		}
		shown.First, shown.Last = at == 0, at == len(pinned)-1
		page.Pinned[at] = shown
	}
	page.Shell, err = h.shell(w, r, "Views", views.SectionViews)
	return page, err
}

// viewWords says what a view shows, or why it shows nothing.
func (h *Handlers) viewWords(n names, m desk.Member, v *store.SavedView) (filters, problem string) {
	own, _, err := h.viewQuery(m, v)
	if err != nil {
		_, problem, _ = refusal(err)
		return "", problem
	}
	a := asked{filters: own, view: v}
	var words []string
	for _, c := range n.chips(&a) {
		words = append(words, c.Text)
	}
	if sort := own.Get("sort"); sort != "" && sort != newestUpdate {
		words = append(words, views.SortText(sort))
	}
	return strings.Join(words, " · "), a.problem(n)
}
