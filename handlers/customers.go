package handlers

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
)

// customersFound is how many customers a search shows.
const customersFound = 20

func (h *Handlers) findCustomers(w http.ResponseWriter, r *http.Request) error {
	page := views.CustomersPage{Text: strings.TrimSpace(r.URL.Query().Get("q"))}
	if page.Text != "" {
		found, err := h.Store.CustomersLike(r.Context(), h.member(r).TeamID, page.Text, customersFound)
		if err != nil {
			return err
		}
		for _, c := range found {
			page.Found = append(page.Found, views.CustomerLine{ID: c.PublicID, Name: cmp.Or(c.Name, c.Email, "Visitor"), Email: c.Email})
		}
	}
	var err error
	if page.Shell, err = h.shell(w, r, "Customers", views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.CustomersView(page))
}

func (h *Handlers) showCustomer(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	team := h.member(r).TeamID
	c, err := h.Store.Customer(r.Context(), team, id)
	if err != nil {
		return err
	}
	after := r.URL.Query().Get("after")
	found, err := h.Store.TicketsOfCustomer(r.Context(), c, team, after, pageSize)
	if err != nil {
		return err
	}

	page := views.CustomerPage{
		Name: cmp.Or(c.Name, c.Email, "Visitor"), Email: c.Email, Known: c.DistinctID, Signed: c.Verified,
		Since: views.Ago(c.CreatedAt, h.Now()), Traits: traits(c),
	}
	for i := range found.Tickets {
		t := &found.Tickets[i]
		page.Tickets = append(page.Tickets, views.CustomerTicket{
			Number: t.Number, Subject: t.Subject, Status: t.Status, Opened: views.Ago(t.CreatedAt, h.Now()),
		})
	}
	if after != "" {
		page.First = views.CustomerPath(id)
	}
	if found.Next != "" {
		page.Next = views.CustomerPath(id) + "?" + url.Values{"after": {found.Next}}.Encode()
	}
	if page.Shell, err = h.shell(w, r, page.Name, views.SectionTickets); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.CustomerView(page))
}

// traits are what the site has told of a customer, in the order of their names; what is no text is shown as JSON.
func traits(c store.CustomerRecord) []views.Trait {
	var out []views.Trait
	for _, name := range slices.Sorted(maps.Keys(c.Traits)) {
		value, isText := c.Traits[name].(string)
		if !isText {
			text, err := json.Marshal(c.Traits[name])
			if err != nil {
				continue // cannot be: it was read from JSON
			}
			value = string(text)
		}
		out = append(out, views.Trait{Name: name, Value: value})
	}
	return out
}
