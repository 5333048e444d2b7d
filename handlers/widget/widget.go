// Package widget is the door for customers who write from a web site: the wire protocol that the
// posthog-js SDK and our own embed speak (spec/4). It trusts nothing but a browser session's secret
// id, and never shows a private note.
package widget

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"signalbox/static"
	"signalbox/store"
	"signalbox/web"
)

// Door answers the widgets of all teams.
type Door struct {
	Store   *store.Store
	Counter web.Counter // counts the calls that Limits limits
	Hub     *web.Hub    // tells live pages what Announce is told
	Limits  Limits
	Mails   bool   // somebody delivers mail
	SDK     string // the site that has the chat of posthog-js, "" to leave it to the pages
	Log     *slog.Logger
	Now     func() time.Time
}

const base = "/api/conversations/v1/widget"

// Mount adds the door's addresses to r. They answer pages of other sites, so they belong outside
// of web.Errors.SameOrigin and of sessions; web.WithClientIP must stand before them.
func (d *Door) Mount(r chi.Router) {
	door := d.routes()
	for _, pattern := range addresses() {
		r.Handle(pattern, door)
	}
	r.Handle("/contact/*", d.contact())
	d.mountSDK(r)
	r.Handle("/widget.js", static.File("widget.js"))
}

// addresses lists all that the SDK may call, those that we do not serve included: a 404 without
// CORS headers looks like an outage to it, and is tried again and again (spec/4, rule 12).
func addresses() []string {
	return []string{
		base + "/*", "/array/*", "/flags/*", "/decide/*", "/e/*", "/i/*", "/s/*", "/ses/*", "/engage/*", "/batch/*",
		"/api/surveys/*", "/api/product_tours/*", "/api/web_experiments/*", "/api/early_access_features/*",
	}
}

func (d *Door) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(anyOrigin, middleware.StripSlashes)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusNotFound, failure{Error: "There is nothing at this address."})
	})
	r.MethodNotAllowed(wrongMethod(r))

	r.Post(base+"/message", d.guard(d.postMessage, write))
	read(r, base+"/messages/{ticket}", d.guard(d.listMessages, call))
	r.Post(base+"/messages/{ticket}/read", d.guard(d.markRead, call))
	read(r, base+"/tickets", d.guard(d.listTickets, call))
	r.Post(base+"/restore/request", d.guard(d.requestRestore, write))
	r.Post(base+"/restore", d.guard(d.restore, call))
	r.Post(base+"/upload", d.upload)
	read(r, base+"/files/{file}", d.showFile)
	r.Get(base+"/events", d.events) // a stream has nothing but its body
	read(r, base+"/availability", d.guard(d.availability, call))
	r.Post(base+"/profile", d.guard(d.saveProfile, write))

	read(r, "/array/{token}/config", d.config)
	read(r, "/array/{token}/config.js", d.configScript)
	r.Post("/flags", flags)
	r.Post("/e", accepted)
	r.Post("/i/v0/e", accepted)
	return r
}

// anyOrigin lets pages of every site read every answer, refusals too (spec/4, rule 5). No cookie is
// ever looked at, so there is nothing that a foreign page could borrow.
func anyOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Retry-After")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
			h.Set("Access-Control-Allow-Headers", "content-type, x-conversations-token")
			h.Set("Access-Control-Max-Age", "7200")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
