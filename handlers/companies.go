package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// showCompany lists the customers whose email has a domain.
func (h *Handlers) showCompany(w http.ResponseWriter, r *http.Request) error {
	domain := strings.ToLower(chi.URLParam(r, "domain"))
	after := int64(0)
	if text := r.FormValue("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 {
			return desk.FieldErrorf("after", "%.40q is no place in the list. Open it again.", text)
		}
		after = n
	}
	if err := desk.CheckText("domain", domain); err != nil {
		return err
	}
	customers, next, err := h.Store.CustomersOfCompany(r.Context(), h.member(r).TeamID, domain, after, pageSize)
	if err != nil {
		return err
	}

	page := views.CompanyPage{Domain: domain}
	for _, c := range customers {
		page.Customers = append(page.Customers, views.CompanyCustomer{CustomerLine: customerLine(c.Customer), Open: openTickets(c)})
	}
	if after > 0 {
		page.First = views.CompanyPath(domain)
	}
	if next > 0 {
		page.Next = views.CompanyAfterPath(domain, next)
	}
	if page.Shell, err = h.customerShell(w, r, domain); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.CompanyView(page))
}

// openTickets is a number, or as far as was counted.
func openTickets(c store.CompanyCustomer) string {
	if c.Open == store.MostOpen {
		return strconv.Itoa(c.Open) + "+"
	}
	return strconv.Itoa(c.Open)
}
