package widget_test

import (
	"net/http"
	"testing"
)

func (f *fixture) profile(traits any) answer {
	f.t.Helper()
	return f.post("/profile", map[string]any{"widget_session_id": ours, "traits": traits})
}

func TestAVisitorTellsTheirAddressAfterTheFirstMessage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		wantStatus(t, "before they wrote", f.profile(map[string]any{"email": "zoe@mail.test"}), http.StatusNotFound)
		id := f.post("/message", map[string]any{"message": "Hello", "widget_session_id": ours, "distinct_id": "d-1"}).word("ticket_id")
		for what, traits := range map[string]any{"no object": "zoe@mail.test", "nothing": nil, "nothing known": map[string]any{"plan": "pro"}} {
			wantField(t, what, f.profile(traits), "traits")
		}
		for _, email := range []string{"zoe", "zoe@", "Zoe <zoe@mail.test>", "a@b.c\r\nBcc: d@e.f"} {
			wantField(t, email, f.profile(map[string]any{"email": email}), "email")
		}
		a := f.profile(map[string]any{"email": "zoe@mail.test", "name": " Zoe "})
		wantStatus(t, "an address", a, http.StatusOK)
		wantSame(t, "answer", a.body, map[string]any{"success": true})
		if c := f.ticket(id).Customer; c.Email != "zoe@mail.test" || c.Name != "Zoe" {
			t.Errorf("the ticket's customer is %+v", c)
		}
	})
}
