package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestATicketThatWaitsForAReplyIsSnoozed(t *testing.T) {
	onStage(t, func(d *stage) {
		for range 3 {
			d.asks("Ada", "ada@x.example", "Parcel", "Where is it?")
		}
		change(d.T, d.store, d.ticket(1), desk.Snooze{UntilReply: true})
		change(d.T, d.store, d.ticket(2), desk.Snooze{Until: d.clock.read().Add(time.Hour)})
		d.wantFound("is:snoozed", 1, 2)
		d.wantFound("-is:snoozed", 3)
		d.wantFound("is:snoozed status:new")
		others, err := d.store.AddTeam(d.Context(), "Others")
		check(d.T, err)
		d.team = others.ID
		d.wantFound("is:snoozed")
	})
}

func TestWhatHasAMinusIsLeftOut(t *testing.T) {
	onStage(t, func(d *stage) {
		d.asks("Ada Lovelace", "ada@x.example", "Parcel", "Where is my refund?")
		d.asks("Ben", "ben@x.example", "Parcel", "Is it late?")
		d.asks("Cleo", "cleo@y.example", "Order", "A refund, please")
		change(d.T, d.store, d.ticket(3), desk.AddMessage{Body: "It is late."})
		index(d.T, d.store)
		for text, want := range map[string][]int64{
			"-from:ada": {2, 3}, "-from:ada -from:ben": {3}, "from:x.example -from:lovelace": {2}, "parcel -from:ada": {2},
			"-from:ada from:ada": nil, "-from:nobodyhere": {1, 2, 3}, "-from:!!!": {1, 2, 3}, "status:new -from:ada": {2, 3},
			"-refund ": {2}, "-refund -late ": nil, "status:new -refund ": {2}, "from:x.example -refund ": {2}, "-refund -from:ben": nil,
			`-"my refund" `: {2, 3}, "-zzz ": {1, 2, 3}, "refund -late ": {1, 3},
		} {
			d.wantFound(text, want...)
		}
	})
}

// The index takes messages by the hundred; one batch may hold nothing but more of a ticket that it has met.
func TestALongTicketIsIndexedAnew(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s := storetest.Open(t, c)
		team := setUp(t, s).TeamID
		check(t, storetest.Fill(t.Context(), c, storetest.Filling{Team: team, Tickets: 1, Messages: 600, Users: 1, Now: time.Now()}))
		rebuilt, err := s.RebuildSearch(t.Context(), func(int64, int64) {})
		if err != nil || rebuilt.Messages != 600 || rebuilt.Documents != 601 {
			t.Errorf("got %+v, %v, want 600 messages and the ticket's own document", rebuilt, err)
		}
	})
}

func TestASearchSaysWhereItEnded(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s := storetest.Open(t, c)
		team := setUp(t, s).TeamID
		const all = 5_001 // of which 4 in 5 are resolved
		check(t, storetest.Fill(t.Context(), c, storetest.Filling{Team: team, Tickets: all, Messages: 1, Users: 1, Now: time.Now()}))
		_, err := s.RebuildSearch(t.Context(), func(int64, int64) {})
		check(t, err)
		for _, want := range []struct {
			text string
			n    int
			cut  store.Cut
		}{
			{"is:unread", 50, ""},
			{"channel:nosuch", 0, store.CutNewest},
			{"channel:nosuch status:open", 0, ""},
			{"before:1971", 0, ""},
			{"after:1971", 50, ""},
			{"has:attachment", 0, ""},
			{"-has:attachment", 50, ""},
			{"-from:customer ", 0, store.CutWithout},
			{"-parcel ", 0, store.CutWithout},
			{"parcel nosuch ", 0, ""},
		} {
			for _, sort := range sorts() {
				q := store.TicketQuery{Team: team, User: 1, Text: want.text, Limit: 50, Now: time.Now(), Sort: sort}
				page, err := s.Tickets(t.Context(), q)
				check(t, err)
				if len(page.Tickets) != want.n || page.Cut != want.cut {
					t.Errorf("%q by %s: got %d tickets, cut %q, want %d, %q", want.text, sort, len(page.Tickets), page.Cut, want.n, want.cut)
				}
			}
		}
		q := store.TicketQuery{Team: team, User: 1, Text: "-channel:nosuch", Limit: 500, Now: time.Now()}
		if got := len(pages(t, s, q)); got != all {
			t.Errorf("got %d tickets on all pages, want each of %d", got, all)
		}
	})
}

func TestWordsGoWithTheirMessageThroughAMergeAndBack(t *testing.T) {
	onStage(t, func(d *stage) {
		source := d.asks("Ada", "ada@x.example", "Order", "The zebra is late.")
		target := d.asks("Ada", "ada@x.example", "Order", "The parcel too.")
		index(d.T, d.store)
		d.wantFound("zebra ", source.Number)
		m := d.merge(source, target)
		d.wantFound("zebra ", target.Number)
		index(d.T, d.store)
		d.wantFound("zebra ", target.Number)
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		d.wantFound("zebra ", source.Number)
		index(d.T, d.store)
		d.wantFound("zebra ", source.Number)
	})
}
