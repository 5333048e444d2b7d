package store_test

import (
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
)

func bodies(notices []store.Notification) (unread, all []string) {
	for _, n := range notices {
		all = append(all, n.Body)
		if !n.Read {
			unread = append(unread, n.Body)
		}
	}
	return unread, all
}

func TestNoticesReachEachOfTheirUsersAndNobodyElse(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, store.NewTicket{Channel: "widget", Subject: "Printer", Body: "Hello"})
		check(t, s.Notify(t.Context(), team, store.NewNotice{UserIDs: []int64{1, 2}, Body: "First", TicketID: ticket.ID}))
		check(t, s.Notify(t.Context(), team, store.NewNotice{UserIDs: []int64{1}, Body: "Second"}))
		check(t, s.Notify(t.Context(), team, store.NewNotice{Body: "For nobody"}))

		mine, err := s.Notifications(t.Context(), team, 1, 0, 9)
		check(t, err)
		if _, all := bodies(mine); !slices.Equal(all, []string{"Second", "First"}) {
			t.Fatalf("got %v, want both, newest first", all)
		}
		if n := mine[1]; n.TicketNumber != ticket.Number || n.Subject != "Printer" || !n.At.Equal(clock.read()) || n.Read {
			t.Errorf("got %+v, want it about ticket %d", n, ticket.Number)
		}
		older, err := s.Notifications(t.Context(), team, 1, mine[0].ID, 9)
		if _, all := bodies(older); !slices.Equal(all, []string{"First"}) || err != nil {
			t.Errorf("before the newest: got %v, %v, want the first", all, err)
		}
		for what, whose := range map[string][2]int64{"another user": {team, 3}, "another team": {team + 1, 1}} {
			list, err := s.Notifications(t.Context(), whose[0], whose[1], 0, 9)
			wantEmpty(t, what, len(list), err)
		}
	}, clock.use)
}

func TestReadNoticesAreThoseThatWereSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		for _, body := range []string{"1", "2", "3"} {
			check(t, s.Notify(t.Context(), team, store.NewNotice{UserIDs: []int64{1, 2}, Body: body}))
		}
		for most, want := range map[int]int{9: 3, 2: 2} {
			if n, err := s.UnreadNotifications(t.Context(), team, 1, most); n != want || err != nil {
				t.Errorf("unread up to %d: got %d, %v, want %d", most, n, err, want)
			}
		}
		mine, err := s.Notifications(t.Context(), team, 1, 0, 9)
		check(t, err)
		check(t, s.MarkNotificationsRead(t.Context(), team, 1, mine[1].ID))
		mine, err = s.Notifications(t.Context(), team, 1, 0, 9)
		if unread, _ := bodies(mine); !slices.Equal(unread, []string{"3"}) || err != nil {
			t.Errorf("unread: got %v, %v, want the one that came later", unread, err)
		}
		if n, err := s.UnreadNotifications(t.Context(), team, 2, 9); n != 3 || err != nil {
			t.Errorf("of another user: got %d, %v, want 3", n, err)
		}
	})
}
