package store_test

import (
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestTheHistoryIsPagedAndFilteredToItsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, question("Hello"))
		for range 3 {
			change(t, s, ticket, desk.SetStatus{To: desk.Pending})
			change(t, s, ticket, desk.All{desk.SetStatus{To: desk.Open}, desk.AddMessage{Body: "Still there?"}})
		}
		q, seen := store.HistoryQuery{Fields: []desk.Field{desk.FieldStatus}, Actors: []desk.ActorKind{desk.ByAgent}, Limit: 4}, []int64{}
		for range 9 {
			page, next, err := s.HistoryPage(t.Context(), team, ticket.ID, q)
			check(t, err)
			for _, e := range page {
				if e.Field != desk.FieldStatus || len(seen) > 0 && e.ID >= seen[len(seen)-1] {
					t.Errorf("got %s %d after %v", e.Field, e.ID, seen)
				}
				seen = append(seen, e.ID)
			}
			if next == 0 {
				break
			}
			q.Before = next
		}
		if len(seen) != 6 {
			t.Errorf("got %d changes of the status, want 6", len(seen))
		}
		none, _, err := s.HistoryPage(t.Context(), team, ticket.ID, store.HistoryQuery{Actors: []desk.ActorKind{desk.ByWorkflow}, Limit: 4})
		wantEmpty(t, "of workflows", len(none), err)
		none, _, err = s.HistoryPage(t.Context(), team+1, ticket.ID, store.HistoryQuery{Limit: 4})
		wantEmpty(t, "another team's", len(none), err)
	})
}

func TestThePastOfATicketIsReadToItsEndInChunks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, question("Hello"))
		const notes = 520 // more than one chunk
		for range notes / 10 {
			all := desk.All{}
			for range 10 {
				all = append(all, desk.AddMessage{ID: s.NewID(), Body: "note", Private: true})
			}
			change(t, s, ticket, all)
		}
		changes, messages, events := 0, 0, 0
		check(t, s.EachChange(t.Context(), team, ticket.ID, func(store.HistoryEntry) error { changes++; return nil }))
		check(t, s.EachMessage(t.Context(), team, ticket.ID, func(desk.Message) error { messages++; return nil }))
		check(t, s.EachEvent(t.Context(), team, ticket.ID, func(store.PastEventLine) error { events++; return nil }))
		if changes != notes+2 || messages != notes+1 || events != 2 {
			t.Errorf("got %d changes, %d messages and %d events, want %d, %d and 2", changes, messages, events, notes+2, notes+1)
		}
	})
}
