package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/handlers"
	"signalbox/handlers/api"
	"signalbox/handlers/widget"
	"signalbox/static"
	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow"
)

// site is everything that answers requests.
type site struct {
	*serveCommand

	store    *store.Store
	hub      *web.Hub
	presence *web.Presence
	engine   *workflow.Engine
	meters   *meters
	log      *slog.Logger
	ready    *readiness
}

// maxRequest bounds every body; pages and doors set tighter limits of their own.
const maxRequest = 2 << 20

// handler puts the middleware around all doors. Only the agents' pages have sessions and refuse other sites:
// the widget's door and the files are for pages of others.
func (s *site) handler(ctx context.Context) (http.Handler, error) {
	compress, err := web.Compress()
	if err != nil {
		return nil, err
	}
	pages, err := s.pages(ctx)
	if err != nil {
		return nil, err
	}
	door := &widget.Door{
		Store: s.store, Counter: s.counter(), Hub: s.hub, Limits: s.Widget.limits(),
		Mails: s.SMTP != "", SDK: string(s.SDKAssets), Log: s.log, Now: time.Now,
	}
	failures := &web.Errors{Log: s.log, Page: plainPage}

	r := chi.NewRouter()
	r.Use(web.WithRequestID, web.WithClientIP(prefixes(s.TrustedProxy)), web.AccessLog(s.log),
		web.Measure(s.meters.measured), web.AnyMethod, failures.Recover,
		web.SecurityHeaders(string(s.URL)), compress, web.LimitBody(maxRequest))
	read := func(pattern string, answer http.HandlerFunc) {
		r.Get(pattern, answer)
		r.Head(pattern, answer) // net/http leaves out the body
	}
	read("/healthz", healthy)
	read("/readyz", s.ready.ServeHTTP)
	read("/metrics", s.meters.scrape(s.MetricsToken, s.log))
	r.Handle("/static/*", static.Handler())
	door.Mount(r)
	(&api.Door{
		Store: s.store, Counter: s.counter(), Quota: api.Quota{Minute: int(s.APIPerMinute), Hour: int(s.APIPerHour)}, URL: string(s.URL),
		Log: s.log, Now: time.Now,
	}).Mount(r)
	if s.Demo {
		teams, err := s.store.Teams(ctx)
		if err != nil {
			return nil, err
		}
		for _, team := range teams[:min(len(teams), 1)] {
			read("/demo", failures.Handle(door.DemoPage(team.ID)))
		}
	}
	r.Mount("/", failures.PlainURL(pages)) // the doors refuse bad text in their own format
	return r, nil
}

// visitors is how many widget sessions and addresses are counted at once.
const visitors = 100_000

// counter counts calls of the widget and of programs, thousands of polls a minute: in memory on SQLite, where there is one
// process, and in the database where several must agree.
func (s *site) counter() web.Counter {
	if s.Database == "" {
		return web.NewMemoryCounter(visitors)
	}
	return s.store
}

func (s *site) pages(ctx context.Context) (http.Handler, error) {
	key, err := s.store.Secret(ctx, "session-keys", 64)
	if err != nil {
		return nil, err
	}
	sessions, err := web.NewSessionStore(storedSessions{s.store}, string(s.URL), key)
	if err != nil {
		return nil, err
	}
	return handlers.New(handlers.Config{
		Store: s.store, Engine: s.engine, Sessions: sessions, Hub: s.hub, Presence: s.presence, Counter: s.store,
		Passwords: web.NewPasswords(), Log: s.log, Now: time.Now, URL: string(s.URL), Demo: s.Demo,
		WidgetConfig: widget.ConfigFor, SDKChat: s.SDKAssets != "",
	}).Routes(), nil
}

// plainPage answers what went wrong before any door took over.
func plainPage(w http.ResponseWriter, _ *http.Request, status int, message string) {
	http.Error(w, message, status)
}
