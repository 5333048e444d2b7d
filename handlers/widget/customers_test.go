package widget_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The customer of a ticket opens nothing to a browser: only its own session does (spec/4).
func TestCustomersThatBecomeOneOpenNothingToTheirBrowsers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		mine := f.open("Mine, secret")
		f.now = f.now.Add(time.Minute)
		a := f.post("/message", map[string]any{
			"message": "Theirs, secret", "widget_session_id": other, "distinct_id": "d-9",
			"traits": map[string]any{"name": "Mo", "email": "mo@mail.test"},
		})
		wantStatus(t, "the other browser's ticket", a, http.StatusOK)
		theirs := a.word("ticket_id")
		from, into := f.ticket(mine).Customer, f.ticket(theirs).Customer
		if err := f.store.MergeCustomers(t.Context(), f.agent, f.team, from.PublicID, into.PublicID); err != nil {
			t.Fatal(err)
		}
		if got := f.ticket(mine).Customer.ID; got != into.ID {
			t.Fatalf("got customer %d, want the survivor %d", got, into.ID)
		}
		for session, own := range map[string]string{ours: mine, other: theirs} {
			wantSame(t, "the tickets of a browser", f.listed(t, session), []string{own})
			for _, ticket := range []string{mine, theirs} {
				status := http.StatusForbidden
				if ticket == own {
					status = http.StatusOK
				}
				wantStatus(t, "a thread", f.get("/messages/"+ticket+"?widget_session_id="+session), status)
			}
		}

		const stranger = "018f0000-0000-7000-8000-000000000003"
		for id, email := range map[string]string{"d-9": "mo@mail.test", "d-1": "zoe@mail.test"} { // unsigned claims of both
			f.now = f.now.Add(time.Minute)
			a := f.post("/message", map[string]any{
				"message": "It is me", "widget_session_id": stranger, "distinct_id": id, "traits": map[string]any{"email": email},
			})
			wantStatus(t, "a claim", a, http.StatusOK)
			if got := f.ticket(a.word("ticket_id")).Customer.ID; got != into.ID {
				t.Errorf("%s: got customer %d, want the survivor", id, got)
			}
		}
		list := f.get("/tickets?widget_session_id=" + stranger)
		if strings.Contains(list.text, "secret") || len(f.listed(t, stranger)) != 2 {
			t.Errorf("got %s, want the stranger's own two tickets alone", list.text)
		}
		for _, ticket := range []string{mine, theirs} {
			wantStatus(t, "a stranger", f.get("/messages/"+ticket+"?widget_session_id="+stranger), http.StatusForbidden)
		}
	})
}
