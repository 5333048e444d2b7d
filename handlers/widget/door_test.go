package widget_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const (
	base  = "/api/conversations/v1/widget"
	ours  = "018f0000-0000-7000-8000-000000000001" // browser sessions
	other = "018f0000-0000-7000-8000-000000000002"
)

// fixture is a desk with one team, whose door the test knocks at.
type fixture struct {
	t       testing.TB
	store   *store.Store
	door    *widget.Door
	hub     *web.Hub
	now     time.Time
	team    int64
	agent   desk.Actor
	token   string
	address string // of the client
	origin  string
	handler http.Handler
}

// each runs test on both engines with a desk of its own.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) { test(t, newFixture(t, c)) })
}

func newFixture(t testing.TB, c store.Config) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Date(2026, 1, 5, 10, 0, 0, 123456000, time.UTC), address: "192.0.2.1", origin: "https://shop.test"}
	clock := func() time.Time { return f.now }
	hub := web.NewHub()
	t.Cleanup(hub.Close)
	c.Now, c.Committed = clock, func(n store.Note) { widget.Announce(hub, n) }
	var err error
	if f.store, err = store.Open(t.Context(), c); err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() { _ = f.store.Close() })

	made, err := f.store.Setup(t.Context(), store.NewDesk{
		Team: "Fern & Kettle", AdminEmail: "ann@desk.test", AdminName: "Ann", PasswordHash: "x",
	})
	if err != nil {
		t.Fatalf("set up: %v", err)
	}
	f.team, f.token, f.agent = made.TeamID, made.WidgetToken, desk.Agent(made.UserID, "Ann")

	f.hub = hub
	f.door = &widget.Door{
		Store: f.store, Counter: web.NewMemoryCounter(1000), Hub: hub, Limits: widget.DefaultLimits(),
		Log: slog.New(slog.DiscardHandler), Now: clock,
	}
	f.mount(f.door)
	return f
}

// mount makes a door the one that the test knocks at.
func (f *fixture) mount(door *widget.Door) {
	r := chi.NewRouter()
	r.Use(web.WithClientIP(nil))
	door.Mount(r)
	f.handler = r
}

// answer is what the door said.
type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// word is a field that must hold text.
func (a answer) word(field string) string { return word(a.body, field) }

func word(object map[string]any, field string) string {
	s, ok := object[field].(string)
	if !ok {
		return "no text in " + field
	}
	return s
}

func (f *fixture) do(method, path, body string) answer {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), method, path, strings.NewReader(body))
	r.RemoteAddr = f.address + ":1234"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Conversations-Token", f.token)
	if f.origin != "" {
		r.Header.Set("Origin", f.origin)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)

	res := w.Result()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatalf("read answer: %v", err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: string(text)}
	if got := res.Header.Get("Access-Control-Allow-Origin"); got != "*" {
		f.t.Errorf("%s %s: Access-Control-Allow-Origin is %q, want *", method, path, got)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(text, &a.body); err != nil {
			f.t.Errorf("%s %s: %q is not a JSON object: %v", method, path, text, err)
		}
	}
	return a
}

func (f *fixture) get(path string) answer {
	f.t.Helper()
	return f.do(http.MethodGet, base+path, "")
}

func (f *fixture) post(path string, body map[string]any) answer {
	f.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.do(http.MethodPost, base+path, string(encoded))
}

// write sends a customer's message; ticket may be nil.
func (f *fixture) write(text string, ticket any) answer {
	f.t.Helper()
	a := f.post("/message", map[string]any{
		"message": text, "widget_session_id": ours, "distinct_id": "d-1", "ticket_id": ticket,
		"traits": map[string]any{"name": "Zoë", "email": "zoe@mail.test"},
	})
	if a.status != http.StatusOK {
		f.t.Fatalf("write %q: got %d %s, want 200", text, a.status, a.text)
	}
	return a
}

// open writes a first message and returns its ticket's id.
func (f *fixture) open(text string) string {
	f.t.Helper()
	return f.write(text, nil).word("ticket_id")
}

// ticket looks a ticket up behind the door's back.
func (f *fixture) ticket(id string) desk.Ticket {
	f.t.Helper()
	parsed, err := desk.ParseID(id)
	if err != nil {
		f.t.Fatal(err)
	}
	t, err := f.store.TicketByID(f.t.Context(), f.team, parsed)
	if err != nil {
		f.t.Fatal(err)
	}
	return t
}

// change changes a ticket as the agent.
func (f *fixture) change(id string, c desk.Change) {
	f.t.Helper()
	f.changeBy(f.agent, id, c)
}

func (f *fixture) changeBy(by desk.Actor, id string, c desk.Change) {
	f.t.Helper()
	if _, err := f.store.ChangeTicket(f.t.Context(), by, f.team, f.ticket(id).ID, c); err != nil {
		f.t.Fatalf("change ticket: %v", err)
	}
}

func (f *fixture) setWidget(edit func(w *store.Widget)) {
	f.t.Helper()
	_, err := f.store.ChangeWidget(f.t.Context(), f.team, func(w *store.Widget) error {
		edit(w)
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// listen publishes a workflow that any event of this door starts, so that events can be heard.
func (f *fixture) listen() {
	f.t.Helper()
	d := workflow.Definition{
		Name: "Listener",
		Trigger: workflow.Trigger{Events: []workflow.EventTrigger{
			{Event: desk.TicketCreated}, {Event: desk.MessageReceived}, {Event: desk.MessageSent}, {Event: desk.StatusChanged},
		}},
		Steps: []workflow.Step{{ID: "end", Type: workflow.Stop, Stop: &workflow.StopStep{}}},
	}
	row, err := f.store.CreateWorkflow(f.t.Context(), f.agent, f.team, d)
	if err != nil {
		f.t.Fatalf("create workflow: %v", err)
	}
	if _, err := f.store.Publish(f.t.Context(), f.agent, f.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev}); err != nil {
		f.t.Fatalf("publish workflow: %v", err)
	}
}

// heard takes all pending events.
func (f *fixture) heard() []workflow.Event {
	f.t.Helper()
	var events []workflow.Event
	ctx := f.t.Context()
	tickets, err := f.store.Pending(ctx, f.now, 100)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, id := range tickets {
		for {
			done, err := f.store.ProcessNext(ctx, id, f.now, func(_ context.Context, c workflow.Claim, _ time.Time) ([]workflow.Run, error) {
				events = append(events, c.Event)
				return nil, nil
			})
			if err != nil {
				f.t.Fatal(err)
			}
			if done == (workflow.Work{}) {
				break
			}
		}
	}
	return events
}

func names(events []workflow.Event) []desk.EventName {
	out := make([]desk.EventName, len(events))
	for i := range events {
		out[i] = events[i].Name
	}
	return out
}

func wantStatus(t *testing.T, what string, a answer, want int) {
	t.Helper()
	if a.status != want {
		t.Errorf("%s: got %d %s, want %d", what, a.status, a.text, want)
	}
}

// wantField checks that a refusal blames a field.
func wantField(t *testing.T, what string, a answer, field string) {
	t.Helper()
	wantStatus(t, what, a, http.StatusBadRequest)
	if a.body["error"] != "Invalid request data" {
		t.Errorf("%s: error is %v, want Invalid request data", what, a.body["error"])
	}
	details, _ := a.body["details"].(map[string]any)
	if reasons, _ := details[field].([]any); len(reasons) == 0 {
		t.Errorf("%s: details are %v, want some about %s", what, a.body["details"], field)
	}
}

func wantSame(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
