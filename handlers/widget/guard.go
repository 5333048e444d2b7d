package widget

import (
	"context"
	"net/http"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// maxBody is ample for the longest message with all its traits, every character escaped.
const maxBody = 1 << 20

// cost says against which limits a call counts.
type cost string

const (
	call  cost = "call"  // reads, or repeats what was already so
	write cost = "write" // adds something to the desk
	bring cost = "bring" // has a file for a body: its fields are in the query, and its bytes are counted, too
)

// visit is one call that has passed the checks which come before its own fields.
type visit struct {
	widget store.Widget
	in     *input
	caller store.Visitor // the zero one, who reads nothing, where the call proves no identity that it claims
	forged bool          // it does
	nobody bool          // it does not say who is calling
}

// check refuses a call whose fields, as far as they were read, are wrong, and then one with a false identity. Every
// endpoint asks it before it looks at anything of the desk.
func (v *visit) check() error {
	if v.nobody {
		v.in.fault("widget_session_id", "This must be the UUID of a browser session.")
	}
	return v.checkFields()
}

// checkFields is check for a call that needs no session.
func (v *visit) checkFields() error {
	if err := v.in.err(); err != nil {
		return err
	}
	if v.forged {
		return refuse(http.StatusForbidden, "Identity verification failed")
	}
	return nil
}

type endpoint func(r *http.Request, v *visit) (answer any, err error)

// guard lets a call through to its endpoint after the checks of spec/4, in their order.
func (d *Door) guard(do endpoint, c cost) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := d.admit(w, r, c)
		if err != nil {
			d.answerError(w, r, err)
			return
		}
		answer, err := do(r, v)
		if err != nil {
			d.answerError(w, r, err)
			return
		}
		reply(w, http.StatusOK, answer)
	}
}

func (d *Door) admit(w http.ResponseWriter, r *http.Request, c cost) (*visit, error) {
	widget, err := d.widget(r)
	if err != nil {
		return nil, err
	}
	if err := d.limitAddress(r); err != nil {
		return nil, err
	}
	in := readInput(w, r, c)
	if err := d.limitVisit(r, widget.TeamID, callerKey(in), c); err != nil {
		return nil, err
	}

	if in.filled("_hp") {
		return nil, refuse(http.StatusBadRequest, "Invalid request")
	}
	if !allowsOrigin(widget.Domains, r) {
		return nil, refuse(http.StatusForbidden, "Origin not allowed")
	}
	if in.broken != nil {
		return nil, in.broken
	}
	v := identify(widget, in)
	return v, d.Store.JoinVisitor(r.Context(), widget.TeamID, v.caller)
}

// widget finds the team that the call's token names.
func (d *Door) widget(r *http.Request) (store.Widget, error) {
	token := r.Header.Get("X-Conversations-Token")
	if token == "" && asks(r) {
		token = r.URL.Query().Get("token") // an EventSource sends no headers of ours
	}
	return d.widgetOf(r.Context(), token)
}

func (d *Door) widgetOf(ctx context.Context, token string) (store.Widget, error) {
	if token == "" || desk.CheckText("token", token) != nil {
		return store.Widget{}, refuse(http.StatusForbidden, "Invalid token")
	}
	widget, err := d.Store.WidgetByToken(ctx, token)
	switch {
	case desk.IsKind(err, desk.NotFound):
		return store.Widget{}, refuse(http.StatusForbidden, "Invalid token")
	case err != nil:
		return store.Widget{}, err
	case !widget.Enabled:
		return store.Widget{}, refuse(http.StatusForbidden, "The widget is switched off")
	}
	return widget, nil
}

// ticket finds the one that a call is about and makes sure that it is the caller's own.
func (d *Door) ticket(ctx context.Context, v *visit, id desk.ID) (store.VisitorTicket, error) {
	t, err := d.Store.VisitorTicket(ctx, v.widget.TeamID, id, v.caller)
	switch {
	case err != nil:
		return store.VisitorTicket{}, refuseTicket(err)
	case !t.Owned:
		return store.VisitorTicket{}, refuse(http.StatusForbidden, "Forbidden")
	}
	return t, nil
}

// refuseTicket has one refusal for all tickets that are not there, at whatever step of a call they went.
func refuseTicket(err error) error {
	if desk.IsKind(err, desk.NotFound) {
		return refuse(http.StatusNotFound, "Ticket not found")
	}
	return err
}
