package handlers_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"signalbox/handlers"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow"
)

const password = "correct horse battery"

// passwordHash is of that password, at next to no cost: hundreds of people sign in here.
const passwordHash = "$argon2id$v=19$m=8,t=1,p=1$aGFuZGxlcnPigJkgdGVzdA$yp8EkH1BYRuqn0NjmwDc/yCXHt7tSS/QmqlUfLwHSHE"

type selection = goquery.Selection

// builderDesk is a desk with an admin and an agent, and its pages on a server.
type builderDesk struct {
	store    *store.Store
	hub      *web.Hub
	presence *web.Presence
	server   *httptest.Server
	team     int64
}

type deskSessions struct{ *store.Store }

func (s deskSessions) LoadSession(ctx context.Context, hash []byte) (web.SessionRecord, error) {
	row, err := s.Store.LoadSession(ctx, hash)
	return web.SessionRecord(row), err
}

func (s deskSessions) CreateSession(ctx context.Context, r web.SessionRecord) error {
	return s.Store.CreateSession(ctx, store.SessionRow(r))
}

func (s deskSessions) UpdateSession(ctx context.Context, r web.SessionRecord) error {
	return s.Store.UpdateSession(ctx, store.SessionRow(r))
}

func onBuilderDesk(t *testing.T, test func(t *testing.T, d builderDesk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, openBuilderDesk(t, s)) })
}

func openBuilderDesk(t *testing.T, s *store.Store) builderDesk {
	t.Helper()
	made, err := s.Setup(t.Context(), store.NewDesk{Team: "Acme", AdminEmail: "ada@example.com", AdminName: "Ada", PasswordHash: passwordHash})
	check(t, err)
	_, err = s.AddUser(t.Context(), store.NewUser{TeamID: made.TeamID, Email: "bob@example.com", Name: "Bob", PasswordHash: passwordHash})
	check(t, err)
	sessions, err := web.NewSessionStore(deskSessions{s}, "http://desk.test", []byte(strings.Repeat("k", 32)))
	check(t, err)
	log, hub := slog.New(slog.DiscardHandler), web.NewHub()
	presence := web.NewPresence(hub)
	h := handlers.New(handlers.Config{
		Store: s, Engine: workflow.NewEngine(s, log, time.Now), Sessions: sessions, Hub: hub, Presence: presence,
		Counter: web.NewMemoryCounter(100), Passwords: web.NewPasswords(), Log: log, Now: time.Now, URL: "http://desk.test",
		WidgetConfig: func(w store.Widget, languages string) any {
			return map[string]any{"conversations": map[string]any{"color": w.Settings.Color, "languages": languages}}
		},
	})
	server := httptest.NewServer(h.Routes())
	t.Cleanup(server.Close)
	return builderDesk{store: s, hub: hub, presence: presence, server: server, team: made.TeamID}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// browser is a person with a browser that has no scripts.
type browser struct {
	t      *testing.T
	base   string
	client *http.Client
}

// page is what the browser shows.
type page struct {
	*goquery.Document
	status int
	header http.Header
	at     *url.URL
}

func (d builderDesk) signIn(t *testing.T, email string) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	check(t, err)
	b := browser{t: t, base: d.server.URL, client: &http.Client{Jar: jar}}
	if p := b.post("/login", url.Values{"email": {email}, "password": {password}}); p.at.Path != "/tickets" {
		t.Fatalf("signed in, got to %s with status %d", p.at, p.status)
	}
	return b
}

func (b browser) open(path string) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	check(b.t, err)
	return b.send(r)
}

func (b browser) post(path string, form url.Values) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	check(b.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b browser) send(r *http.Request) page {
	b.t.Helper()
	answer, err := b.client.Do(r)
	check(b.t, err)
	defer answer.Body.Close()
	doc, err := goquery.NewDocumentFromReader(answer.Body)
	check(b.t, err)
	return page{Document: doc, status: answer.StatusCode, header: answer.Header, at: answer.Request.URL}
}

// submit sends a form of the page as a browser would, with some of its fields filled in and a button pressed.
func (b browser) submit(p page, form string, fill map[string]string, button ...string) page {
	b.t.Helper()
	f := p.Find(form).First()
	if f.Length() == 0 {
		b.t.Fatalf("no form %q on %s (status %d)", form, p.at, p.status)
	}
	values := controls(f)
	for name, value := range fill {
		b.mustTake(f, name, value)
		values.Set(name, value)
	}
	if len(button) == 2 {
		if !hasValue(f.Find("button"), button[0], button[1]) {
			b.t.Fatalf("no button %s=%s in %q on %s", button[0], button[1], form, p.at)
		}
		values.Set(button[0], button[1])
	}
	return b.post(f.AttrOr("action", ""), values)
}

// mustTake fails where a person could not enter the value.
func (b browser) mustTake(form *goquery.Selection, name, value string) {
	b.t.Helper()
	field := form.Find(`[name="` + name + `"]`)
	if field.Length() == 0 {
		b.t.Fatalf("the form has no field %q", name)
	}
	if field.Is("select") && !slices.Contains(field.Find("option").Map(valueOf), value) {
		b.t.Fatalf("the field %q does not offer %q but %q", name, value, field.Find("option").Map(valueOf))
	}
}

func controls(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		_, checked := s.Attr("checked")
		switch {
		case name == "", s.Is("[type=checkbox], [type=radio]") && !checked:
		case s.Is("select"):
			chosen := s.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = s.Find("option")
			}
			values.Add(name, chosen.First().AttrOr("value", ""))
		case s.Is("textarea"):
			values.Add(name, s.Text())
		default:
			values.Add(name, s.AttrOr("value", ""))
		}
	})
	return values
}

func hasValue(s *goquery.Selection, name, value string) bool {
	return s.FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.AttrOr("name", "") == name && s.AttrOr("value", "") == value
	}).Length() > 0
}

func valueOf(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") }
