package store_test

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestASnoozeUntilAReplyIsKeptAndEndedByTheCustomer(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		change(d.T, d.store, ticket, desk.Snooze{UntilReply: true})
		if got := d.read(ticket); !got.SnoozedUntilReply || got.Status != desk.OnHold {
			d.Fatalf("got %s, by reply %v, want it put away", got.Status, got.SnoozedUntilReply)
		}
		n, err := d.store.WakeSnoozed(d.Context(), d.clock.read().Add(1_000*time.Hour), 9)
		wantEmpty(d.T, "woken by the clock alone", n, err)

		_, err = d.store.ChangeTicket(d.Context(), desk.Actor{Kind: desk.ByCustomer}, d.done.TeamID, ticket.ID, desk.AddMessage{Body: "Here I am"})
		check(d.T, err)
		d.clock.add(time.Second)
		if n, err := d.store.WakeSnoozed(d.Context(), d.clock.read(), 9); n != 1 || err != nil {
			d.Fatalf("woken after the reply: got %d, %v", n, err)
		}
		if got := d.read(ticket); got.Status != desk.Open || got.Snoozed() {
			d.Errorf("got %s, snoozed %v, want it open", got.Status, got.Snoozed())
		}
	})
}

func TestAnUndoPutsATicketAwayUntilTheReplyAgain(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		change(d.T, d.store, ticket, desk.Snooze{UntilReply: true})
		run := d.act(desk.SetStatus{To: desk.Resolved}, ticket)
		if got := d.read(ticket); got.Snoozed() {
			d.Error("a resolved ticket is still snoozed")
		}
		d.undo(run.id)
		if got := d.read(ticket); !got.SnoozedUntilReply || got.Status != desk.OnHold {
			d.Errorf("undone: got %s, by reply %v, want it put away again", got.Status, got.SnoozedUntilReply)
		}
	})
}
