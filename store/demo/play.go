package demo

import (
	"context"
	"fmt"
	"time"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// act is one thing that somebody does at a moment of the story.
type act struct {
	at     time.Time
	ticket int              // which conversation
	by     *member          // nil is the customer
	open   *store.NewTicket // begins the conversation …
	change desk.Change      // … or goes on with it
}

// play makes the acts one after another, and lets the workflows act on each at its own moment: no event is
// left for the server.
func (d *Desk) play(ctx context.Context, team int64, acts []act) (tickets int, err error) {
	decide := workflow.NewDecider(time.Now).Decide // the clock only measures how long runs take
	opened := map[int]desk.Ticket{}
	for i := range acts {
		a := &acts[i]
		d.Clock.set(a.at)
		t, err := d.perform(ctx, team, a, opened[a.ticket])
		if err != nil {
			return 0, fmt.Errorf("demo ticket %d: %w", a.ticket, err)
		}
		opened[a.ticket] = t
		if err := d.settle(ctx, t.ID, decide); err != nil {
			return 0, fmt.Errorf("workflows of demo ticket %d: %w", a.ticket, err)
		}
	}
	return len(opened), d.Store.FoldCounts(ctx)
}

func (d *Desk) perform(ctx context.Context, team int64, a *act, t desk.Ticket) (desk.Ticket, error) {
	if a.open != nil {
		opened, err := d.Store.OpenTicket(ctx, desk.Actor{}, team, *a.open)
		return opened.Ticket, err
	}
	by := desk.Actor{Kind: desk.ByCustomer, ID: t.Customer.ID, Name: t.Customer.Name}
	if a.by != nil {
		by = a.by.actor()
	}
	changed, err := d.Store.ChangeTicket(ctx, by, team, t.ID, a.change)
	return changed.Ticket, err
}

// settle processes the ticket's events until none is pending.
func (d *Desk) settle(ctx context.Context, ticketID int64, decide workflow.Decide) error {
	for {
		work, err := d.Store.ProcessNext(ctx, workflow.Lane(ticketID), d.Clock.Now(), decide)
		if err != nil || work == (workflow.Work{}) {
			return err
		}
	}
}
