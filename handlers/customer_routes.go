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
		{http.MethodPost, "/customers/{id}/notes", desk.AnswerTickets, h.addCustomerNote},
		{http.MethodPost, "/customers/{id}/notes/delete", desk.AnswerTickets, h.deleteCustomerNote},
		{http.MethodPost, "/customers/{id}/block", desk.AnswerTickets, h.blockCustomer},
		{http.MethodPost, "/customers/{id}/unblock", desk.AnswerTickets, h.unblockCustomer},
		{http.MethodPost, "/customers/{id}/addresses", desk.AnswerTickets, h.addAddress},
		{http.MethodPost, "/customers/{id}/addresses/remove", desk.AnswerTickets, h.removeAddress},
		{http.MethodGet, "/customers/{id}/merge", desk.AnswerTickets, h.showCustomerMerge},
		{http.MethodPost, "/customers/{id}/merge", desk.AnswerTickets, h.mergeCustomer},
		{http.MethodPost, "/customer-merges/{id}/undo", desk.AnswerTickets, h.undoCustomerMerge},
		{http.MethodGet, "/companies/{domain}", desk.AnswerTickets, h.showCompany},
	}
}
