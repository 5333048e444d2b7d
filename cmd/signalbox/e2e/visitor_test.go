package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// visitor writes through the widget's protocol, without a browser.
type visitor struct {
	server, token string
	address       string // what the proxy in front says of where the visitor is
	email         string // "" when the visitor told none
	session       string
	ticket        string // "" before the first message
}

func newVisitor(server, token, address string) *visitor {
	return &visitor{server: server, token: token, address: address, session: uuid.NewString()}
}

// write sends a message; nil says that the program has promised to keep it.
func (v *visitor) write(text string) error {
	traits := map[string]any{}
	if v.email != "" {
		traits["email"] = v.email
	}
	body := map[string]any{"message": text, "widget_session_id": v.session, "distinct_id": "visitor-" + v.session, "traits": traits}
	if v.ticket != "" {
		body["ticket_id"] = v.ticket
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, v.server+"/api/conversations/v1/widget/message", bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Conversations-Token", v.token)
	req.Header.Set("X-Forwarded-For", v.address)

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		TicketID string `json:"ticket_id"`
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	v.ticket = answer.TicketID
	return nil
}
