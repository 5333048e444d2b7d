package store

import (
	"cmp"
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

const waitingTickets = `SELECT EXISTS (SELECT 1 FROM tickets WHERE team_id = ? AND widget_session = ?)`

// JoinVisitor gives the tickets of a visitor who proves both a session and an identity to the identity. The session
// does not read them any more.
func (s *Store) JoinVisitor(ctx context.Context, team int64, v Visitor) error {
	if len(v.Session) == 0 || v.Identity == "" {
		return nil
	}
	var waiting bool
	if err := get(ctx, s.db, &waiting, waitingTickets, team, v.Session); err != nil {
		return fmt.Errorf("look for tickets of a session: %w", err)
	}
	if !waiting {
		return nil
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error { return s.joinVisitor(ctx, tx, team, v) })
}

func (s *Store) joinVisitor(ctx context.Context, tx *tx, team int64, v Visitor) error {
	if err := s.holdOpenings(ctx, tx, team); err != nil {
		return err
	}
	tickets, err := lockedTickets(ctx, tx, `t.team_id = ? AND t.widget_session = ? ORDER BY t.id`+s.ticketLock(), team, v.Session)
	if err != nil || len(tickets) == 0 {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE tickets
		SET identity = ?, widget_session = NULL
		WHERE team_id = ? AND widget_session = ?`, v.identity(), team, v.Session)
	if err != nil {
		return fmt.Errorf("join tickets of a session to an identity: %w", err)
	}
	person, err := s.verifiedRecord(ctx, tx, team, CustomerInput{DistinctID: v.Identity})
	if err != nil {
		return err
	}
	for _, t := range tickets[max(0, len(tickets)-desk.MaxMovedTickets):] {
		if err := s.recognize(ctx, tx, t, &person); err != nil {
			return err
		}
	}
	return nil
}

// recognize makes a ticket of an unknown visitor one of the person that they turned out to be. What the visitor told of
// themselves fills in what is not known of the person. A block of one of the two stays with its own tickets.
func (s *Store) recognize(ctx context.Context, tx *tx, t desk.Ticket, person *CustomerRecord) error {
	visitor, err := findRecord(ctx, tx, `team_id = ? AND id = ?`, t.TeamID, t.Customer.ID)
	if err != nil {
		return err
	}
	change := desk.All{desk.TakeAlong{}}
	if !visitor.Verified && visitor.BlockedAt.IsZero() && person.BlockedAt.IsZero() {
		told := CustomerInput{Name: cmp.Or(person.Name, visitor.Name), Email: cmp.Or(person.Email, visitor.Email)}
		if person.Customer, err = takeOver(ctx, tx, *person, told); err != nil {
			return err
		}
		change = append(change, desk.SetCustomer{To: person.Customer})
	}
	_, err = s.changeHeld(ctx, tx, customerActor(person.Customer), t, change)
	return err
}
