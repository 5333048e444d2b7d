package api_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestACallIsCheckedInTheOrderOfTheProtocol(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		other, err := f.store.AddTeam(t.Context(), "Other")
		f.check(err)
		foreign := f.open(other.ID, "Of another team")
		merged := f.open(f.team, "Merged")
		f.check(merge(f, merged))
		before := f.read()
		reader, writer := "Bearer "+f.token(f.team, "Reader", desk.ReadTickets), "Bearer "+f.token(f.team, "Writer", desk.WriteTickets)
		full, at := "Bearer "+f.key, external+"ticket/"
		const missing, unknown = `{"error":"Missing or invalid Authorization header"}`, "018f0000-0000-7000-8000-00000000000a"

		for _, test := range []struct {
			name, method, path, authorization string
			status                            int
			body                              string
		}{
			{"no header", "GET", f.path(), "", 401, missing},
			{"another scheme", "GET", f.path(), "Basic " + f.key, 401, missing},
			{"the key alone", "GET", f.path(), f.key, 401, missing},
			{"Bearer alone", "GET", f.path(), "Bearer", 401, `{"error":"Empty API key"}`},
			{"Bearer and a space", "GET", f.path(), "Bearer ", 401, `{"error":"Empty API key"}`},
			{"a wrong key", "GET", f.path(), "Bearer " + f.key + "x", 401, `{"error":"Invalid API key"}`},
			{"the widget's token", "GET", f.path(), "Bearer " + f.widget, 401, `{"error":"Invalid API key"}`},
			{"no key, malformed id", "GET", at + "x", "", 401, missing},
			{"no key, other method", "DELETE", f.path(), "", 401, missing},
			{"the scheme in other letters", "GET", f.path(), "bearer " + f.key, 200, ""},
			{"only writing", "GET", f.path(), writer, 403, `{"error":"API key missing required scope 'ticket:read'"}`},
			{"only reading", "PATCH", f.path(), reader, 403, `{"error":"API key missing required scope 'ticket:write'"}`},
			{"no scope, malformed id", "PATCH", at + "x", reader, 403, `{"error":"API key missing required scope 'ticket:write'"}`},
			{"malformed id", "GET", at + "12", full, 400, `{"error":"Invalid ticket_id format"}`},
			{"malformed id of as many signs", "PATCH", at + strings.Repeat("g", 36), full, 400, `{"error":"Invalid ticket_id format"}`},
			{"an escaped id", "GET", at + "%00%ff", full, 400, `{"error":"Invalid ticket_id format"}`},
			{"unknown id", "GET", at + unknown, full, 404, `{"error":"Ticket not found"}`},
			{"unknown id and a bad body", "PATCH", at + unknown, full, 404, `{"error":"Ticket not found"}`},
			{"another team's", "GET", at + foreign.PublicID.String(), full, 404, `{"error":"Ticket not found"}`},
			{"another team's to change", "PATCH", at + foreign.PublicID.String(), full, 404, `{"error":"Ticket not found"}`},
			{"a merged one", "GET", at + merged.PublicID.String(), full, 404, `{"error":"Ticket not found"}`},
			{"a merged one to change", "PATCH", at + merged.PublicID.String(), full, 404, `{"error":"Ticket not found"}`},
			{"an id in upper case", "GET", at + strings.ToUpper(f.ticket.PublicID.String()), full, 200, ""},
			{"a slash at the end", "GET", f.path() + "/", full, 200, ""},
			{"nothing", "GET", external + "tickets", full, 404, `{"error":"There is nothing at this address."}`},
			{"no id", "GET", at, full, 404, `{"error":"There is nothing at this address."}`},
		} {
			got := f.call(test.method, test.path, test.authorization, strings.NewReader("{"))
			if got.status != test.status || test.body != "" && got.body != test.body {
				t.Errorf("%s: got %d %s, want %d %s", test.name, got.status, got.body, test.status, test.body)
			}
			if (got.header.Get("WWW-Authenticate") != "") != (test.status == 401) {
				t.Errorf("%s: WWW-Authenticate is %q", test.name, got.header.Get("WWW-Authenticate"))
			}
		}
		if diff := cmp.Diff(before, f.read()); diff != "" {
			t.Errorf("refused calls changed the ticket:\n%s", diff)
		}
	})
}

func merge(f *fixture, t desk.Ticket) error {
	_, err := f.store.MergeTickets(f.t.Context(), desk.Agent(f.user, "Ann"), f.team, store.NewMerge{From: t.Number, Into: f.ticket.Number})
	return err
}

func TestTwoAuthorizationHeadersAreNone(t *testing.T) {
	f := onSQLite(t)
	r := newRequest(t, http.MethodGet, f.path())
	r.Header["Authorization"] = []string{"Bearer " + f.key, "Bearer " + f.key}
	if got := f.send(r); got.status != http.StatusUnauthorized {
		t.Errorf("got %d %s, want 401", got.status, got.body)
	}
}

func TestOtherMethodsAreNamedAndRefused(t *testing.T) {
	f := onSQLite(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "FOO"} {
		got := f.call(method, f.path(), "Bearer "+f.key, nil)
		if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, PATCH" {
			t.Errorf("%s: got %d, Allow %q, want 405 and GET, PATCH", method, got.status, got.header.Get("Allow"))
		}
		if got.body != `{"error":"This address does not answer `+method+` requests."}` {
			t.Errorf("%s: got the body %s", method, got.body)
		}
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: pages of other sites are let in", method)
		}
	}
	if got := f.call("POST", external+"openapi.json", "", nil); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST to the document: got %d, Allow %q", got.status, got.header.Get("Allow"))
	}
}

func TestTheDocumentIsAtBothItsAddresses(t *testing.T) {
	f := onSQLite(t)
	for _, path := range []string{external + "openapi.json", "/api/v1/openapi.json"} {
		got := f.call("GET", path, "", nil)
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" || !strings.Contains(got.body, `"openapi": "3.1.0"`) {
			t.Errorf("%s: got %d, %.100s", path, got.status, got.body)
		}
		if head := f.call("HEAD", path, "", nil); head.status != http.StatusOK || head.header.Get("Content-Type") != "application/json" {
			t.Errorf("HEAD %s: got %d", path, head.status)
		}
	}
}

func TestATicketIsShownWithAllItsFields(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		got := f.get()
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("got %d %v", got.status, got.header)
		}
		want := map[string]any{
			"id": f.ticket.PublicID.String(), "number": 1.0, "ticket_number": 1.0, "status": "new", "priority": nil,
			"channel_source": "widget", "distinct_id": "carl-1", "created_at": "2026-01-05T10:00:00.123456Z",
			"updated_at": "2026-01-05T10:00:00.123456Z", "message_count": 1.0, "last_message_at": "2026-01-05T10:00:00.123456Z",
			"last_message_text": "Where is my parcel?", "unread_team_count": 1.0, "unread_customer_count": 0.0,
			"sla": nil, "sla_due_at": nil, "snoozed_until": nil, "assignee": nil, "url": "https://desk.test/tickets/1",
			"subject": "Where is my parcel?", "tags": []any{},
		}
		if diff := cmp.Diff(want, got.value(t)); diff != "" {
			t.Errorf("a new ticket (-want +got):\n%s", diff)
		}

		role, err := f.store.AddRole(t.Context(), f.team, "Support")
		f.check(err)
		f.now = f.now.Add(time.Minute)
		f.change(desk.SetStatus{To: desk.OnHold}, desk.SetPriority{To: desk.High}, desk.SetSLA{Amount: "2"}, desk.SetTags{Tags: []string{"vip", "eu"}},
			desk.Snooze{Until: f.now.Add(time.Hour)}, desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: role}})
		maps.Copy(want, map[string]any{
			"status": "on_hold", "priority": "high", "sla": "2026-01-05T12:01:00.123456Z", "sla_due_at": "2026-01-05T12:01:00.123456Z",
			"snoozed_until": "2026-01-05T11:01:00.123456Z", "tags": []any{"eu", "vip"}, "updated_at": "2026-01-05T10:01:00.123456Z",
			"assignee": map[string]any{"id": float64(role), "type": "role", "role": map[string]any{"id": float64(role), "name": "Support"}},
		})
		if diff := cmp.Diff(want, f.get().value(t)); diff != "" {
			t.Errorf("after a change (-want +got):\n%s", diff)
		}

		f.change(desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: f.user}})
		want["assignee"] = map[string]any{
			"id": float64(f.user), "type": "user", "user": map[string]any{"id": float64(f.user), "name": "Ann", "email": "ann@desk.test"},
		}
		if diff := cmp.Diff(want, f.get().value(t)); diff != "" {
			t.Errorf("of a user (-want +got):\n%s", diff)
		}
		if after := f.read(); after.UnreadTeam != 1 {
			t.Errorf("reading reset the team's count to %d", after.UnreadTeam)
		}
	})
}

func (f *fixture) change(changes ...desk.Change) {
	f.t.Helper()
	_, err := f.store.ChangeTicket(f.t.Context(), desk.Agent(f.user, "Ann"), f.team, f.ticket.ID, desk.All(changes))
	f.check(err)
}
