package widget

import (
	"context"
	"crypto/sha256"

	"signalbox/store"
)

// TicketTopic is where a ticket's visitors are told to look.
func TicketTopic(id int64) string { return ticketTopic(id) }

// LiveOf begins a stream of a session, and returns what the hub asks from time to time.
func (d *Door) LiveOf(ctx context.Context, w store.Widget, session string) (goesOn func(context.Context) bool, err error) {
	sum := sha256.Sum256([]byte(session))
	l, err := d.begin(ctx, w, store.Visitor{Session: sum[:]})
	return l.goesOn, err
}
