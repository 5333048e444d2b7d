package store_test

import (
	"testing"
	"time"

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
	})
}
