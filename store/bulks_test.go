package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// member is Ann, who set the desk up.
func (d *stage) member() desk.Member {
	d.Helper()
	m, err := d.store.Member(d.Context(), d.team, 1)
	check(d.T, err)
	return m
}

func (d *stage) openMany(n int) {
	d.Helper()
	for i := range n {
		openTicket(d.T, d.store, d.team, question(fmt.Sprintf("Question %d", i+1)))
	}
	d.settle()
}

func (d *stage) startBulk(n store.NewBulk) desk.ID {
	d.Helper()
	id, err := d.store.StartBulk(d.Context(), d.member(), n)
	check(d.T, err)
	return id
}

func (d *stage) undoBulk(id desk.ID) store.Bulk {
	d.Helper()
	undo, err := d.store.UndoBulk(d.Context(), d.member(), id)
	check(d.T, err)
	return d.finish(undo)
}

func (d *stage) finish(id desk.ID) store.Bulk {
	d.Helper()
	b, err := d.store.FinishBulk(d.Context(), d.member(), id, time.Hour)
	check(d.T, err)
	return b
}

func (d *stage) step(times int) {
	d.Helper()
	for range times {
		if worked, err := d.store.StepBulks(d.Context()); err != nil || !worked {
			d.Fatalf("step: got %v, %v, want a batch", worked, err)
		}
	}
}

func (d *stage) items(id desk.ID, q store.BulkItems) []store.BulkItem {
	d.Helper()
	b, err := d.store.Bulk(d.Context(), d.member(), id)
	check(d.T, err)
	q.Limit = 1_000
	items, err := d.store.BulkItems(d.Context(), b, q)
	check(d.T, err)
	return items
}

// everything is the query of the bare inbox.
func (d *stage) everything() *store.TicketQuery {
	return &store.TicketQuery{Team: d.team, User: 1, Now: d.clock.read()}
}

func high() store.BulkChange { return store.BulkChange{Priority: &desk.SetPriority{To: desk.High}} }

func moved(to desk.Status) store.BulkChange {
	return store.BulkChange{Status: &desk.SetStatus{To: to}}
}

func (d *stage) wantBulk(b store.Bulk, want store.Bulk) {
	d.Helper()
	got := store.Bulk{State: b.State, Total: b.Total, Changed: b.Changed, Same: b.Same, Refused: b.Refused}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(store.Bulk{})); diff != "" {
		d.Errorf("bulk (-want +got):\n%s", diff)
	}
}

func (d *stage) wantCount(q store.TicketQuery, most int, want store.TicketCount) {
	d.Helper()
	if got, err := d.store.CountTickets(d.Context(), q, most); err != nil || got != want {
		d.Errorf("count up to %d: got %+v, %v, want %+v", most, got, err, want)
	}
}

func TestABulkGoesOnAfterItsProcessDiesAndTouchesEachTicketOnce(t *testing.T) {
	clock := newClock()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		clock.use(&c)
		first, err := store.Open(t.Context(), c)
		check(t, err)
		d := &stage{T: t, store: first, team: setUp(t, first).TeamID, clock: clock}
		for i := range 60 {
			openTicket(t, first, d.team, question(fmt.Sprint(i)))
		}
		id := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		d.step(2) // the list, and 25 tickets
		check(t, first.Close())

		d.store = storetest.Open(t, c)
		if b, err := d.store.Bulk(t.Context(), d.member(), id); err != nil || b.State != store.BulkRunning || b.Changed != 25 || b.Total != 60 {
			t.Fatalf("after the restart: got %+v, %v, want 25 of 60", b, err)
		}
		workers := []*store.Store{d.store, d.store}
		if c.Database != "" {
			workers[1] = storetest.Open(t, c) // another process
		}
		for _, err := range atOnce(len(workers), func(i int) error {
			_, err := workers[i].FinishBulk(t.Context(), d.member(), id, time.Hour)
			return err
		}) {
			check(t, err)
		}
		d.wantBulk(d.finish(id), store.Bulk{State: store.BulkDone, Total: 60, Changed: 60})
		var records, most int
		check(t, d.store.Read(t.Context(), &records, `SELECT COUNT(*) FROM changes WHERE field = 'priority'`))
		check(t, d.store.Read(t.Context(), &most, `SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM events WHERE name = ? GROUP BY ticket_id) AS each_ticket`, desk.PriorityChanged))
		if records != 60 || most != 1 {
			t.Errorf("got %d records, up to %d events of a ticket, want 60 and one", records, most)
		}
	})
}

func TestABulkSaysWhatItLeftAsItWas(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(3)
		many := make([]string, desk.MaxTags)
		for i := range many {
			many[i] = fmt.Sprint("tag", i)
		}
		full, done := d.ticket(1), d.ticket(2)
		change(d.T, d.store, full, desk.SetTags{Tags: many})
		change(d.T, d.store, done, desk.SetTags{Tags: []string{"vip"}})
		id := d.startBulk(store.NewBulk{
			Numbers: []int64{77, 1, 2, 3, 3},
			Change:  store.BulkChange{Tags: &desk.SetTags{Mode: desk.AddTags, Tags: []string{"vip"}}},
		})
		d.wantBulk(d.finish(id), store.Bulk{State: store.BulkDone, Total: 4, Changed: 1, Same: 1, Refused: 2})
		refused := d.items(id, store.BulkItems{Outcome: store.ItemRefused})
		if len(refused) != 2 || !strings.Contains(refused[0].Reason, "this would make 101") || refused[1].Number != 77 || refused[1].Subject != "" {
			d.Errorf("refused: got %+v, want the full ticket and the missing one", refused)
		}
		b, err := d.store.Bulk(d.Context(), d.member(), id)
		check(d.T, err)
		reasons, err := d.store.BulkReasons(d.Context(), b, 9)
		if err != nil || len(reasons) != 2 || reasons[0].Tickets != 1 {
			d.Errorf("reasons: got %+v, %v, want two", reasons, err)
		}
	})
}

func TestABulkOfAViewHasTheTicketsOfItsStart(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(30)
		change(d.T, d.store, d.ticket(7), desk.SetStatus{To: desk.Resolved})
		q := d.everything()
		q.View = store.ViewWaiting
		d.wantCount(*q, 100, store.TicketCount{Tickets: 29})
		d.wantCount(*q, 29, store.TicketCount{Tickets: 29})
		d.wantCount(*q, 10, store.TicketCount{Tickets: 10, More: true})
		id := d.startBulk(store.NewBulk{Change: moved(desk.Resolved), Query: q, Address: "view=waiting"})
		late := openTicket(d.T, d.store, d.team, question("Late"))
		d.wantBulk(d.finish(id), store.Bulk{State: store.BulkDone, Total: 29, Changed: 29})
		if got := d.ticket(late.Number).Status; got != desk.New {
			d.Errorf("a ticket that came later is %s, want it new", got)
		}
		index(d.T, d.store)
		q.Text = "question 1"
		q.View = store.ViewAll
		d.wantCount(*q, 100, store.TicketCount{Tickets: 1})
	})
}

func TestUndoOfABulkRestoresWhatNobodyTouchedSince(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(4)
		change(d.T, d.store, d.ticket(1), desk.SetPriority{To: desk.Low})
		both := high()
		both.Status = &desk.SetStatus{To: desk.Pending}
		id := d.startBulk(store.NewBulk{Change: both, Numbers: []int64{1, 2, 3}})
		d.finish(id)
		change(d.T, d.store, d.ticket(2), desk.SetStatus{To: desk.OnHold})
		change(d.T, d.store, d.ticket(3), desk.All{desk.SetStatus{To: desk.Open}, desk.SetPriority{To: desk.Medium}})
		change(d.T, d.store, d.ticket(4), desk.SetPriority{To: desk.High})

		d.wantBulk(d.undoBulk(id), store.Bulk{State: store.BulkDone, Total: 3, Changed: 2, Refused: 1})
		want := []string{"new low", "on_hold ", "open medium", "new high"}
		for i, want := range want {
			if t := d.ticket(int64(i + 1)); string(t.Status)+" "+string(t.Priority) != want {
				d.Errorf("ticket %d: got %s %s, want %s", t.Number, t.Status, t.Priority, want)
			}
		}
		_, err := d.store.UndoBulk(d.Context(), d.member(), id)
		wantKind(d.T, "a second undo", err, desk.Conflict)
		own, err := d.store.OwnBulks(d.Context(), d.member(), 9)
		check(d.T, err)
		if len(own) != 2 || own[0].Undoes != id || own[0].CanUndo() || own[1].UndoneAt.IsZero() {
			d.Errorf("got %+v, want the undo, which cannot be undone, and what it undid", own)
		}
		items := d.items(own[0].PublicID, store.BulkItems{})
		if !strings.HasPrefix(items[1].Reason, "The status stays: Ann has changed it") || items[2].Outcome != store.ItemRefused {
			d.Errorf("got %+v, want what stays said", items)
		}
	})
}

func TestBulksAreUndoneOneAfterTheOther(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(2)
		first := d.startBulk(store.NewBulk{Change: moved(desk.Open), Numbers: []int64{1, 2}})
		d.finish(first)
		second := d.startBulk(store.NewBulk{Change: moved(desk.Resolved), Numbers: []int64{1, 2}})
		d.finish(second)
		d.undoBulk(second)
		if got := d.ticket(1).Status; got != desk.Open {
			d.Errorf("after one undo: got %s, want open", got)
		}
		d.undoBulk(first)
		if got := d.ticket(2).Status; got != desk.New {
			d.Errorf("after both: got %s, want new", got)
		}
	})
}

func TestACancelledUndoCanBeTakenUpAgain(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(30)
		id := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		d.finish(id)
		undo, err := d.store.UndoBulk(d.Context(), d.member(), id)
		check(d.T, err)
		d.step(2)
		check(d.T, d.store.CancelBulk(d.Context(), d.member(), undo))
		d.wantBulk(d.finish(undo), store.Bulk{State: store.BulkCancelled, Total: 30, Changed: 25})
		d.wantBulk(d.undoBulk(id), store.Bulk{State: store.BulkDone, Total: 5, Changed: 5})
		for n := range int64(30) {
			if p := d.ticket(n + 1).Priority; p != desk.NoPriority {
				d.Errorf("ticket %d has the priority %s, want none", n+1, p)
			}
		}
	})
}
