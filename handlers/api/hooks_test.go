package api_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"signalbox/handlers/api"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// hooked is a door to a desk with one published workflow that has an address.
func hooked(t *testing.T, s *store.Store) (door http.Handler, token string) {
	t.Helper()
	done, err := s.Setup(t.Context(), store.NewDesk{Team: "Acme", AdminEmail: "ann@example.com", AdminName: "Ann", PasswordHash: "x"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := workflow.Parse([]byte(`{"name":"Hook","trigger":{"events":[],"webhook":true},"steps":[{"type":"stop"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	by := desk.Agent(1, "Ann")
	row, err := s.CreateWorkflow(t.Context(), by, done.TeamID, d)
	if err == nil {
		row, err = s.Publish(t.Context(), by, done.TeamID, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	}
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	r.Use(web.AnyMethod)
	(&api.Door{Store: s, Counter: web.NewMemoryCounter(100), Log: slog.New(slog.DiscardHandler), Now: time.Now}).Mount(r)
	return r, row.HookToken
}

func TestACallOfAHookIsAcceptedOrRefusedWithAReason(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		door, token := hooked(t, s)
		for _, test := range []struct {
			name, path, body string
			status           int
			events           int
		}{
			{"with a body", "/hooks/" + token, `{"plan":"gold","deep":{"a":[1,null]}}`, http.StatusAccepted, 1},
			{"without one", "/hooks/" + token, ``, http.StatusAccepted, 1},
			{"an unknown secret", "/hooks/unknown", `{}`, http.StatusNotFound, 0},
			{"a part of the secret", "/hooks/" + token[:20], `{}`, http.StatusNotFound, 0},
			{"a list", "/hooks/" + token, `[1]`, http.StatusUnprocessableEntity, 0},
			{"no JSON", "/hooks/" + token, `plan=gold`, http.StatusUnprocessableEntity, 0},
			{"a NUL", "/hooks/" + token, `{"a":"\u0000"}`, http.StatusUnprocessableEntity, 0},
			{"a NUL in a name", "/hooks/" + token, `{"a":[{"\u0000":1}]}`, http.StatusUnprocessableEntity, 0},
			{"what only looks like a NUL", "/hooks/" + token, `{"a":"\\u0000"}`, http.StatusAccepted, 1},
			{"two objects", "/hooks/" + token, `{} {}`, http.StatusUnprocessableEntity, 0},
			{"too much", "/hooks/" + token, `{"a":"` + strings.Repeat("x", 65<<10) + `"}`, http.StatusRequestEntityTooLarge, 0},
			{"a ticket of nobody", "/hooks/" + token, `{"ticket_number":99}`, http.StatusNotFound, 0},
			{"a ticket of another program", "/hooks/" + token, `{"ticket_id":35436}`, http.StatusUnprocessableEntity, 0},
			{"a number as text", "/hooks/" + token, `{"ticket_number":"1"}`, http.StatusUnprocessableEntity, 0},
			{"half a number", "/hooks/" + token, `{"ticket_number":1.5}`, http.StatusUnprocessableEntity, 0},
			{"no ticket", "/hooks/" + token, `{"ticket_id":null,"ticket_number":null}`, http.StatusAccepted, 1},
			{"a bad ticket", "/hooks/" + token, `{"ticket_id":"x"}`, http.StatusUnprocessableEntity, 0},
		} {
			before := pending(t, s)
			w := httptest.NewRecorder()
			door.ServeHTTP(w, httptest.NewRequest(http.MethodPost, test.path, strings.NewReader(test.body)))
			if w.Code != test.status || !strings.HasPrefix(w.Body.String(), "{") {
				t.Errorf("%s: got %d %s, want %d", test.name, w.Code, w.Body, test.status)
			}
			if got := pending(t, s) - before; got != test.events {
				t.Errorf("%s: %d events, want %d", test.name, got, test.events)
			}
		}
	})
}

func TestTheNumbersOfACallReachItsWorkflowAsTheyWere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		door, token := hooked(t, s)
		body := `{"id":9007199254740993,"deep":[{"n":-1234567890123456789}],"long":12345678901234567890,"half":0.5}`
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/hooks/"+token, strings.NewReader(body)))
		lanes, err := s.Pending(t.Context(), time.Now().Add(time.Minute), 1)
		if err != nil || len(lanes) != 1 {
			t.Fatalf("got %d %s, and %d events: %v", w.Code, w.Body, len(lanes), err)
		}
		var got map[string]any
		_, err = s.ProcessNext(t.Context(), lanes[0], time.Now().Add(time.Minute), func(_ context.Context, c workflow.Claim, _ time.Time) ([]workflow.Run, error) {
			got = c.Event.Properties
			return nil, nil
		})
		want := map[string]any{
			"id": int64(9007199254740993), "deep": []any{map[string]any{"n": int64(-1234567890123456789)}},
			"long": json.Number("12345678901234567890"), "half": 0.5,
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestACallThatIsRepeatedWithItsKeyIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		door, token := hooked(t, s)
		for _, test := range []struct {
			key            string
			status, events int
		}{{"a", http.StatusAccepted, 1}, {"a", http.StatusOK, 1}, {"b", http.StatusAccepted, 2}, {"a", http.StatusOK, 2}, {"", http.StatusAccepted, 3}, {"", http.StatusAccepted, 4}} {
			r := httptest.NewRequest(http.MethodPost, "/hooks/"+token, strings.NewReader(`{}`))
			r.Header.Set("Idempotency-Key", test.key)
			w := httptest.NewRecorder()
			door.ServeHTTP(w, r)
			if got := pending(t, s); w.Code != test.status || got != test.events {
				t.Errorf("key %q: got %d and %d events, want %d and %d", test.key, w.Code, got, test.status, test.events)
			}
		}
	})
}

func TestOnlyPostCallsAHook(t *testing.T) {
	door, token := hooked(t, storetest.Open(t, storetest.SQLite(t)))
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodOptions, "PROPFIND"} {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest(method, "/hooks/"+token, strings.NewReader(`{}`)))
		want := `{"error":"This address does not answer ` + method + ` requests."}` + "\n"
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost || w.Body.String() != want {
			t.Errorf("%s: got %d, Allow %q, %s", method, w.Code, w.Header().Get("Allow"), w.Body)
		}
	}
}

func TestHooksAreNotCalledWithoutEnd(t *testing.T) {
	door, token := hooked(t, storetest.Open(t, storetest.SQLite(t)))
	var last *httptest.ResponseRecorder
	for range 601 {
		last = httptest.NewRecorder()
		door.ServeHTTP(last, httptest.NewRequest(http.MethodPost, "/hooks/"+token[:9], strings.NewReader(`{}`)))
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") == "" {
		t.Errorf("call 601 of a minute: got %d, want %d and when to come back", last.Code, http.StatusTooManyRequests)
	}
}

func pending(t *testing.T, s *store.Store) int {
	t.Helper()
	lanes, err := s.Pending(t.Context(), time.Now().Add(time.Minute), 100)
	if err != nil {
		t.Fatal(err)
	}
	return len(lanes)
}
