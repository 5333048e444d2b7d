package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/handlers/api"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow/desk"
)

const external = "/api/conversations/external/"

// fixture is a desk with one ticket, and a token that may do everything.
type fixture struct {
	t       testing.TB
	store   *store.Store
	door    *api.Door
	now     time.Time
	team    int64
	user    int64
	widget  string
	key     string
	ticket  desk.Ticket
	handler http.Handler
	notes   []store.Note
}

// each runs test on both engines with a desk of its own.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) { test(t, newFixture(t, c)) })
}

// onSQLite is for what the engine has no part in.
func onSQLite(t testing.TB) *fixture {
	t.Helper()
	return newFixture(t, store.Config{Dir: t.TempDir()})
}

func newFixture(t testing.TB, c store.Config) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Date(2026, 1, 5, 10, 0, 0, 123456000, time.UTC)}
	c.Now = func() time.Time { return f.now }
	c.Committed = func(n store.Note) { f.notes = append(f.notes, n) }
	var err error
	f.store, err = store.Open(t.Context(), c)
	f.check(err)
	t.Cleanup(func() { _ = f.store.Close() })
	made, err := f.store.Setup(t.Context(), store.NewDesk{Team: "Acme", AdminEmail: "ann@desk.test", AdminName: "Ann", PasswordHash: "x"})
	f.check(err)
	f.team, f.user, f.widget = made.TeamID, made.UserID, made.WidgetToken
	f.key = f.token(f.team, "Zapier", desk.Scopes()...)
	f.ticket = f.open(f.team, "Where is my parcel?")
	f.door = &api.Door{
		Store: f.store, Counter: web.NewMemoryCounter(1000), Log: slog.New(slog.DiscardHandler), Now: c.Now,
		URL: "https://desk.test",
	}
	f.mount()
	return f
}

// mount makes the door answer as it now is.
func (f *fixture) mount() {
	r := chi.NewRouter()
	r.Use(web.AnyMethod)
	f.door.Mount(r)
	f.handler = r
}

func (f *fixture) check(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) token(team int64, name string, scopes ...desk.Scope) string {
	f.t.Helper()
	_, key, err := f.store.AddToken(f.t.Context(), desk.Agent(f.user, "Ann"), store.NewToken{TeamID: team, Name: name, Scopes: scopes})
	f.check(err)
	return key
}

func (f *fixture) open(team int64, body string) desk.Ticket {
	f.t.Helper()
	opened, err := f.store.OpenTicket(f.t.Context(), desk.Actor{}, team, store.NewTicket{
		Channel: desk.Widget, Body: body,
		Customer: store.CustomerInput{Name: "Carl", Email: "carl@example.com", DistinctID: "carl-1"},
	})
	f.check(err)
	return opened.Ticket
}

// read is the ticket as it now stands.
func (f *fixture) read() desk.Ticket {
	f.t.Helper()
	t, err := f.store.Ticket(f.t.Context(), f.team, f.ticket.Number)
	f.check(err)
	return t
}

// path is the address of the fixture's ticket.
func (f *fixture) path() string { return external + "ticket/" + f.ticket.PublicID.String() }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// value is the body as JSON.
func (a answer) value(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	dec := json.NewDecoder(strings.NewReader(a.body))
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("the answer %d %q is not a JSON object: %v", a.status, a.body, err)
	}
	return v
}

// faults are the names of the fields that a refusal blames, each of which must say why.
func (a answer) faults(t testing.TB) map[string]bool {
	t.Helper()
	fields, ok := a.value(t)["error"].(map[string]any)
	if !ok || a.status != http.StatusBadRequest {
		t.Fatalf("got %d %s, want 400 and fields", a.status, a.body)
	}
	names := map[string]bool{}
	for name, texts := range fields {
		list, ok := texts.([]any)
		if !ok || len(list) == 0 || list[0] == "" {
			t.Errorf("the fault of %s is %v, want a list of texts", name, texts)
		}
		names[name] = true
	}
	return names
}

// call sends a request with an Authorization header, none when it is "".
func (f *fixture) call(method, path, authorization string, body io.Reader) answer {
	f.t.Helper()
	r := httptest.NewRequest(method, path, body)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), strings.TrimSuffix(w.Body.String(), "\n")}
}

func (f *fixture) get() answer {
	f.t.Helper()
	return f.call(http.MethodGet, f.path(), "Bearer "+f.key, nil)
}

func (f *fixture) patch(body string) answer {
	f.t.Helper()
	return f.call(http.MethodPatch, f.path(), "Bearer "+f.key, bytes.NewBufferString(body))
}

// works fails the test unless the patch is accepted.
func (f *fixture) works(body string) {
	f.t.Helper()
	if a := f.patch(body); a.status != http.StatusOK || a.body != `{"ok":true}` {
		f.t.Fatalf("PATCH %s is answered with %d %s", body, a.status, a.body)
	}
}

func newRequest(t testing.TB, method, path string) *http.Request {
	t.Helper()
	return httptest.NewRequest(method, path, nil)
}

func (f *fixture) send(r *http.Request) answer {
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), strings.TrimSuffix(w.Body.String(), "\n")}
}
