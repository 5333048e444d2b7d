package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// IntroduceVisitor saves the name and the email that a visitor tells of themselves on the customers of their tickets;
// a visitor without tickets is NotFound. See desk.Introduction for what of it counts. Where a customer has tickets of
// others too, since all it takes is to claim the same distinct id, the visitor's own go to a customer of their own: else
// somebody else's answers would be mailed to that address. An address that another customer has joins nobody.
func (s *Store) IntroduceVisitor(ctx context.Context, team int64, v Visitor, in CustomerInput) error {
	in.Email = strings.ToLower(strings.TrimSpace(in.Email))
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := checkSender(ctx, tx, team, &NewTicket{Customer: in, Visitor: v}); err != nil {
			return err
		}
		if err := s.holdOpenings(ctx, tx, team); err != nil {
			return err
		}
		customers, err := visitorCustomers(ctx, tx, team, v)
		if err != nil {
			return err
		}
		for i := range customers {
			if err := s.introduce(ctx, tx, introduction{team, v, customers[i]}, in); err != nil {
				return err
			}
		}
		unknown := func(c CustomerRecord) bool { return c.Email == "" }
		if in.Email == "" || !slices.ContainsFunc(customers, unknown) {
			return nil
		}
		return s.mailMissed(ctx, tx, team, v)
	})
}

type introduction struct {
	team    int64
	visitor Visitor
	was     CustomerRecord
}

func (s *Store) introduce(ctx context.Context, tx *tx, i introduction, in CustomerInput) error {
	was := &i.was
	self := was.Verified && i.visitor.Identity != "" && was.DistinctID == i.visitor.Identity
	known := desk.Introduction{Name: was.Name, Email: was.Email, Signed: was.Verified, Self: self}
	var news CustomerInput
	news.Name, news.Email = known.Take(in.Name, in.Email)
	if news.Name == was.Name && news.Email == was.Email {
		return nil
	}
	if !was.Verified {
		shared, err := i.shared(ctx, tx)
		if err != nil {
			return err
		}
		if shared {
			news.DistinctID, news.Traits = was.DistinctID, was.Traits
			return s.giveOwn(ctx, tx, i, news)
		}
	}
	_, err := takeOver(ctx, tx, *was, news)
	return err
}

// shared reports whether somebody else reads tickets of the customer.
func (i *introduction) shared(ctx context.Context, q queryer) (bool, error) {
	session, identity := i.visitor.columns()
	var shared bool
	err := get(ctx, q, &shared, `
		SELECT EXISTS (
			SELECT 1
			FROM tickets t
			WHERE t.team_id = ? AND t.customer_id = ? AND COALESCE(t.widget_session, t.identity) IS NULL
			UNION ALL
			SELECT 1
			FROM tickets t
			WHERE t.team_id = ? AND t.customer_id = ? AND COALESCE(t.widget_session, t.identity) <> ?)`,
		i.team, i.was.ID, i.team, i.was.ID, append(session, identity...))
	if err != nil {
		return false, fmt.Errorf("look who else reads tickets of customer %d: %w", i.was.ID, err)
	}
	return shared, nil
}

// giveOwn makes a customer of the visitor alone, and gives it their tickets.
func (s *Store) giveOwn(ctx context.Context, tx *tx, i introduction, in CustomerInput) error {
	own, err := s.insertCustomer(ctx, tx, i.team, in, false)
	if err != nil {
		return err
	}
	var where clauses
	where.add(`t.team_id = ? AND t.customer_id = ?`, i.team, i.was.ID)
	i.visitor.reads(&where)
	tickets, err := lockedTickets(ctx, tx, where.text()+`
		ORDER BY t.id
		LIMIT ?`+s.ticketLock(), append(where.args, desk.MaxMovedTickets)...)
	if err != nil {
		return err
	}
	return s.giveTickets(ctx, tx, customerActor(own), tickets, own)
}

// mostSelves is far more customers than one visitor ever is.
const mostSelves = 20

// visitorCustomers are the customers of a visitor's tickets.
func visitorCustomers(ctx context.Context, q queryer, team int64, v Visitor) ([]CustomerRecord, error) {
	var where clauses
	where.add(`t.team_id = ?`, team)
	v.reads(&where)
	var rows []customerRow
	err := list(ctx, q, &rows, `
		SELECT `+customerColumns+`
		FROM customers
		WHERE id IN (SELECT t.customer_id FROM tickets t WHERE `+where.text()+`)
		ORDER BY id
		LIMIT ?`, append(where.args, mostSelves)...)
	if err != nil {
		return nil, fmt.Errorf("list customers of a visitor: %w", err)
	}
	if len(rows) == 0 {
		return nil, errNoTicket
	}
	customers := make([]CustomerRecord, len(rows))
	for i := range rows {
		if customers[i], err = rows[i].record(); err != nil {
			return nil, err
		}
	}
	return customers, nil
}
