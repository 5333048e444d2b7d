package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// answerCustomer shows the customer after a change, or why it was refused; adjust keeps what was typed.
func (h *Handlers) answerCustomer(
	w http.ResponseWriter, r *http.Request, id desk.ID, cause error, adjust func(p *views.CustomerPage, problem string),
) error {
	if cause == nil {
		web.Redirect(w, r, views.CustomerPath(id))
		return nil
	}
	if desk.IsKind(cause, desk.NotFound) {
		return cause
	}
	status, problem, fault := refusal(cause)
	if fault != nil {
		return fault
	}
	return h.customerPage(w, r, status, id, func(p *views.CustomerPage) { adjust(p, problem) })
}

// tellProblem is for what has no field.
func tellProblem(p *views.CustomerPage, problem string) { p.Problem = problem }

func (h *Handlers) addCustomerNote(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body := r.PostFormValue("note")
	err = h.Store.AddCustomerNote(r.Context(), h.actor(r), h.member(r).TeamID, id, body)
	return h.answerCustomer(w, r, id, err, func(p *views.CustomerPage, problem string) {
		p.Draft, p.NoteProblem = body, problem
	})
}

func (h *Handlers) deleteCustomerNote(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	note, err := desk.ParseID(r.PostFormValue("id"))
	if err != nil {
		return desk.Errorf(desk.NotFound, "There is no such note in this team.")
	}
	err = h.Store.DeleteCustomerNote(r.Context(), h.actor(r), h.member(r).TeamID, note)
	return h.answerCustomer(w, r, id, err, tellProblem)
}

func (h *Handlers) blockCustomer(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	err = h.Store.BlockCustomer(r.Context(), h.actor(r), h.member(r).TeamID, id)
	return h.answerCustomer(w, r, id, err, tellProblem)
}

func (h *Handlers) unblockCustomer(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	err = h.Store.UnblockCustomer(r.Context(), h.actor(r), h.member(r).TeamID, id)
	return h.answerCustomer(w, r, id, err, tellProblem)
}

func (h *Handlers) addAddress(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	email := r.PostFormValue("email")
	err = h.Store.AddAddress(r.Context(), h.actor(r), h.member(r).TeamID, id, email)
	return h.answerCustomer(w, r, id, err, func(p *views.CustomerPage, problem string) {
		p.NewAddress, p.AddressProblem = email, problem
	})
}

func (h *Handlers) removeAddress(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	err = h.Store.RemoveAddress(r.Context(), h.actor(r), h.member(r).TeamID, id, r.PostFormValue("email"))
	return h.answerCustomer(w, r, id, err, tellProblem)
}
