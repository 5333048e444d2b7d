package store_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// pair are two tickets of one person at one browser, each with an answer, all within one microsecond.
func (d *stage) pair() (source, target desk.Ticket) {
	d.Helper()
	var made [2]desk.Ticket
	for i := range made {
		n := question("Question " + strconv.Itoa(i))
		n.Visitor = store.Visitor{Session: []byte("one browser")}
		made[i] = openTicket(d.T, d.store, d.team, n)
		change(d.T, d.store, made[i], desk.AddMessage{Body: "Answer " + strconv.Itoa(i)})
		change(d.T, d.store, made[i], desk.AddMessage{Body: "Note " + strconv.Itoa(i), Private: true})
	}
	return d.ticket(made[0].Number), d.ticket(made[1].Number)
}

func byAnn() desk.Actor { return desk.Agent(1, "Ann") }

func (d *stage) merge(from, into desk.Ticket) store.Merge {
	d.Helper()
	_, err := d.store.MergeTickets(d.Context(), byAnn(), d.team, store.NewMerge{From: from.Number, Into: into.Number, WithTags: true})
	check(d.T, err)
	return d.latestMerge(from)
}

func (d *stage) latestMerge(of desk.Ticket) store.Merge {
	d.Helper()
	merges, err := d.store.Merges(d.Context(), d.team, of.ID)
	check(d.T, err)
	if len(merges) == 0 {
		d.Fatalf("ticket %d knows of no merge", of.Number)
	}
	return merges[0]
}

// bodies are the texts of a thread, oldest first.
func (d *stage) bodies(t desk.Ticket) []string {
	d.Helper()
	messages, err := d.store.Messages(d.Context(), d.team, t.ID, store.MessageQuery{Limit: 99})
	check(d.T, err)
	texts := []string{}
	for i, m := range messages {
		if i > 0 && !m.CreatedAt.After(messages[i-1].CreatedAt) {
			d.Errorf("message %d of ticket %d is not later than the one before it", i, t.Number)
		}
		texts = append(texts, m.Body)
	}
	return texts
}

// untouched compares tickets but for when they changed last.
func untouched() cmp.Option { return cmpopts.IgnoreFields(desk.Ticket{}, "UpdatedAt") }

func TestAMergeMovesTheThreadAndAnUndoBringsItBack(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		change(d.T, d.store, source, desk.SetTags{Tags: []string{"billing"}})
		source = d.ticket(source.Number)
		threads := [2][]desk.Message{d.thread(source), d.thread(target)}
		d.settle()
		m := d.merge(source, target)

		if got, want := d.bodies(target), []string{"Question 1", "Answer 1", "Note 1", "Question 0", "Answer 0", "Note 0"}; !cmp.Equal(got, want) {
			d.Errorf("got %q, want both threads, times that were taken later", got)
		}
		merged, into := d.ticket(source.Number), d.ticket(target.Number)
		if merged.Status != desk.Resolved || merged.MergedInto != target.ID || len(d.bodies(source)) != 0 || merged.UnreadTeam != 0 {
			d.Errorf("got the source as %+v, want it closed and empty", merged)
		}
		if into.MessageCount != 4 || into.UnreadTeam != 2 || !cmp.Equal(into.Tags, []string{"billing"}) {
			d.Errorf("got the target as %+v, want the counters of both", into)
		}
		if n := d.settle(); n != 0 {
			d.Errorf("got %d events, want none", n)
		}
		d.wantRelation(source, "merged into #2")
		d.wantRelation(target, "merged from #1")

		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		if diff := cmp.Diff(source, d.ticket(source.Number), untouched()); diff != "" {
			d.Errorf("the source: -before +after:\n%s", diff)
		}
		if diff := cmp.Diff(target, d.ticket(target.Number), untouched()); diff != "" {
			d.Errorf("the target: -before +after:\n%s", diff)
		}
		if diff := cmp.Diff(threads, [2][]desk.Message{d.thread(source), d.thread(target)}); diff != "" {
			d.Errorf("the threads: -before +after:\n%s", diff)
		}
		if n := d.settle(); n != 0 {
			d.Errorf("after the undo: got %d events, want none", n)
		}
		wantKind(d.T, "a second undo", d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID), desk.Conflict)
	})
}

func (d *stage) thread(t desk.Ticket) []desk.Message {
	d.Helper()
	messages, err := d.store.Messages(d.Context(), d.team, t.ID, store.MessageQuery{Limit: 99})
	check(d.T, err)
	return messages
}

func (d *stage) wantRelation(t desk.Ticket, want string) {
	d.Helper()
	history, err := d.store.History(d.Context(), d.team, t.ID, 99)
	check(d.T, err)
	for _, h := range history {
		if h.Field == desk.FieldRelation {
			if h.After != want {
				d.Errorf("ticket %d: got %v, want %q", t.Number, h.After, want)
			}
			return
		}
	}
	d.Errorf("ticket %d: the history does not say %q", t.Number, want)
}

func TestWhatCameSinceAMergeStaysWhereItIs(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		m := d.merge(source, target)
		change(d.T, d.store, target, desk.All{desk.AddMessage{Body: "Since"}, desk.SetPriority{To: desk.High}})
		change(d.T, d.store, source, desk.AddMessage{Body: "A note since", Private: true})
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		if got, want := d.bodies(target), []string{"Question 1", "Answer 1", "Note 1", "Since"}; !cmp.Equal(got, want) {
			d.Errorf("the target: got %q, want %q", got, want)
		}
		if got, want := d.bodies(source), []string{"Question 0", "Answer 0", "Note 0", "A note since"}; !cmp.Equal(got, want) {
			d.Errorf("the source: got %q, want %q", got, want)
		}
		if got := d.ticket(target.Number); got.MessageCount != 3 || got.LastMessageText != "Since" || got.Priority != desk.High {
			d.Errorf("got %+v, want what was done since", got)
		}
	})
}

func TestAMergeIsRefusedWhereItWouldLoseItsWay(t *testing.T) {
	onStage(t, func(d *stage) {
		a, b := d.pair()
		c := openTicket(d.T, d.store, d.team, func() store.NewTicket {
			n := question("Third")
			n.Visitor = store.Visitor{Session: []byte("one browser")}
			return n
		}())
		m := d.merge(a, b)
		attempt := func(from, into int64) error {
			_, err := d.store.MergeTickets(d.Context(), byAnn(), d.team, store.NewMerge{From: from, Into: into})
			return err
		}
		wantKind(d.T, "a merged one again", attempt(a.Number, c.Number), desk.Conflict)
		wantKind(d.T, "into a merged one", attempt(c.Number, a.Number), desk.Conflict)
		wantKind(d.T, "a circle", attempt(b.Number, a.Number), desk.Conflict)
		wantKind(d.T, "into itself", attempt(b.Number, b.Number), desk.Invalid)
		wantKind(d.T, "into nothing", attempt(b.Number, 99), desk.NotFound)
		elsewhere, err := d.store.AddTeam(d.Context(), "Others")
		check(d.T, err)
		_, err = d.store.MergeTickets(d.Context(), byAnn(), elsewhere.ID, store.NewMerge{From: b.Number, Into: c.Number})
		wantKind(d.T, "in another team", err, desk.NotFound)
		wantKind(d.T, "an undo in another team", d.store.UndoMerge(d.Context(), byAnn(), elsewhere.ID, m.ID), desk.NotFound)

		later := d.merge(b, c)
		wantKind(d.T, "an undo below a later merge", d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID), desk.Conflict)
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, later.ID))
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		if got := d.bodies(b); len(got) != 3 {
			d.Errorf("after both undos: got %q, want the ticket's own messages", got)
		}
	})
}

func TestMergesTheOtherWayRoundDoNotWaitForEachOther(t *testing.T) {
	onStage(t, func(d *stage) {
		for range 5 {
			a, b := d.pair()
			errs := make([]error, 8)
			var all sync.WaitGroup
			for i := range errs {
				m := store.NewMerge{From: a.Number, Into: b.Number}
				if i%2 == 1 {
					m = store.NewMerge{From: b.Number, Into: a.Number}
				}
				all.Go(func() { _, errs[i] = d.store.MergeTickets(d.Context(), byAnn(), d.team, m) })
			}
			all.Wait()
			done := 0
			for _, err := range errs {
				switch {
				case err == nil:
					done++
				case !desk.IsKind(err, desk.Conflict):
					d.Errorf("got %v, want a refusal", err)
				}
			}
			if done != 1 {
				d.Errorf("%d merges were done, want one", done)
			}
		}
	})
}

func TestATargetHasTheFollowersAndLinksOfItsSource(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		third := openTicket(d.T, d.store, d.team, question("Third"))
		check(d.T, d.store.Follow(d.Context(), d.team, source.ID, 1))
		check(d.T, d.store.LinkTickets(d.Context(), byAnn(), d.team, source.Number, third.Number))
		check(d.T, d.store.LinkTickets(d.Context(), byAnn(), d.team, source.Number, target.Number))
		d.merge(source, target)
		followers, err := d.store.Followers(d.Context(), d.team, target.ID)
		if err != nil || len(followers) != 1 || followers[0].ID != 1 {
			d.Errorf("got followers %v, %v, want Ann", followers, err)
		}
		d.wantLinks(target, source.Number, third.Number)
		d.wantLinks(third, source.Number, target.Number)
	})
}

func TestATicketIsSplitAndPutTogetherAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := &stage{T: t, store: s, team: setUp(t, s).TeamID}
		source, target := d.pair()
		before := d.ticket(target.Number)
		thread := d.thread(target)
		split := store.NewSplit{Number: target.Number, Messages: []desk.ID{thread[1].PublicID, thread[2].PublicID}}
		made, err := s.SplitTicket(t.Context(), byAnn(), d.team, split)
		check(t, err)
		if made.Number != source.Number+2 || made.Subject != "Answer 1" || made.MessageCount != 1 || made.Customer.ID != target.Customer.ID {
			t.Errorf("got %+v, want the next number, the first line, the same customer", made)
		}
		if got := d.ticket(made.Number); !cmp.Equal(got, made) {
			t.Errorf("saved: %s", cmp.Diff(made, got))
		}
		if got := d.bodies(target); !cmp.Equal(got, []string{"Question 1"}) {
			t.Errorf("got %q, want what was not ticked", got)
		}
		_, err = s.SplitTicket(t.Context(), byAnn(), d.team, split)
		wantKind(t, "messages that left", err, desk.Conflict)
		visitor, err := s.VisitorTicket(t.Context(), d.team, made.PublicID, store.Visitor{Session: []byte("one browser")})
		if err != nil || !visitor.Owned {
			t.Errorf("got %+v, %v, want the visitor to read it as before", visitor, err)
		}

		check(t, s.UndoMerge(t.Context(), byAnn(), d.team, d.latestMerge(made).ID))
		if diff := cmp.Diff(before, d.ticket(target.Number), untouched()); diff != "" {
			t.Errorf("-before +after:\n%s", diff)
		}
		if diff := cmp.Diff(thread, d.thread(target)); diff != "" {
			t.Errorf("the thread: -before +after:\n%s", diff)
		}
		if got := d.ticket(made.Number); got.MergedInto != target.ID || got.Status != desk.Resolved {
			t.Errorf("got %+v, want it merged into where it came from", got)
		}
	}, func(c *store.Config) { c.Now = func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) } })
}

func TestAVisitorsMessageFollowsAMergeThatWasQuicker(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		session := []byte("one browser")
		seen, err := d.store.VisitorTicket(d.Context(), d.team, source.PublicID, store.Visitor{Session: session})
		check(d.T, err)
		d.merge(source, target)
		changed, err := d.store.AddVisitorMessage(d.Context(), d.team, seen, store.Visitor{Session: session}, desk.AddMessage{Body: "More"})
		if err != nil || changed.Ticket.ID != target.ID || len(d.bodies(source)) != 0 {
			d.Errorf("got it in ticket %d, %v, want it in the target", changed.Ticket.Number, err)
		}
	})
}

func TestAMergeLeavesNoVisitorBehind(t *testing.T) {
	onStage(t, func(d *stage) {
		mine, _ := d.pair()
		n := question("Elsewhere")
		n.Visitor = store.Visitor{Session: []byte("another browser")}
		theirs, mail := openTicket(d.T, d.store, d.team, n), openTicket(d.T, d.store, d.team, question("By mail"))
		attempt := func(from, into desk.Ticket) error {
			m := store.NewMerge{From: from.Number, Into: into.Number, Vouched: true}
			_, planned := d.store.PlannedMerge(d.Context(), d.team, m)
			_, err := d.store.MergeTickets(d.Context(), byAnn(), d.team, m)
			if (planned == nil) != (err == nil) {
				d.Errorf("got %v, and the plan said %v", err, planned)
			}
			return err
		}
		wantKind(d.T, "into another browser's", attempt(mine, theirs), desk.Conflict)
		wantKind(d.T, "out of the browser", attempt(mine, mail), desk.Conflict)
		check(d.T, attempt(mail, mine))
	})
}

func (d *stage) wantLinks(t desk.Ticket, want ...int64) {
	d.Helper()
	links, err := d.store.Links(d.Context(), d.team, t.ID)
	check(d.T, err)
	got := []int64{}
	for _, l := range links {
		got = append(got, l.Number)
	}
	if !cmp.Equal(got, want, cmpopts.EquateEmpty()) {
		d.Errorf("links of ticket %d: got %v, want %v", t.Number, got, want)
	}
}

func TestALinkHasTwoSides(t *testing.T) {
	onStage(t, func(d *stage) {
		a, b := d.pair()
		for range 2 { // a second time changes nothing
			check(d.T, d.store.LinkTickets(d.Context(), byAnn(), d.team, a.Number, b.Number))
		}
		d.wantLinks(a, b.Number)
		d.wantLinks(b, a.Number)
		d.wantRelation(a, "linked to #2")
		wantKind(d.T, "with itself", d.store.LinkTickets(d.Context(), byAnn(), d.team, a.Number, a.Number), desk.Invalid)
		wantKind(d.T, "with nothing", d.store.LinkTickets(d.Context(), byAnn(), d.team, a.Number, 99), desk.NotFound)
		check(d.T, d.store.UnlinkTickets(d.Context(), byAnn(), d.team, b.Number, a.Number))
		d.wantLinks(a)
		d.wantLinks(b)
		history, err := d.store.History(d.Context(), d.team, a.ID, 99)
		check(d.T, err)
		told := 0
		for _, h := range history {
			if h.Field == desk.FieldRelation {
				told++
			}
		}
		if told != 2 {
			d.Errorf("the history tells of links %d times, want once of each change", told)
		}
	})
}
