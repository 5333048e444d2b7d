package handlers

import (
	"net/http"

	"signalbox/workflow/desk"
)

// customerTable holds the addresses of customers and companies.
func (h *Handlers) customerTable() []route {
	return []route{
		{http.MethodGet, "/customers", desk.AnswerTickets, h.findCustomers},
		{http.MethodGet, "/customers/{id}", desk.AnswerTickets, h.showCustomer},
	}
}
