package handlers

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const (
	customersFound = 20  // that a search shows
	notesShown     = 100 // about a customer
	mergesShown    = 20
	cardTraits     = 5 // in a ticket
)

// customerTitle is how pages call a customer.
func customerTitle(c desk.Customer) string { return cmp.Or(c.Name, c.Email, "Visitor") }

func customerLine(c desk.Customer) views.CustomerLine {
	return views.CustomerLine{ID: c.PublicID, Name: customerTitle(c), Email: c.Email}
}

func (h *Handlers) customerShell(w http.ResponseWriter, r *http.Request, title string) (views.AppShell, error) {
	shell, err := h.shell(w, r, title, views.SectionCustomers)
	shell.Styles = append(shell.Styles, "customers.css", "merge.css")
	return shell, err
}

func (h *Handlers) findCustomers(w http.ResponseWriter, r *http.Request) error {
	page := views.CustomersPage{Text: strings.TrimSpace(r.URL.Query().Get("q"))}
	if page.Text != "" {
		found, err := h.Store.CustomersLike(r.Context(), h.member(r).TeamID, page.Text, customersFound)
		if err != nil {
			return err
		}
		for _, c := range found {
			page.Found = append(page.Found, customerLine(c))
		}
		page.Short = len(found) == 0 && utf8.RuneCountInString(page.Text) == 1
	}
	var err error
	if page.Shell, err = h.customerShell(w, r, "Customers"); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.CustomersView(page))
}

// pathCustomer is the customer of the address, or who took them over.
func (h *Handlers) pathCustomer(r *http.Request) (store.CustomerRecord, error) {
	id, err := pathID(r)
	if err != nil {
		return store.CustomerRecord{}, err
	}
	return h.Store.CustomerWhole(r.Context(), h.member(r).TeamID, id)
}

// showCustomer leads on from a customer who was merged.
func (h *Handlers) showCustomer(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	c, err := h.pathCustomer(r)
	if err != nil {
		return err
	}
	if c.PublicID != id {
		web.Redirect(w, r, views.CustomerPath(c.PublicID))
		return nil
	}
	return h.customerPage(w, r, http.StatusOK, id, func(*views.CustomerPage) {})
}

func (h *Handlers) customerPage(w http.ResponseWriter, r *http.Request, status int, id desk.ID, adjust func(*views.CustomerPage)) error {
	team := h.member(r).TeamID
	c, err := h.Store.CustomerWhole(r.Context(), team, id)
	if err != nil {
		return err
	}
	after := r.URL.Query().Get("after")
	found, err := h.Store.TicketsOfCustomer(r.Context(), c, team, after, pageSize)
	if err != nil {
		return err
	}

	page := views.CustomerPage{
		ID: c.PublicID, Name: customerTitle(c.Customer), Email: c.Email, Known: c.DistinctID, Signed: c.Verified,
		Company: desk.CompanyOf(c.Domain), Since: views.Ago(c.CreatedAt, h.Now()), Traits: traits(c.Traits),
		Tickets: h.customerTickets(found.Tickets),
	}
	if !c.BlockedAt.IsZero() {
		page.Blocked = views.Ago(c.BlockedAt, h.Now())
	}
	if after != "" {
		page.First = views.CustomerPath(c.PublicID)
	}
	if found.Next != "" {
		page.Next = views.CustomerPath(c.PublicID) + "?" + url.Values{"after": {found.Next}}.Encode()
	}
	if err := h.fillCustomer(r, &page, c); err != nil {
		return err
	}
	adjust(&page)
	if page.Shell, err = h.customerShell(w, r, page.Name); err != nil {
		return err
	}
	return web.Render(w, r, status, views.CustomerView(page))
}

// fillCustomer adds what the team knows and did.
func (h *Handlers) fillCustomer(r *http.Request, page *views.CustomerPage, c store.CustomerRecord) error {
	ctx, m := r.Context(), h.member(r)
	notes, err := h.Store.CustomerNotes(ctx, m.TeamID, c.ID, notesShown)
	if err != nil {
		return err
	}
	for _, n := range notes {
		note := views.CustomerNote{Kind: n.Kind, By: n.Author, Body: n.Body, At: views.Ago(n.At, h.Now())}
		if n.Kind == desk.CustomerNoted && n.AuthorID == m.ID {
			note.ID = n.ID.String()
		}
		page.Notes = append(page.Notes, note)
	}
	addresses, err := h.Store.CustomerAddresses(ctx, m.TeamID, c)
	if err != nil {
		return err
	}
	for _, a := range addresses {
		page.Addresses = append(page.Addresses, views.CustomerAddress(a))
	}
	merges, err := h.Store.CustomerMerges(ctx, m.TeamID, c.ID, mergesShown)
	for _, merge := range merges {
		page.Merges = append(page.Merges, views.CustomerMerged{
			ID: merge.ID, Name: cmp.Or(merge.From, "Visitor"), By: merge.By, Moved: merge.Moved, At: views.Ago(merge.At, h.Now()),
		})
	}
	return err
}

func (h *Handlers) customerTickets(tickets []desk.Ticket) []views.CustomerTicket {
	out := make([]views.CustomerTicket, len(tickets))
	for i := range tickets {
		t := &tickets[i]
		out[i] = views.CustomerTicket{Number: t.Number, Subject: t.Subject, Status: t.Status, Opened: views.Ago(t.CreatedAt, h.Now())}
	}
	return out
}

// fillCard adds to the card of a ticket's customer what their record has.
func (h *Handlers) fillCard(r *http.Request, card *views.CustomerFacts, t *desk.Ticket) error {
	kept, err := h.Store.CustomerCard(r.Context(), t.TeamID, t.Customer.ID)
	if err != nil {
		return err
	}
	told := slices.DeleteFunc(traits(kept.Traits), func(t views.Trait) bool { // the card says these already
		return t.Name == "name" && t.Value == card.Name || t.Name == "email" && strings.EqualFold(t.Value, card.Email)
	})
	card.Traits, card.Company, card.Blocked = told[:min(len(told), cardTraits)], desk.CompanyOf(kept.Domain), !kept.BlockedAt.IsZero()
	return nil
}

// traits are what the site has told of a customer, in the order of their names; what is no text is shown as JSON.
func traits(told map[string]any) []views.Trait {
	var out []views.Trait
	for _, name := range slices.Sorted(maps.Keys(told)) {
		value, isText := told[name].(string)
		if !isText {
			text, err := json.Marshal(told[name])
			if err != nil {
				continue // cannot be: it was read from JSON
			}
			value = string(text)
		}
		out = append(out, views.Trait{Name: name, Value: value})
	}
	return out
}
