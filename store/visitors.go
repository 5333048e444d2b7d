package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"signalbox/workflow/desk"
)

// Visitor is who calls from a browser. One who proves an identity reads what belongs to that and nothing else; the zero
// Visitor reads nothing.
type Visitor struct {
	Session  []byte // SHA-256 of the browser session's secret id, nil for none
	Identity string // the distinct id that the site has signed, "" for none
}

// identity is how tickets name an identity, nil for none.
func (v *Visitor) identity() []byte {
	if v.Identity == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(v.Identity))
	return sum[:]
}

// columns is by what the visitor reads a ticket: only one of the two is ever set.
func (v *Visitor) columns() (session, identity []byte) {
	if v.Identity != "" {
		return nil, v.identity()
	}
	return v.Session, nil
}

// reads narrows to the visitor's own tickets.
func (v *Visitor) reads(where *clauses) {
	if session, identity := v.columns(); identity != nil {
		where.add(`t.identity = ?`, identity)
	} else {
		where.add(`t.widget_session = ?`, session)
	}
}

// SessionTickets returns a page of the visitor's own tickets, newest first, and how many there are. status "" does not
// narrow.
func (s *Store) SessionTickets(
	ctx context.Context, team int64, v Visitor, status desk.Status, page Page,
) ([]desk.Ticket, int, error) {
	where := v.own(team, status)
	var total int
	if err := get(ctx, s.db, &total, countOfVisitor(where.text()), where.args...); err != nil {
		return nil, 0, fmt.Errorf("count tickets of a visitor: %w", err)
	}
	rows, err := listTickets(ctx, s.db, pageOfVisitor(where.text()), append(where.args, page.Limit, page.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("list tickets of a visitor: %w", err)
	}
	tickets, err := ticketsOf(rows)
	return tickets, total, err
}

func (v *Visitor) own(team int64, status desk.Status) clauses {
	var where clauses
	where.add(`t.team_id = ?`, team)
	v.reads(&where)
	where.add(`t.merged_into IS NULL`) // it goes on in one that the visitor may read, too: see desk.Merge
	if status != "" {
		where.add(`t.status = ?`, string(status))
	}
	return where
}

func countOfVisitor(where string) string { return `SELECT COUNT(*) FROM tickets t WHERE ` + where }

func pageOfVisitor(where string) string {
	return `
		SELECT ` + ticketColumns + `
		FROM ` + ticketTables + `
		WHERE ` + where + `
		ORDER BY t.created_at DESC, t.id DESC
		LIMIT ? OFFSET ?`
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
	Owned    bool   // the asking visitor reads it
	merged   int64
}

// VisitorTicket looks a ticket of the team up for a visitor. Another team's is NotFound.
// One that was merged stands for the ticket that it went on in.
func (s *Store) VisitorTicket(ctx context.Context, team int64, id desk.ID, v Visitor) (VisitorTicket, error) {
	t, err := s.visitorTicket(ctx, `t.team_id = ? AND t.public_id = ?`, v, team, id)
	for err == nil && t.Owned && t.merged != 0 { // ends: only tickets that are not merged take others in
		t, err = s.visitorTicket(ctx, `t.team_id = ? AND t.id = ?`, v, team, t.merged)
	}
	return t, err
}

// AddVisitorMessage adds a message to a ticket that VisitorTicket gave to the visitor. Where it was merged meanwhile,
// the message goes where the visitor reads on. Where somebody took it along meanwhile, it is Forbidden.
func (s *Store) AddVisitorMessage(ctx context.Context, team int64, t VisitorTicket, v Visitor, m desk.AddMessage) (Changed, error) {
	for {
		claim := fileClaim{ticketKey: ticketKey{team, t.ID}, by: t.Actor(), visitor: v}
		changed, err := s.addMessage(ctx, claim, m)
		if !errors.Is(err, desk.ErrMerged) {
			return changed, err
		}
		if t, err = s.VisitorTicket(ctx, team, t.PublicID, v); err != nil {
			return Changed{}, err
		}
		if !t.Owned {
			return Changed{}, errNotRead
		}
	}
}

var errNotRead = desk.Errorf(desk.Forbidden, "This conversation now belongs to somebody who has signed in. Sign in to go on.")

// checkReads refuses a visitor who no longer reads the ticket, which is locked.
func checkReads(ctx context.Context, tx *tx, who fileClaim) error {
	var where clauses
	where.add(`t.id = ?`, who.id)
	who.visitor.reads(&where)
	var reads bool
	err := get(ctx, tx, &reads, `SELECT EXISTS (SELECT 1 FROM tickets t WHERE `+where.text()+`)`, where.args...)
	if err != nil {
		return fmt.Errorf("look who reads ticket %d: %w", who.id, err)
	}
	if !reads {
		return errNotRead
	}
	return nil
}

// Actor is the visitor, as who acts on the ticket.
func (t *VisitorTicket) Actor() desk.Actor {
	return desk.Actor{Kind: desk.ByCustomer, ID: t.Customer, Name: t.Name}
}

// visitorTicket takes a constant condition; its values are parameters.
func (s *Store) visitorTicket(ctx context.Context, condition string, v Visitor, args ...any) (VisitorTicket, error) {
	var t VisitorTicket
	var session, identity []byte
	err := s.db.QueryRowxContext(ctx, s.db.bind(`
		SELECT t.id, t.public_id, t.status, t.unread_customer, t.customer_id, c.name, COALESCE(t.merged_into, 0),
			t.widget_session, t.identity
		FROM tickets t
		JOIN customers c ON c.id = t.customer_id
		WHERE `+condition), args...).
		Scan(&t.ID, &t.PublicID, &t.Status, &t.Unread, &t.Customer, &t.Name, &t.merged, &session, &identity)
	if noRows(err) {
		return VisitorTicket{}, errNoTicket
	}
	if err != nil {
		return VisitorTicket{}, fmt.Errorf("look up a visitor's ticket: %w", err)
	}
	mine, proven := v.columns()
	t.Owned = len(mine) > 0 && bytes.Equal(session, mine) || len(proven) > 0 && bytes.Equal(identity, proven)
	return t, nil
}
