package widget_test

import (
	"net/http"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func (f *fixture) merge(from, into string) store.Merge {
	f.t.Helper()
	source := f.ticket(from)
	m := store.NewMerge{From: source.Number, Into: f.ticket(into).Number, Vouched: true}
	if _, err := f.store.MergeTickets(f.t.Context(), f.agent, f.team, m); err != nil {
		f.t.Fatal(err)
	}
	merges, err := f.store.Merges(f.t.Context(), f.team, source.ID)
	if err != nil || len(merges) != 1 {
		f.t.Fatalf("got merges %v, %v", merges, err)
	}
	return merges[0]
}

// listed are the ids of the visitor's tickets.
func (f *fixture) listed(t *testing.T, session string) []string {
	t.Helper()
	a := f.get("/tickets?widget_session_id=" + session)
	wantStatus(t, "tickets", a, http.StatusOK)
	out := []string{}
	results, _ := a.body["results"].([]any)
	for _, r := range results {
		object, _ := r.(map[string]any)
		out = append(out, word(object, "id"))
	}
	return out
}

func TestAMergedTicketGoesOnInItsTarget(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		first := f.open("First")
		f.now = f.now.Add(time.Minute)
		second := f.open("Second")
		f.now = f.now.Add(time.Minute)
		m := f.merge(first, second)
		f.change(first, desk.AddMessage{Body: "Between us", Private: true})
		f.change(second, desk.AddMessage{Body: "Answer"})

		a := f.read(first, "")
		wantSame(t, "the thread behind the old address", contents(t, a), []string{"First", "Second", "Answer"})
		if got := a.word("ticket_id"); got != second {
			t.Errorf("it calls itself %s, want the target %s", got, second)
		}
		wantSame(t, "the visitor's tickets", f.listed(t, ours), []string{second})
		if a := f.write("More", first); a.body["ticket_id"] != second {
			t.Errorf("a message to the merged ticket: got %s, want it in the target", a.text)
		}
		wantStatus(t, "another browser", f.get("/messages/"+first+"?widget_session_id="+other), http.StatusForbidden)

		f.now = f.now.Add(time.Minute)
		if err := f.store.UndoMerge(t.Context(), f.agent, f.team, m.ID); err != nil {
			t.Fatal(err)
		}
		wantSame(t, "after the undo", contents(t, f.read(first, "")), []string{"First"})
		wantSame(t, "the tickets after the undo", f.listed(t, ours), []string{second, first})
	})
}

func TestNoMergeTakesATicketOutOfItsBrowsersSight(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		mine := f.open("Mine")
		a := f.post("/message", map[string]any{
			"message": "Theirs, secret", "widget_session_id": other, "distinct_id": "d-1",
			"traits": map[string]any{"name": "Zoë", "email": "zoe@mail.test"},
		})
		wantStatus(t, "the other browser's ticket", a, http.StatusOK)
		theirs := a.word("ticket_id")
		if f.ticket(mine).Customer.ID != f.ticket(theirs).Customer.ID {
			t.Fatal("want one customer of two browsers")
		}
		_, err := f.store.MergeTickets(t.Context(), f.agent, f.team, store.NewMerge{
			From: f.ticket(mine).Number, Into: f.ticket(theirs).Number, Vouched: true,
		})
		if !desk.IsKind(err, desk.Conflict) {
			t.Fatalf("got %v, want a refusal", err)
		}
		f.now = f.now.Add(time.Minute)
		if a := f.write("Still me", mine); a.body["ticket_id"] != mine {
			t.Errorf("a message: got %s, want it where this browser can read it", a.text)
		}
		f.now = f.now.Add(time.Minute)
		wantSame(t, "what this browser reads", contents(t, f.read(mine, "")), []string{"Mine", "Still me"})
		wantStatus(t, "the other ticket", f.read(theirs, ""), http.StatusForbidden)
		wantSame(t, "its tickets", f.listed(t, ours), []string{mine})
	})
}
