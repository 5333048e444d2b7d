package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// writers is how many customers wait for their answer at any moment.
const writers = 32

func messages(ctx context.Context, b *bench) ([]line, error) {
	var lines []line
	var first float64
	for _, tickets := range []int{b.size.small, b.size.large} {
		d, err := b.desk(ctx, tickets)
		if err != nil {
			return nil, err
		}
		m, err := measureMessages(ctx, b, d)
		if err != nil {
			return nil, err
		}
		at := ", " + count(tickets) + " tickets"
		bar, lateBar, share := "≥ 2500/s", "≤ 25 ms", "≥ 0.60"
		if first == 0 {
			first = m.rate
		} else {
			bar, lateBar, share = "", "", ""
			lines = append(lines, line{
				"events, " + count(tickets) + " tickets ÷ " + count(b.size.small), "", rate(m.rate), rate(first), ratio(m.rate, first),
			})
		}
		lines = append(lines,
			line{"events accepted and processed" + at, bar, rate(m.rate), "", ""},
			line{"the same ÷ its bare writes" + at, share, rate(m.rate), rate(m.floorRate), ratio(m.rate, m.floorRate)},
			against("CPU per event"+at, "", m.cpu, m.floorCPU),
			line{"ack p50 and p99, 32 writers" + at, lateBar, short(percentile(m.acks, 50)) + ", " + short(percentile(m.acks, 99)), "", ""},
		)
	}
	return lines, nil
}

type measuredMessages struct {
	rate, floorRate float64
	cpu, floorCPU   time.Duration
	acks            []time.Duration
}

// measureMessages lets customers write while the engine runs, until all that they wrote is processed; then
// the same writes are made by the floor.
func measureMessages(ctx context.Context, b *bench, d *filled) (measuredMessages, error) {
	var m measuredMessages
	if err := d.publish(ctx); err != nil {
		return m, err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.site.engine.Run(running) }()
	err := func() error {
		c, err := newCustomers(ctx, d, d.here, b.size.threads)
		if err != nil {
			return err
		}
		if err := c.write(ctx, b.size.events/4, &measuredMessages{}); err != nil { // warms up
			return err
		}
		return b.profiled(func() error { return c.write(ctx, b.size.events, &m) })
	}()
	stop()
	if ended := <-ended; err == nil {
		err = ended
	}
	if err != nil {
		return m, err
	}
	err = m.measureFloor(ctx, d, b.size.events)
	return m, err
}

func (m *measuredMessages) measureFloor(ctx context.Context, d *filled, events int) error {
	floor, err := storetest.OpenFloor(ctx, d.config)
	if err != nil {
		return err
	}
	defer func() { _ = floor.Close() }()
	if err := floor.Replay(ctx, d.team, events/4); err != nil { // warms up
		return err
	}
	started := time.Now()
	m.floorCPU, err = cpuOf(ctx, 1, func() error { return floor.Replay(ctx, d.team, events) })
	m.floorCPU /= time.Duration(events)
	m.floorRate = float64(events) / time.Since(started).Seconds()
	return err
}

// customers are browser sessions with open tickets.
type customers struct {
	desk     *filled
	post     poster
	sessions [writers]string
	tickets  [writers][]string
}

// poster takes a customer's request to a desk and returns what that answered.
type poster func(client int, r *http.Request) (status int, body []byte, err error)

// here is the poster of the site in this process.
func (d *filled) here(_ int, r *http.Request) (int, []byte, error) {
	w := httptest.NewRecorder()
	d.site.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes(), nil
}

func newCustomers(ctx context.Context, d *filled, post poster, tickets int) (*customers, error) {
	c := &customers{desk: d, post: post}
	for i := range c.sessions {
		c.sessions[i] = fmt.Sprintf("0199a0b0-0000-7000-8000-%012d", i)
	}
	_, _, err := load(ctx, writers, tickets, func(client, _ int) error {
		id, err := c.send(ctx, client, "")
		c.tickets[client] = append(c.tickets[client], id)
		return err
	})
	return c, err
}

// write sends n messages in all and waits until the workflows have run on each.
func (c *customers) write(ctx context.Context, n int, m *measuredMessages) error {
	before, err := cpu()
	if err != nil {
		return err
	}
	started := time.Now()
	m.acks, _, err = load(ctx, writers, n, func(client, call int) error {
		mine := c.tickets[client]
		_, err := c.send(ctx, client, mine[call%len(mine)])
		return err
	})
	if err != nil {
		return err
	}
	err = until(ctx, 2*time.Millisecond, func() (bool, error) {
		waiting, err := c.desk.store.Pending(ctx, time.Now(), 1)
		return len(waiting) == 0, err
	})
	if err != nil {
		return fmt.Errorf("wait for the workflows: %w", err)
	}
	m.rate = float64(len(m.acks)) / time.Since(started).Seconds()
	after, err := cpu()
	m.cpu = (after - before) / time.Duration(len(m.acks))
	return err
}

// send posts a message as the widget does and returns the ticket's id; "" opens a new ticket.
func (c *customers) send(ctx context.Context, client int, ticket string) (string, error) {
	call := map[string]any{
		"widget_session_id": c.sessions[client], "distinct_id": c.sessions[client],
		"message": "The parcel has still not arrived.", "traits": map[string]any{"name": "Joe", "email": "joe@example.com"},
	}
	if ticket != "" {
		call["ticket_id"] = ticket
	}
	body, err := json.Marshal(call)
	if err != nil {
		return "", fmt.Errorf("encode message: %w", err)
	}
	const path = "/api/conversations/v1/widget/message"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("write message: %w", err)
	}
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Conversations-Token", c.desk.widget)

	status, body, err := c.post(client, r)
	if err != nil {
		return "", fmt.Errorf("send message: %w", err)
	}
	var answer struct {
		TicketID desk.ID `json:"ticket_id"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK {
		return "", fmt.Errorf("message answered %d: %s", status, body)
	}
	return answer.TicketID.String(), nil
}
