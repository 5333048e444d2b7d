package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// hold keeps a reply of Ann for an hour; seen is the newest message that she had before her.
func (d *stage) hold(t desk.Ticket, seen desk.ID) desk.HeldReply {
	d.Helper()
	out := store.Outgoing{TicketID: t.ID, Body: "Held", Seen: seen, At: d.clock.read().Add(time.Hour)}
	_, err := d.store.HoldMessage(d.Context(), byAnn(), d.team, out)
	check(d.T, err)
	return d.held(t)[0]
}

func (d *stage) held(t desk.Ticket) []desk.HeldReply {
	d.Helper()
	replies, err := d.store.Replies(d.Context(), d.team, t.ID)
	check(d.T, err)
	return replies
}

func (d *stage) release() int {
	d.Helper()
	d.clock.add(2 * time.Hour)
	n, err := d.store.ReleaseReplies(d.Context(), d.clock.read(), 9)
	check(d.T, err)
	return n
}

func (d *stage) wantHeld(what string, t desk.Ticket, want int) {
	d.Helper()
	if got := len(d.held(t)); got != want {
		d.Errorf("%s: %d replies wait in ticket %d, want %d", what, got, t.Number, want)
	}
}

func (d *stage) newest(t desk.Ticket) desk.ID {
	d.Helper()
	thread := d.thread(t)
	return thread[len(thread)-1].PublicID
}

func TestAHeldReplyGoesWithAMergeAndIsSentOnce(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		d.hold(source, d.newest(source))
		m := d.merge(source, target)
		d.wantHeld("after the merge", source, 0)
		d.wantHeld("after the merge", target, 1)
		if n := d.release(); n != 1 {
			d.Fatalf("released %d, want 1", n)
		}
		if got := d.bodies(target); len(got) != 7 || got[6] != "Held" {
			d.Errorf("got %q, want the reply in the target", got)
		}
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		if d.release() != 0 || len(d.bodies(source)) != 3 || len(d.bodies(target)) != 4 {
			d.Errorf("after the undo: got %q and %q, want what was sent to stay", d.bodies(source), d.bodies(target))
		}
	})
}

func TestAHeldReplyComesBackWithTheUndoOfAMerge(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		own := d.hold(target, desk.ID{})
		reply := d.hold(source, d.newest(source))
		m := d.merge(source, target)
		d.wantHeld("after the merge", target, 2)
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		if back := d.held(source); len(back) != 1 || back[0].ID != reply.ID || back[0].State != desk.ReplyWaiting {
			d.Errorf("got %+v, want the reply back where it was written", back)
		}
		if left := d.held(target); len(left) != 1 || left[0].ID != own.ID {
			d.Errorf("got %+v, want the target's own reply left", left)
		}
		if n := d.release(); n != 2 {
			d.Errorf("released %d, want each in its ticket", n)
		}
	})
}

func TestAMovedReplyWhoseWriterMissedWhatTheTargetHasIsHeldAgain(t *testing.T) {
	onStage(t, func(d *stage) {
		source, target := d.pair()
		seen := d.newest(source)
		d.clock.add(time.Minute)
		d.write(desk.Actor{Kind: desk.ByCustomer, ID: target.Customer.ID, Name: "Carl"}, target, desk.AddMessage{Body: "It works now"})
		d.hold(source, seen)
		m := d.merge(source, target)
		d.release()
		if held := d.held(target); len(held) != 1 || held[0].State != desk.ReplyStale {
			d.Fatalf("got %+v, want it held as stale", held)
		}
		check(d.T, d.store.UndoMerge(d.Context(), byAnn(), d.team, m.ID))
		d.wantHeld("a stale one after the undo", source, 1)
	})
}

func TestTheFilesOfAHeldReplyGoWithAMerge(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		source, target := d.open("Hello"), d.open("Hello again")
		reply := d.holdWith(source, d.keep(ann, source, "report.pdf", "x"))
		merge := store.NewMerge{From: source.Number, Into: target.Number, Vouched: true}
		if _, err := d.store.MergeTickets(t.Context(), ann, d.team, merge); err != nil {
			t.Fatal(err)
		}
		key := store.ReplyKey{Team: d.team, Ticket: target.ID, ID: reply.ID}
		if err := d.store.TakeBackReply(t.Context(), ann, key); err != nil {
			t.Fatal(err)
		}
		same(t, "the composer of the target", d.waiting(ann, target), "report.pdf")
	})
}
