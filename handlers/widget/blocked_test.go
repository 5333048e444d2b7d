package widget_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestABlockedVisitorIsRefusedNeutrallyAndStillReadsTheirTicket(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		mine := f.open("Hello")
		if err := f.store.BlockCustomer(t.Context(), f.agent, f.team, f.ticket(mine).Customer.PublicID); err != nil {
			t.Fatal(err)
		}
		for what, body := range map[string]map[string]any{
			"a message":    {"ticket_id": mine, "traits": map[string]any{"email": "zoe@mail.test"}},
			"a new ticket": {"traits": map[string]any{"email": "zoe@mail.test"}},
			"a new name":   {"distinct_id": "d-2", "traits": map[string]any{"email": "somebody@else.test"}},
		} {
			if body["distinct_id"] == nil {
				body["distinct_id"] = "d-1"
			}
			body["message"], body["widget_session_id"] = "More", ours
			a := f.post("/message", body)
			wantStatus(t, what, a, http.StatusForbidden)
			if text := a.word("error"); text == "" || strings.Contains(strings.ToLower(text), "block") {
				t.Errorf("%s: got %q, want neutral words", what, text)
			}
		}
		wantSame(t, "the thread", contents(t, f.read(mine, "")), []string{"Hello"})
		wantSame(t, "the tickets", f.listed(t, ours), []string{mine})
		if got := f.ticket(mine); got.UnreadTeam != 1 {
			t.Errorf("got %d unread messages, want the one of before", got.UnreadTeam)
		}
	})
}
