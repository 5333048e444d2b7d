package handlers

import (
	"net/http"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// latestShown is how many tickets of each side a merge of customers shows.
const latestShown = 3

// showCustomerMerge lets a member choose a customer to merge into and look at both.
func (h *Handlers) showCustomerMerge(w http.ResponseWriter, r *http.Request) error {
	source, err := h.pathCustomer(r)
	if err != nil {
		return err
	}
	page := views.CustomerMergePage{Text: strings.TrimSpace(r.FormValue("q"))}
	if into := r.FormValue("into"); into != "" {
		target, err := h.customerNamed(r, into)
		if err != nil {
			return err
		}
		return h.drawCustomerMerge(w, r, http.StatusOK, page, customerPair{source, &target})
	}
	if page.Text != "" {
		found, err := h.Store.CustomersLike(r.Context(), h.member(r).TeamID, page.Text, customersFound)
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.ID != source.ID {
				page.Found = append(page.Found, customerLine(c))
			}
		}
	}
	return h.drawCustomerMerge(w, r, http.StatusOK, page, customerPair{from: source})
}

// mergeCustomer merges, and shows the customer who goes on.
func (h *Handlers) mergeCustomer(w http.ResponseWriter, r *http.Request) error {
	source, err := h.pathCustomer(r)
	if err != nil {
		return err
	}
	target, err := h.customerNamed(r, r.PostFormValue("into"))
	if err != nil {
		return err
	}
	err = h.Store.MergeCustomers(r.Context(), h.actor(r), h.member(r).TeamID, source.PublicID, target.PublicID)
	if err == nil {
		return h.redirectWith(w, r, views.CustomerPath(target.PublicID), "The customers are merged.")
	}
	status, problem, fault := refusal(err)
	if fault != nil {
		return fault
	}
	return h.drawCustomerMerge(w, r, status, views.CustomerMergePage{Problem: problem}, customerPair{source, &target})
}

func (h *Handlers) undoCustomerMerge(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	into, err := h.Store.UndoCustomerMerge(r.Context(), h.actor(r), h.member(r).TeamID, id)
	if err == nil {
		return h.redirectWith(w, r, views.CustomerPath(into), "The merge is undone.")
	}
	if into.IsZero() {
		return err
	}
	return h.answerCustomer(w, r, into, err, tellProblem)
}

// customerNamed is a customer whom a form or an address names.
func (h *Handlers) customerNamed(r *http.Request, id string) (store.CustomerRecord, error) {
	parsed, err := desk.ParseID(id)
	if err != nil {
		return store.CustomerRecord{}, desk.Errorf(desk.NotFound, "There is no such customer in this team.")
	}
	return h.Store.CustomerWhole(r.Context(), h.member(r).TeamID, parsed)
}

// customerPair are two customers who may become one; into is nil until it is chosen.
type customerPair struct {
	from store.CustomerRecord
	into *store.CustomerRecord
}

// drawCustomerMerge shows both customers, and why they cannot be merged where that is so.
func (h *Handlers) drawCustomerMerge(w http.ResponseWriter, r *http.Request, status int, page views.CustomerMergePage, pair customerPair) error {
	var err error
	if page.Source, err = h.customerSide(r, pair.from); err != nil {
		return err
	}
	if pair.into != nil {
		side, err := h.customerSide(r, *pair.into)
		if err != nil {
			return err
		}
		page.Target = &side
		if err := h.Store.PlannedCustomerMerge(r.Context(), h.member(r).TeamID, pair.from, *pair.into); err != nil {
			_, problem, fault := refusal(err)
			if fault != nil {
				return fault
			}
			page.Problem, page.Refused = problem, true
		}
	}
	if page.Shell, err = h.customerShell(w, r, "Merge customers"); err != nil {
		return err
	}
	return web.Render(w, r, status, views.CustomerMerge(page))
}

func (h *Handlers) customerSide(r *http.Request, c store.CustomerRecord) (views.CustomerSide, error) {
	latest, err := h.Store.TicketsOfCustomer(r.Context(), c, h.member(r).TeamID, "", latestShown)
	if err != nil {
		return views.CustomerSide{}, err
	}
	return views.CustomerSide{
		ID: c.PublicID, Name: customerTitle(c.Customer), Email: c.Email, Known: c.DistinctID, Since: views.Ago(c.CreatedAt, h.Now()),
		Latest: h.customerTickets(latest.Tickets),
	}, nil
}
