package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

const ticketColumns = `
	t.id, t.public_id, t.team_id, t.number, t.subject, t.channel, t.mailbox, t.status, t.priority,
	t.assignee_kind, t.assignee_id, t.tags, t.sla_due_at, t.sla_left, t.sla_stage, t.snoozed_until, t.snoozed_until_reply,
	t.message_count, t.last_message_at, t.last_message_text, t.unread_team, t.unread_customer, t.thread_at,
	t.first_response_at, t.last_resolved_at, t.created_at, t.updated_at,
	COALESCE(t.merged_into, 0) AS merged_into, m.pauses_sla, m.timezone,
	c.id AS customer_id, c.public_id AS customer_public_id, c.name AS customer_name,
	c.email AS customer_email, c.distinct_id AS customer_distinct_id`

const ticketTables = `
	tickets t
	JOIN customers c ON c.id = t.customer_id
	JOIN teams m ON m.id = t.team_id`

// lineColumns are what a list shows of a ticket, and what it is sorted by: half of a row's columns cost half as much.
const lineColumns = `
	t.id, t.team_id, t.number, t.subject, t.channel, t.status, t.priority, t.assignee_kind, t.assignee_id, t.tags,
	t.sla_due_at, t.sla_left, t.last_message_text, t.unread_team, t.created_at, t.updated_at, c.id, c.name, c.email`

type ticketRow struct {
	ID              int64
	PublicID        desk.ID
	TeamID          int64
	Number          int64
	Subject         string
	Channel         desk.Channel
	Mailbox         string
	Status          desk.Status
	Priority        desk.Priority
	AssigneeKind    desk.AssigneeKind
	AssigneeID      int64
	Tags            string
	SLADueAt        micros
	SLALeft         *int64
	SLAStage        desk.SLAStage
	SnoozedUntil    micros
	SnoozedByReply  bool
	MessageCount    int
	LastMessageAt   micros
	LastMessageText string
	UnreadTeam      int
	UnreadCustomer  int
	ThreadAt        micros
	FirstResponseAt micros
	LastResolvedAt  micros
	CreatedAt       micros
	UpdatedAt       micros
	MergedInto      int64
	PausesSLA       bool
	Timezone        string
	CustomerID      int64
	CustomerPublic  desk.ID
	CustomerName    string
	CustomerEmail   string
	CustomerLink    string
}

// fields are where ticketColumns go, in their order: tickets are read so often that finding fields by name shows.
func (r *ticketRow) fields() []any {
	return []any{
		&r.ID, &r.PublicID, &r.TeamID, &r.Number, &r.Subject, &r.Channel, &r.Mailbox, &r.Status,
		&r.Priority, &r.AssigneeKind, &r.AssigneeID, &r.Tags, &r.SLADueAt, &r.SLALeft, &r.SLAStage,
		&r.SnoozedUntil, &r.SnoozedByReply, &r.MessageCount, &r.LastMessageAt, &r.LastMessageText, &r.UnreadTeam, &r.UnreadCustomer,
		&r.ThreadAt, &r.FirstResponseAt, &r.LastResolvedAt, &r.CreatedAt, &r.UpdatedAt, &r.MergedInto, &r.PausesSLA,
		&r.Timezone, &r.CustomerID, &r.CustomerPublic, &r.CustomerName, &r.CustomerEmail,
		&r.CustomerLink,
	}
}

// line are where lineColumns go, in their order.
func (r *ticketRow) line() []any {
	return []any{
		&r.ID, &r.TeamID, &r.Number, &r.Subject, &r.Channel, &r.Status, &r.Priority, &r.AssigneeKind, &r.AssigneeID, &r.Tags,
		&r.SLADueAt, &r.SLALeft, &r.LastMessageText, &r.UnreadTeam, &r.CreatedAt, &r.UpdatedAt,
		&r.CustomerID, &r.CustomerName, &r.CustomerEmail,
	}
}

func (r *ticketRow) ticket() (desk.Ticket, error) {
	t := desk.Ticket{
		ID: r.ID, PublicID: r.PublicID, TeamID: r.TeamID, Number: r.Number, Subject: r.Subject,
		Channel: r.Channel, Mailbox: r.Mailbox, Status: r.Status, Priority: r.Priority,
		Assignee: desk.Assignee{Kind: r.AssigneeKind, ID: r.AssigneeID},
		SLADueAt: time.Time(r.SLADueAt), SnoozedUntil: time.Time(r.SnoozedUntil), SnoozedUntilReply: r.SnoozedByReply, PausesSLA: r.PausesSLA,
		SLAPaused: r.SLALeft != nil, SLAStage: r.SLAStage, MessageCount: r.MessageCount, LastMessageAt: time.Time(r.LastMessageAt),
		LastMessageText: r.LastMessageText, UnreadTeam: r.UnreadTeam, UnreadCustomer: r.UnreadCustomer,
		ThreadAt: time.Time(r.ThreadAt), FirstResponseAt: time.Time(r.FirstResponseAt), LastResolvedAt: time.Time(r.LastResolvedAt),
		CreatedAt: time.Time(r.CreatedAt), UpdatedAt: time.Time(r.UpdatedAt), MergedInto: r.MergedInto,
		Customer: desk.Customer{
			ID: r.CustomerID, PublicID: r.CustomerPublic, Name: r.CustomerName,
			Email: r.CustomerEmail, DistinctID: r.CustomerLink,
		},
	}
	if r.SLALeft != nil {
		t.SLALeft = time.Duration(*r.SLALeft) * time.Microsecond
	}
	if r.Tags == `[]` { // as of most
		t.Tags = []string{}
		return t, nil
	}
	if err := json.Unmarshal([]byte(r.Tags), &t.Tags); err != nil {
		return desk.Ticket{}, fmt.Errorf("read tags of ticket %d: %w", r.ID, err)
	}
	return t, nil
}

// listTickets reads all rows of a query that selects ticketColumns.
func listTickets(ctx context.Context, q queryer, query string, args ...any) ([]ticketRow, error) {
	q, back, err := borrow(ctx, q)
	if err != nil {
		return nil, err
	}
	defer back()
	found, err := q.QueryxContext(ctx, q.bind(query), arguments(args)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }()
	var rows []ticketRow
	for found.Next() {
		rows = append(rows, ticketRow{})
		if err := found.Scan(rows[len(rows)-1].fields()...); err != nil {
			return nil, err
		}
	}
	return rows, found.Err()
}

func ticketsOf(rows []ticketRow) ([]desk.Ticket, error) {
	tickets := make([]desk.Ticket, len(rows))
	for i := range rows {
		t, err := rows[i].ticket()
		if err != nil {
			return nil, err
		}
		tickets[i] = t
	}
	return tickets, nil
}

var errNoTicket = desk.Errorf(desk.NotFound, "There is no such ticket in this team.")

// Ticket returns the team's ticket of that number, or a NotFound desk.Error.
func (s *Store) Ticket(ctx context.Context, team, number int64) (desk.Ticket, error) {
	return s.findTicket(ctx, s.quick, team, `t.number = ?`, number)
}

// TicketByID returns the team's ticket of that public id, or a NotFound desk.Error.
func (s *Store) TicketByID(ctx context.Context, team int64, id desk.ID) (desk.Ticket, error) {
	return s.findTicket(ctx, s.db, team, `t.public_id = ?`, id)
}

// findTicket returns a ticket of the team and of no other. The condition is constant; its value is a parameter.
func (s *Store) findTicket(ctx context.Context, q queryer, team int64, condition string, value any) (desk.Ticket, error) {
	row, err := s.findTicketRow(ctx, q, team, condition, value)
	if err != nil {
		return desk.Ticket{}, err
	}
	return row.ticket()
}

// findTicketRow is findTicket for who needs more of the row. One that ends with ticketLock and finds nothing looks again:
// where the ticket came to another customer while it waited for the lock, PostgreSQL found no such row with the customer
// of before, but has locked the ticket.
func (s *Store) findTicketRow(ctx context.Context, q queryer, team int64, condition string, value any) (ticketRow, error) {
	var row ticketRow
	find := func() error {
		return get(ctx, q, &row, `
			SELECT `+ticketColumns+`
			FROM `+ticketTables+`
			WHERE t.team_id = ? AND `+condition, team, value)
	}
	err := find()
	if lock := s.ticketLock(); noRows(err) && lock != "" && strings.HasSuffix(condition, lock) {
		err = find()
	}
	if noRows(err) {
		return ticketRow{}, errNoTicket
	}
	if err != nil {
		return ticketRow{}, fmt.Errorf("find ticket: %w", err)
	}
	return row, nil
}

// ticketLock makes a reading statement lock the ticket, and it alone, where rows can be locked.
func (s *Store) ticketLock() string {
	if s.forUpdate() == "" {
		return ""
	}
	return ` FOR UPDATE OF t`
}

// CustomerTickets returns up to limit tickets of a customer, newest first.
func (s *Store) CustomerTickets(ctx context.Context, team, customer int64, limit int) ([]desk.Ticket, error) {
	rows, err := listTickets(ctx, s.quick, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE t.team_id = ? AND t.customer_id = ?
		ORDER BY t.created_at DESC
		LIMIT ?`, team, customer, limit)
	if err != nil {
		return nil, fmt.Errorf("list tickets of customer %d: %w", customer, err)
	}
	return ticketsOf(rows)
}
