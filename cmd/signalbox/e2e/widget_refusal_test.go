package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// call is one call of the widget's protocol, as a hostile page may make it.
type call struct {
	method, path, token, origin, body string
}

func (c call) send(t *testing.T, server string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequest(c.method, server+"/api/conversations/v1/widget/"+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Conversations-Token", c.token)
	if c.origin != "" {
		req.Header.Set("Origin", c.origin)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("%s %s: no CORS header on status %d", c.method, c.path, resp.StatusCode)
	}
	return resp.StatusCode, string(text)
}

// firstMessage is the body of a call that opens a ticket.
func firstMessage(t *testing.T, session, text string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"message": text, "widget_session_id": session, "distinct_id": "someone", "traits": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestTheWidgetRefusesWhatIsNotItsVisitors(t *testing.T) {
	t.Parallel()
	dir, token := newDesk(t)
	s := serve(t, dir)
	owner := newVisitor(s.url, token, "")
	if err := owner.write("Mine."); err != nil {
		t.Fatal(err)
	}
	command(t, "", "widget", "set", "--data", dir, "--domains", "shop.example")

	const shop = "https://shop.example"
	session := uuid.NewString()
	good := firstMessage(t, session, "Hello.")
	tests := []struct {
		name string
		call call
		want int
	}{
		{"a wrong token", call{http.MethodPost, "message", "wrong", shop, good}, http.StatusForbidden},
		{"no token", call{http.MethodPost, "message", "", shop, good}, http.StatusForbidden},
		{"a foreign origin", call{http.MethodPost, "message", token, "https://evil.example", good}, http.StatusForbidden},
		{"no origin", call{http.MethodPost, "message", token, "", good}, http.StatusForbidden},
		{"its own site", call{http.MethodPost, "message", token, shop, good}, http.StatusOK},
		{"someone else's ticket", call{http.MethodGet, "messages/" + owner.ticket + "?widget_session_id=" + session, token, shop, ""}, http.StatusForbidden},
		{"no ticket's id", call{http.MethodGet, "messages/abc?widget_session_id=" + session, token, shop, ""}, http.StatusBadRequest},
		{"an unknown ticket", call{http.MethodGet, "messages/" + uuid.NewString() + "?widget_session_id=" + session, token, shop, ""}, http.StatusNotFound},
		{"a message of 3 MB", call{http.MethodPost, "message", token, shop, firstMessage(t, session, strings.Repeat("m", 3<<20))}, http.StatusRequestEntityTooLarge},
		{"a message of 20 kB", call{http.MethodPost, "message", token, shop, firstMessage(t, session, strings.Repeat("m", 20_000))}, http.StatusBadRequest},
		{"invalid UTF-8", call{http.MethodPost, "message", token, shop, strings.Replace(good, "Hello.", "caf\xe9", 1)}, http.StatusBadRequest},
		{"a NUL", call{http.MethodPost, "message", token, shop, firstMessage(t, session, "a\x00b")}, http.StatusBadRequest},
		{"what is no JSON", call{http.MethodPost, "message", token, shop, "{"}, http.StatusBadRequest},
		{"nesting a thousand deep", call{http.MethodPost, "message", token, shop, strings.Repeat("[", 1_000) + strings.Repeat("]", 1_000)}, http.StatusBadRequest},
		{"a session that is none", call{http.MethodPost, "message", token, shop, firstMessage(t, "me", "Hello.")}, http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := tt.call.send(t, s.url)
			if status != tt.want {
				t.Errorf("got status %d, want %d: %.200s", status, tt.want, answer)
			}
			if !json.Valid([]byte(answer)) {
				t.Errorf("the answer is no JSON: %.200s", answer)
			}
		})
	}
}
