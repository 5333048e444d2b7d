package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// TicketCount is how many tickets a query finds.
type TicketCount struct {
	Tickets int
	More    bool // there are more than Tickets
	Cut     bool // words are in more messages than were looked at: these are tickets of the newest
}

// CountTickets counts what a query finds, up to most.
func (s *Store) CountTickets(ctx context.Context, q TicketQuery, most int) (TicketCount, error) {
	w, err := s.walkRefs(ctx, q, cursor{}, most+1)
	if err != nil || w.query == "" {
		return TicketCount{}, err
	}
	var n int
	if err := get(ctx, s.db, &n, `SELECT COUNT(*) FROM (`+w.query+`) AS found`, w.args...); err != nil {
		return TicketCount{}, fmt.Errorf("count tickets of a bulk: %w", err)
	}
	return TicketCount{Tickets: min(n, most), More: n > most, Cut: w.cut}, nil
}

// Check refuses what may not be done to so many tickets at once. Their count is exact up to MaxManualRuns at least.
func (n *NewBulk) Check(c TicketCount) error {
	if n.Change.Workflow.IsZero() || c.Tickets <= MaxManualRuns && !c.More {
		return nil
	}
	return desk.FieldErrorf("workflow", "A workflow can be run on %d tickets at once; these are more. Narrow the list down, or select fewer.", MaxManualRuns)
}

// checkTickets tries the list of a bulk, which nobody would be told about later.
func (s *Store) checkTickets(ctx context.Context, n *NewBulk) error {
	count := TicketCount{Tickets: len(n.Numbers)}
	if n.Query != nil {
		var err error
		if count, err = s.CountTickets(ctx, *n.Query, MaxManualRuns); err != nil {
			return err
		}
	}
	return n.Check(count)
}
