package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// mostOfGroup is how many results of a kind the palette shows.
const mostOfGroup = 6

// palette answers what the server finds for the command palette: with nothing typed, what the member works on.
func (h *Handlers) palette(w http.ResponseWriter, r *http.Request) error {
	typed := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(typed) > desk.MaxSearch {
		typed = strings.ToValidUTF8(typed[:desk.MaxSearch], "")
	}
	var found views.PaletteResults
	for _, group := range []func(*http.Request, string) (views.PaletteGroup, error){
		h.paletteTickets, h.paletteViews, h.palettePages, h.palettePeople,
	} {
		g, err := group(r, typed)
		if err != nil {
			return err
		}
		found.Groups = append(found.Groups, g)
	}
	foremost(&found)
	return web.Render(w, r, http.StatusOK, views.PaletteFound(found))
}

// foremost puts what was named before all that only has some of the words, and its kind before the others.
func foremost(found *views.PaletteResults) {
	named := func(i views.PaletteItem) bool { return i.Named }
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	for _, g := range found.Groups {
		slices.SortStableFunc(g.Items, func(a, b views.PaletteItem) int { return first(a.Named, b.Named) })
		found.Named = found.Named || slices.ContainsFunc(g.Items, named)
	}
	slices.SortStableFunc(found.Groups, func(a, b views.PaletteGroup) int {
		return first(slices.ContainsFunc(a.Items, named), slices.ContainsFunc(b.Items, named))
	})
}

// begins reports whether a name or an address begins with what was typed.
func begins(typed string, names ...string) bool {
	typed = strings.ToLower(typed)
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(strings.ToLower(name), typed) })
}

func (h *Handlers) paletteTickets(r *http.Request, typed string) (views.PaletteGroup, error) {
	m := h.member(r)
	q := store.TicketQuery{Team: m.TeamID, User: m.ID, Text: typed, Limit: mostOfGroup, Now: h.Now()}
	g := views.PaletteGroup{Name: "Tickets"}
	if typed == "" {
		g.Name, q.View = "Your tickets", store.ViewMine
	}
	page, err := h.Store.Tickets(r.Context(), q)
	if err != nil {
		return g, err
	}
	for i := range page.Tickets {
		t := &page.Tickets[i]
		g.Items = append(g.Items, views.PaletteItem{
			Href: views.TicketPath(t.Number), Icon: "inbox", Text: pieces(store.Mark(views.Numbered(t.Number, t.Subject), typed)),
			Detail: customerName(t), Named: strings.TrimPrefix(typed, "#") == strconv.FormatInt(t.Number, 10),
		})
	}
	return g, nil
}

// palettePeople are customers, and colleagues by what they are assigned to.
func (h *Handlers) palettePeople(r *http.Request, typed string) (views.PaletteGroup, error) {
	g := views.PaletteGroup{Name: "People"}
	if typed == "" {
		return g, nil
	}
	m := h.member(r)
	customers, err := h.Store.CustomersLike(r.Context(), m.TeamID, typed, mostOfGroup)
	if err != nil {
		return g, err
	}
	for _, c := range customers {
		name := cmp.Or(c.Name, c.Email)
		item := views.PaletteItem{Href: views.CustomerPath(c.PublicID), Icon: "contact", Text: pieces(store.Mark(name, typed)), Named: begins(typed, c.Name, c.Email)}
		if c.Email != name {
			item.Detail = c.Email
		}
		g.Items = append(g.Items, item)
	}
	n, err := h.names(r)
	if err != nil {
		return g, err
	}
	for _, u := range n.directory.UserList() {
		text, ok := named(u.Name, typed)
		if ok && len(g.Items) < 2*mostOfGroup {
			href := views.TicketsPath("assignee=" + assigneeKey(desk.Assignee{Kind: desk.ToUser, ID: u.ID}))
			g.Items = append(g.Items, views.PaletteItem{Href: href, Icon: "user", Text: text, Detail: "Colleague", Named: begins(typed, u.Name)})
		}
	}
	return g, nil
}

func (h *Handlers) paletteViews(r *http.Request, typed string) (views.PaletteGroup, error) {
	g := views.PaletteGroup{Name: "Views"}
	if typed == "" {
		return g, nil // they stand in the side bar
	}
	for _, v := range store.Views() {
		if text, ok := named(viewNames()[v], typed); ok {
			g.Items = append(g.Items, views.PaletteItem{Href: views.ViewPath(string(v)), Icon: "list", Text: text})
		}
	}
	saved, err := h.Store.SavedViews(r.Context(), h.member(r))
	if err != nil {
		return g, err
	}
	for _, v := range saved {
		if text, ok := named(v.Name, typed); ok {
			g.Items = append(g.Items, views.PaletteItem{Href: views.ViewPath(v.ID.String()), Icon: "bookmark", Text: text})
		}
	}
	g.Items = g.Items[:min(len(g.Items), mostOfGroup)]
	return g, nil
}

func (h *Handlers) palettePages(r *http.Request, typed string) (views.PaletteGroup, error) {
	g := views.PaletteGroup{Name: "Pages"}
	if typed == "" {
		return g, nil
	}
	for _, page := range views.Pages(h.member(r).Admin) {
		if text, ok := named(page.Name, typed); ok {
			g.Items = append(g.Items, views.PaletteItem{Href: page.Href, Icon: page.Icon, Text: text})
		}
	}
	return g, nil
}

// named marks a name where words were typed of it, the last one perhaps only begun.
func named(name, typed string) ([]views.Piece, bool) {
	marked := store.Mark(name, typed)
	for _, p := range marked {
		if p.Match {
			return pieces(marked), true
		}
	}
	return nil, false
}
