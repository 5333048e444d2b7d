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

// How the story's time passes.
const (
	glance      = 15 * time.Minute // how often the clock looks at the deadlines: a second, as live, would take minutes
	glancedOnce = 100
)

// play makes the acts one after another until now, and lets the clock and the workflows act at their own moments: no
// event is left for the server.
func (d *Desk) play(ctx context.Context, team int64, acts []act, now time.Time) (tickets int, err error) {
	decide := workflow.NewDecider(time.Now).Decide // the clock only measures how long runs take
	opened := map[int]desk.Ticket{}
	for i := range acts {
		a := &acts[i]
		if err := d.pass(ctx, a.at, decide); err != nil {
			return 0, err
		}
		t, err := d.perform(ctx, team, a, opened[a.ticket])
		if err != nil {
			return 0, fmt.Errorf("demo ticket %d: %w", a.ticket, err)
		}
		opened[a.ticket] = t
		if err := d.settle(ctx, t.ID, decide); err != nil {
			return 0, fmt.Errorf("workflows of demo ticket %d: %w", a.ticket, err)
		}
	}
	if err := d.pass(ctx, now, decide); err != nil {
		return 0, err
	}
	return len(opened), d.Store.FoldCounts(ctx)
}

// pass lets the time go on to an instant, with the alerts of the deadlines that pass on the way.
func (d *Desk) pass(ctx context.Context, until time.Time, decide workflow.Decide) error {
	for at := d.Clock.Now(); at.Before(until); {
		if at = at.Add(glance); at.After(until) {
			at = until
		}
		d.Clock.set(at)
		if err := d.raise(ctx, decide); err != nil {
			return fmt.Errorf("deadlines of the demo: %w", err)
		}
	}
	return nil
}

// raise raises the alerts that are due and settles their tickets.
func (d *Desk) raise(ctx context.Context, decide workflow.Decide) error {
	for {
		raised, err := d.Store.RaiseSLA(ctx, d.Clock.Now(), glancedOnce)
		if err != nil || raised == 0 {
			return err
		}
		lanes, err := d.Store.Pending(ctx, d.Clock.Now(), raised)
		if err != nil {
			return err
		}
		for _, lane := range lanes {
			if err := d.settle(ctx, int64(lane), decide); err != nil {
				return err
			}
		}
	}
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
