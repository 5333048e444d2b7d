package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// Past says what FillPast makes. The team has as many tickets as are named, numbered from 1 with ids to match.
type Past struct {
	Team    int64
	Tickets int
	Events  int
	Days    int // over which the events lie
	Now     time.Time
}

// FillPast gives an SQLite desk that Fill has filled events that are processed, with their snapshots, and records of
// what workflows wrote: tickets come up by turns, and of each event somebody's priority or a workflow's tags came.
func FillPast(ctx context.Context, c store.Config, p Past) (err error) {
	d, err := openDirect(c)
	if err != nil {
		return fmt.Errorf("open database to fill: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	event, err := tx.PrepareContext(ctx, `
		INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, state, due_at, created_at, processed_at)
		VALUES (?, ?, ?, ?, ?, ?, 'processed', ?, ?, ?)`)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { _ = event.Close() }()
	change, err := tx.PrepareContext(ctx, `
		INSERT INTO changes (team_id, ticket_id, field, before, after, actor, workflow_id, created_at)
		VALUES (?, ?, 'tags', '[]', '["seen"]', 'workflow', 1, ?)`)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { _ = change.Close() }()
	for i := range p.Events {
		h, err := p.event(i)
		if err != nil {
			return err
		}
		at := h.at.UnixMicro()
		if _, err := event.ExecContext(ctx, h.id[:], p.Team, h.ticket, h.name, h.properties, h.snapshot, at, at, at); err != nil {
			return fmt.Errorf("insert event: %w", err)
		}
		if i%4 != 1 {
			continue
		}
		if _, err := change.ExecContext(ctx, p.Team, h.ticket, at+1000); err != nil {
			return fmt.Errorf("insert change: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

type pastEvent struct {
	id                   uuid.UUID
	ticket               int64
	name                 desk.EventName
	properties, snapshot string
	at                   time.Time
}

// event is the i-th one: each ticket is opened, written to, answered and resolved, four events in a row for each of
// some tickets in turn.
func (p *Past) event(i int) (pastEvent, error) {
	const atOnce = 64 // tickets whose events interleave
	round, within := i/(4*atOnce), i%(4*atOnce)
	number := int64(round*atOnce+within%atOnce)%int64(p.Tickets) + 1
	stage := within / atOnce
	at := p.Now.Add(-time.Duration(p.Days) * 24 * time.Hour * time.Duration(p.Events-i) / time.Duration(p.Events+1)).UTC().Truncate(time.Microsecond)
	t := desk.Ticket{
		PublicID: desk.ID{0: 0x20, 12: byte(number >> 24), 13: byte(number >> 16), 14: byte(number >> 8), 15: byte(number)},
		TeamID:   p.Team, Number: number, Subject: fmt.Sprintf("Question %d about an order", number), Channel: desk.Widget,
		Status: []desk.Status{desk.New, desk.New, desk.Open, desk.Resolved}[stage], Tags: []string{}, MessageCount: 1 + stage/2,
		Customer:  desk.Customer{ID: number, Name: "Customer", Email: fmt.Sprintf("customer%d@example.com", number)},
		CreatedAt: at, UpdatedAt: at, ThreadAt: at, LastMessageAt: at,
		LastMessageText: "Hello, the parcel has not come yet; could you have a look at it, please? It should have been here a week ago.",
	}
	if stage >= 2 {
		t.Tags = []string{"seen"}
	}
	name := []desk.EventName{desk.TicketCreated, desk.MessageReceived, desk.MessageSent, desk.StatusChanged}[stage]
	properties := desk.Properties(&t)
	properties["message_content"], properties["customer_email"] = t.LastMessageText, t.Customer.Email
	properties["old_status"], properties["new_status"] = "open", string(t.Status)
	out := pastEvent{id: uuid.Must(uuid.NewV7()), ticket: number, name: name, at: at}
	snapshot, err := json.Marshal(t)
	if err != nil {
		return out, fmt.Errorf("encode snapshot: %w", err)
	}
	given, err := json.Marshal(properties)
	out.properties, out.snapshot = string(given), string(snapshot)
	return out, err
}

// ReadPast reads the events of a team as a backtest does, and does nothing with them.
func ReadPast(ctx context.Context, c store.Config, team int64) (n int, err error) {
	d, err := openDirect(c)
	if err != nil {
		return 0, fmt.Errorf("open database to read: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	rows, err := d.QueryContext(ctx, `
		SELECT id, ticket_id, name, properties, snapshot, created_at
		FROM events
		WHERE team_id = ?
		ORDER BY id`, team)
	if err != nil {
		return 0, fmt.Errorf("read events: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id, ticket, at int64
		var name, properties, snapshot string
		if err := rows.Scan(&id, &ticket, &name, &properties, &snapshot, &at); err != nil {
			return n, fmt.Errorf("read event: %w", err)
		}
		n++
	}
	return n, rows.Err()
}
