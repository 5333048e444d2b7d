package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"signalbox/workflow/desk"
)

// SessionTickets returns a page of the tickets that a widget session opened, newest first, and how
// many there are. session is the SHA-256 of the session's id; status "" does not narrow.
func (s *Store) SessionTickets(
	ctx context.Context, team int64, session []byte, status desk.Status, page Page,
) ([]desk.Ticket, int, error) {
	var where clauses
	where.add(`t.team_id = ? AND t.widget_session = ? AND t.verified_identity = ?`, team, session, false)
	where.add(`t.merged_into IS NULL`) // it goes on in one that the session may read, too: see desk.Merge
	if status != "" {
		where.add(`t.status = ?`, string(status))
	}
	var total int
	if err := get(ctx, s.db, &total, `SELECT COUNT(*) FROM tickets t WHERE `+where.text(), where.args...); err != nil {
		return nil, 0, fmt.Errorf("count tickets of a widget session: %w", err)
	}
	rows, err := listTickets(ctx, s.db, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE `+where.text()+`
		ORDER BY t.created_at DESC, t.id DESC
		LIMIT ? OFFSET ?`, append(where.args, page.Limit, page.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("list tickets of a widget session: %w", err)
	}
	tickets, err := ticketsOf(rows)
	return tickets, total, err
}

// Page is a stretch of a list that is short by nature: one person's own tickets.
type Page struct{ Limit, Offset int }

// VisitorTicket is what a visitor's call needs to know of a ticket before anything else.
type VisitorTicket struct {
	ID       int64
	PublicID desk.ID
	Status   desk.Status
	Unread   int // messages that the customer has not read
	Customer int64
	Name     string // of the customer
	Owned    bool   // the asking session opened it, and no verified identity has taken it over
	merged   int64
}

// VisitorTicket looks a ticket of the team up for a widget session, the SHA-256 of its id. Another team's is NotFound.
// One that was merged stands for the ticket that it went on in.
func (s *Store) VisitorTicket(ctx context.Context, team int64, id desk.ID, session []byte) (VisitorTicket, error) {
	t, err := s.visitorTicket(ctx, `t.team_id = ? AND t.public_id = ?`, session, team, id)
	for err == nil && t.Owned && t.merged != 0 { // ends: only tickets that are not merged take others in
		t, err = s.visitorTicket(ctx, `t.team_id = ? AND t.id = ?`, session, team, t.merged)
	}
	return t, err
}

// AddVisitorMessage adds a message to a ticket that VisitorTicket gave to the session. Where it was merged meanwhile,
// the message goes where the visitor reads on.
func (s *Store) AddVisitorMessage(ctx context.Context, team int64, t VisitorTicket, session []byte, m desk.AddMessage) (Changed, error) {
	for {
		changed, err := s.ChangeTicket(ctx, t.Actor(), team, t.ID, m)
		if !errors.Is(err, desk.ErrMerged) {
			return changed, err
		}
		if t, err = s.VisitorTicket(ctx, team, t.PublicID, session); err != nil {
			return Changed{}, err
		}
		if !t.Owned {
			return Changed{}, errNoTicket
		}
	}
}

// Actor is the visitor, as who acts on the ticket.
func (t *VisitorTicket) Actor() desk.Actor {
	return desk.Actor{Kind: desk.ByCustomer, ID: t.Customer, Name: t.Name}
}

// visitorTicket takes a constant condition; its values are parameters.
func (s *Store) visitorTicket(ctx context.Context, condition string, session []byte, args ...any) (VisitorTicket, error) {
	var t VisitorTicket
	var opener []byte
	var verified bool
	err := s.db.QueryRowxContext(ctx, s.db.bind(`
		SELECT t.id, t.public_id, t.status, t.unread_customer, t.customer_id, c.name, COALESCE(t.merged_into, 0),
			t.widget_session, t.verified_identity
		FROM tickets t
		JOIN customers c ON c.id = t.customer_id
		WHERE `+condition), args...).
		Scan(&t.ID, &t.PublicID, &t.Status, &t.Unread, &t.Customer, &t.Name, &t.merged, &opener, &verified)
	if noRows(err) {
		return VisitorTicket{}, errNoTicket
	}
	if err != nil {
		return VisitorTicket{}, fmt.Errorf("look up a visitor's ticket: %w", err)
	}
	t.Owned = !verified && len(session) > 0 && bytes.Equal(opener, session)
	return t, nil
}
