package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/handlers"
	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow"
)

// site is the program's handler as cmd/signalbox wires it, and the engine behind it. Its access log is
// written, to nowhere; the widget's door is without limits.
type site struct {
	http.Handler

	engine   *workflow.Engine
	sessions *web.SessionStore
	hub      *web.Hub
	around   web.Middleware // what stands around every door
}

func newSite(ctx context.Context, s *store.Store, url string) (*site, error) {
	log := slog.New(slog.NewTextHandler(nowhere{}, nil)) // not DiscardHandler: lines are to be made
	compress, err := web.Compress()
	if err != nil {
		return nil, err
	}
	key, err := s.Secret(ctx, "session-keys", 64)
	if err != nil {
		return nil, err
	}
	sessions, err := web.NewSessionStore(stored{s}, url, key)
	if err != nil {
		return nil, err
	}

	engine := workflow.NewEngine(s, log, time.Now)
	hub := web.NewHub()
	pages := handlers.New(handlers.Config{
		Store: s, Engine: engine, Sessions: sessions, Hub: hub, Presence: web.NewPresence(hub), Counter: s,
		Passwords: web.NewPasswords(), Log: log, Now: time.Now, URL: url,
	})
	door := &widget.Door{Store: s, Counter: s, Hub: hub, Log: log, Now: time.Now}
	failures := &web.Errors{Log: log, Page: func(w http.ResponseWriter, _ *http.Request, status int, message string) {
		http.Error(w, message, status)
	}}
	outer := chi.Middlewares{
		web.WithRequestID, web.WithClientIP(nil), web.AccessLog(log), failures.Recover,
		failures.PlainURL, web.SecurityHeaders(url), compress, web.LimitBody(2 << 20),
	}

	r := chi.NewRouter()
	r.Use(outer...)
	door.Mount(r)
	r.Mount("/", pages.Routes())
	return &site{Handler: r, engine: engine, sessions: sessions, hub: hub, around: func(next http.Handler) http.Handler {
		return outer.Handler(next)
	}}, nil
}

// nowhere takes the log's lines; they cost what they cost to make.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// signIn opens a session as signing in does and returns its cookie.
func (s *site) signIn(ctx context.Context, user, team int64) (*http.Cookie, error) {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/login", nil)
	if err := s.sessions.Login(w, r, user, team); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	cookies := w.Result().Cookies()
	if len(cookies) == 0 {
		return nil, errors.New("signing in set no cookie")
	}
	return cookies[0], nil
}

// stored keeps sessions in a store, as cmd/signalbox does.
type stored struct{ store *store.Store }

func (s stored) LoadSession(ctx context.Context, hash []byte) (web.SessionRecord, error) {
	row, err := s.store.LoadSession(ctx, hash)
	return web.SessionRecord(row), err
}

func (s stored) CreateSession(ctx context.Context, r web.SessionRecord) error {
	return s.store.CreateSession(ctx, store.SessionRow(r))
}

func (s stored) UpdateSession(ctx context.Context, r web.SessionRecord) error {
	return s.store.UpdateSession(ctx, store.SessionRow(r))
}

func (s stored) TouchSession(ctx context.Context, hash []byte, lastSeen, expires time.Time) error {
	return s.store.TouchSession(ctx, hash, lastSeen, expires)
}

func (s stored) DeleteSession(ctx context.Context, hash []byte) error {
	return s.store.DeleteSession(ctx, hash)
}
