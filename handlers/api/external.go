package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"signalbox/web"
	"signalbox/workflow/desk"
)

// ExternalPath is where programs with a token read and change tickets (spec/5). Pages of other sites get no CORS headers
// here: a token belongs on a server.
const ExternalPath = "/api/conversations/external/"

// external answers below ExternalPath.
func (d *Door) external() http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.StripSlashes)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusNotFound, failure{"There is nothing at this address."})
	})
	r.MethodNotAllowed(notAllowed(http.MethodGet, http.MethodHead))
	for _, path := range []string{ExternalPath + "openapi.json", DocumentPath} {
		r.Get(path, serveDocument)
		r.Head(path, serveDocument)
	}
	r.Handle(ExternalPath+"ticket/{ticket}", http.HandlerFunc(d.ticket))
	return r
}

// ticket answers for one ticket. Who calls comes first and how often next; only then is anything looked at that they sent.
func (d *Door) ticket(w http.ResponseWriter, r *http.Request) {
	token, err := d.admit(w, r)
	if err == nil {
		switch r.Method {
		case http.MethodGet:
			err = d.getTicket(w, r, token)
		case http.MethodPatch:
			err = d.patchTicket(w, r, token)
		default:
			notAllowed(http.MethodGet, http.MethodPatch)(w, r)
		}
	}
	if err != nil {
		d.refuseCall(w, r, err)
	}
}

func (d *Door) admit(w http.ResponseWriter, r *http.Request) (desk.Token, error) {
	token, err := d.known(r)
	var unknown *refusal
	switch {
	case errors.As(err, &unknown):
		return desk.Token{}, d.refuseStranger(w, r, err)
	case err != nil:
		return desk.Token{}, err
	}
	return token, d.spend(w, r, token.TeamID)
}

func (d *Door) known(r *http.Request) (desk.Token, error) {
	key, err := bearer(r)
	if err != nil {
		return desk.Token{}, err
	}
	token, err := d.Store.TokenByKey(r.Context(), key)
	if desk.IsKind(err, desk.Unauthenticated) {
		return desk.Token{}, unauthorized("Invalid API key")
	}
	return token, err
}

// bearer is the key that a call shows. Two headers might mean two callers, and so mean none.
func bearer(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return "", unauthorized("Missing or invalid Authorization header")
	}
	scheme, key, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", unauthorized("Missing or invalid Authorization header")
	}
	if key = strings.TrimSpace(key); key == "" {
		return "", unauthorized("Empty API key")
	}
	return key, nil
}

// find returns the ticket that the address names, if the token may do with it what the scope says.
func (d *Door) find(r *http.Request, token desk.Token, scope desk.Scope) (desk.Ticket, error) {
	if !token.Allows(scope) {
		return desk.Ticket{}, refusef(http.StatusForbidden, "API key missing required scope '%s'", scope)
	}
	id, err := desk.ParseID(chi.URLParam(r, "ticket"))
	if err != nil {
		return desk.Ticket{}, refusef(http.StatusBadRequest, "Invalid ticket_id format")
	}
	t, err := d.Store.TicketByID(r.Context(), token.TeamID, id)
	if desk.IsKind(err, desk.NotFound) || err == nil && t.MergedInto != 0 {
		return desk.Ticket{}, errNoTicket()
	}
	return t, err
}

func errNoTicket() error { return refusef(http.StatusNotFound, "Ticket not found") }

func notAllowed(methods ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", strings.Join(methods, ", "))
		reply(w, http.StatusMethodNotAllowed, failure{"This address does not answer " + r.Method + " requests."})
	}
}

// refuseCall answers what went wrong, and logs it when it is our fault.
func (d *Door) refuseCall(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(web.StatusClientGone)
		return
	}
	var known *refusal
	if errors.As(err, &known) {
		if known.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		reply(w, known.status, known.body)
		return
	}
	status, message := web.Explain(err)
	if status == http.StatusInternalServerError {
		d.Log.ErrorContext(r.Context(), "call of the API broke off",
			"method", r.Method, "path", r.URL.Path, "request_id", web.RequestID(r.Context()), "error", err)
	}
	reply(w, status, failure{message})
}
