package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// NewTicket is what a door knows about a ticket that a customer, or an agent on their behalf, opens.
type NewTicket struct {
	Subject  string
	Channel  desk.Channel
	Mailbox  string
	Priority desk.Priority
	Customer CustomerInput
	Body     string
	Files    []desk.File // uploaded before, for no ticket; only their ids are believed
	Visitor  Visitor     // who reads it in a browser, zero at other doors
	SentAt   time.Time   // what the sender's clock said, zero when unknown
}

// CustomerInput is what a door was told about a person. None of it is proven.
type CustomerInput struct {
	Name       string
	Email      string
	DistinctID string
	Traits     map[string]any
}

// Opened is a ticket as it was saved with its first message.
type Opened struct {
	Ticket  desk.Ticket
	Message desk.Message
}

// OpenTicket saves a new ticket with its first message, its events and its records in one
// transaction. The zero Actor stands for the customer.
func (s *Store) OpenTicket(ctx context.Context, by desk.Actor, team int64, n NewTicket) (Opened, error) {
	n.Customer.Email = strings.ToLower(strings.TrimSpace(n.Customer.Email))
	var opened Opened
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		var err error
		opened, err = s.openTicket(ctx, tx, by, team, n)
		return err
	})
	return opened, err
}

func (s *Store) openTicket(ctx context.Context, tx *tx, by desk.Actor, team int64, n NewTicket) (Opened, error) {
	now := s.now()
	opening := desk.Opening{
		PublicID: s.newID(), TeamID: team, Subject: n.Subject, Channel: n.Channel, Mailbox: n.Mailbox, Priority: n.Priority,
		Customer: desk.Customer{Name: n.Customer.Name, Email: n.Customer.Email, DistinctID: n.Customer.DistinctID},
		Message:  desk.AddMessage{ID: s.newID(), Body: n.Body, SentAt: n.SentAt},
	}
	var err error
	if opening.Message.Files, err = s.openingFiles(ctx, tx, by, team, &n); err != nil {
		return Opened{}, err
	}
	// Asked before anything is written: a refusal then costs the batch nothing.
	if _, _, err := desk.OpenTicket(by, now, opening); err != nil {
		return Opened{}, err
	}

	if by.Kind == "" || by.Kind == desk.ByCustomer {
		if err := checkSender(ctx, tx, team, &n); err != nil {
			return Opened{}, err
		}
	}

	if err := s.takeNumber(ctx, tx, &opening); err != nil {
		return Opened{}, err
	}
	customer, err := s.customerFor(ctx, tx, team, n)
	if err != nil {
		return Opened{}, err
	}
	opening.Customer = customer
	if by.Kind == "" {
		by = customerActor(customer)
	}

	t, outcome, err := desk.OpenTicket(by, now, opening)
	if err != nil {
		return Opened{}, err
	}
	if t.ID, err = insertTicket(ctx, tx, &t, n.Visitor); err != nil {
		return Opened{}, err
	}
	if err := s.saveOutcome(ctx, tx, saved{before: nil, after: &t, by: by, outcome: outcome}); err != nil {
		return Opened{}, err
	}
	return Opened{Ticket: t, Message: outcome.Messages[0]}, nil
}

func customerActor(c desk.Customer) desk.Actor {
	return desk.Actor{Kind: desk.ByCustomer, ID: c.ID, Name: c.Name}
}

// takeNumber allocates the ticket's number; the team's row stays locked until the commit, so numbers have no gaps.
func (s *Store) takeNumber(ctx context.Context, tx *tx, o *desk.Opening) error {
	var row struct {
		Number    int64 `db:"last_number"`
		PausesSLA bool  `db:"pauses_sla"`
	}
	err := tx.returning(ctx, &row, `
		UPDATE teams
		SET last_number = last_number + 1
		WHERE id = ?
		RETURNING last_number, pauses_sla`, o.TeamID)
	if noRows(err) {
		return desk.Errorf(desk.NotFound, "There is no team %d.", o.TeamID)
	}
	if err != nil {
		return fmt.Errorf("take a ticket number of team %d: %w", o.TeamID, err)
	}
	o.Number, o.PausesSLA = row.Number, row.PausesSLA
	return nil
}

func insertTicket(ctx context.Context, tx *tx, t *desk.Ticket, reader Visitor) (int64, error) {
	session, identity := reader.columns()
	id, err := tx.insert(ctx, `
		INSERT INTO tickets (public_id, team_id, number, customer_id, subject, channel, mailbox, status, priority,
			message_count, last_message_at, last_message_text, unread_team, unread_customer, thread_at,
			first_response_at, created_at, updated_at, widget_session, identity)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING id`,
		t.PublicID, t.TeamID, t.Number, t.Customer.ID, t.Subject, t.Channel, t.Mailbox, t.Status, t.Priority,
		t.MessageCount, t.LastMessageAt, t.LastMessageText, t.UnreadTeam, t.UnreadCustomer, t.ThreadAt,
		t.FirstResponseAt, t.CreatedAt, t.UpdatedAt, session, identity)
	if err != nil {
		return 0, fmt.Errorf("insert ticket %d of team %d: %w", t.Number, t.TeamID, err)
	}
	return id, nil
}

// customerFor finds or makes the customer. A distinct_id is anybody's claim, so it is joined to an
// existing person only when the email is the same too: otherwise a stranger could have somebody
// else's answers mailed to himself. One that the site signed is a person of its own.
func (s *Store) customerFor(ctx context.Context, tx *tx, team int64, n NewTicket) (desk.Customer, error) {
	if n.Visitor.Identity != "" {
		n.Customer.DistinctID = n.Visitor.Identity
		return s.verifiedCustomer(ctx, tx, team, n.Customer)
	}
	c, err := findCustomer(ctx, tx, team, n.Customer)
	if noRows(err) {
		return s.insertCustomer(ctx, tx, team, n.Customer, false)
	}
	return c, err
}

func (s *Store) insertCustomer(ctx context.Context, tx *tx, team int64, in CustomerInput, verified bool) (desk.Customer, error) {
	traits, err := json.Marshal(in.Traits)
	if err != nil {
		return desk.Customer{}, fmt.Errorf("encode traits: %w", err)
	}
	c := desk.Customer{PublicID: s.newID(), Name: in.Name, Email: in.Email, DistinctID: in.DistinctID}
	c.ID, err = tx.insert(ctx, `
		INSERT INTO customers (public_id, team_id, name, email, domain, distinct_id, traits, verified, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING id`, c.PublicID, team, c.Name, c.Email, desk.DomainOf(c.Email), c.DistinctID, string(traits), verified, s.now())
	if err != nil {
		return desk.Customer{}, fmt.Errorf("insert customer: %w", err)
	}
	return c, nil
}
