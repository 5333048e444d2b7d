// Package handlers answers the agents' pages: it reads a request, asks the store and hands a model to a view.
// It refuses to decide: no rule of the desk, no SQL and no markup stands here.
package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Config is what the pages are made of; every field is needed.
type Config struct {
	Store     *store.Store
	Engine    *workflow.Engine
	Sessions  *web.SessionStore
	Hub       *web.Hub
	Presence  *web.Presence
	Counter   web.Counter // of failed sign-ins
	Passwords *web.Passwords
	Log       *slog.Logger
	Now       func() time.Time
	URL       string // of the desk as people see it, without a slash at the end
	Demo      bool   // offers the demo's customer page
	SDKChat   bool   // pages with posthog-js get its chat from the desk

	// WidgetConfig is what the widget's door tells a visitor who reads these languages, for the preview.
	WidgetConfig func(w store.Widget, languages string) any
}

// Handlers holds the pages.
type Handlers struct {
	Config

	errors *web.Errors
	routes chi.Router
	marks  marksCache
	drawn  views.Drawings
}

// New builds the pages.
func New(c Config) *Handlers {
	h := &Handlers{Config: c}
	h.errors = &web.Errors{Log: c.Log, Page: h.refused}
	h.routes = h.router()
	return h
}

// Routes answers everything an agent's browser asks for.
func (h *Handlers) Routes() http.Handler { return h.routes }

// refused draws the page of an error; a fragment gets the sentence alone.
func (h *Handlers) refused(w http.ResponseWriter, r *http.Request, status int, message string) {
	page := views.ErrorPage(views.ErrorModel{Theme: theme(r), Status: status, Message: message, RequestID: web.RequestID(r.Context())})
	if web.IsFragment(r) {
		page = views.ErrorFragment(message)
	}
	if err := web.Render(w, r, status, page); err != nil {
		h.Log.ErrorContext(r.Context(), "draw error page", "error", err)
	}
}

// settleTime is how long a page waits for workflows to act on what it has just committed.
const settleTime = 50 * time.Millisecond

// settle waits a moment for the workflows that this ticket's new events start, so that the page shows
// what they did. What comes later, the live stream brings.
func (h *Handlers) settle(ctx context.Context, changed store.Changed) {
	if len(changed.Outcome.Events) > 0 {
		h.Engine.Settle(ctx, settleTime, changed.Ticket.ID)
	}
}

func (h *Handlers) actor(r *http.Request) desk.Actor {
	m := h.member(r)
	return desk.Agent(m.ID, m.Name)
}
