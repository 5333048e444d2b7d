package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"sync/atomic"

	"signalbox/store/storetest"
)

// processes compares two programs that share a PostgreSQL with one, and looks at what became of each message.
func processes(ctx context.Context, b *bench) (_ []line, err error) {
	place, drop, err := storetest.Scratch(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	place.Dir = filepath.Join(b.dir, "shared")
	d := &filled{config: place}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.fill(ctx, b, b.size.small); err != nil {
		return nil, err
	}
	if err := d.publish(ctx); err != nil {
		return nil, err
	}

	var one, two trial
	for range rounds { // in turn, so that what disturbs one disturbs both
		if err := one.run(ctx, b, d, 1); err != nil {
			return nil, err
		}
		if err := two.run(ctx, b, d, 2); err != nil {
			return nil, err
		}
	}
	after, err := storetest.ReadAudit(ctx, d.config, d.team)
	if err != nil {
		return nil, err
	}
	sent := int(one.sent.Load() + two.sent.Load())
	return []line{
		{what: "events accepted and processed, one program", measured: rate(one.best)},
		{"two programs ÷ one", "≥ 1.00", rate(two.best), rate(one.best), ratio(two.best, one.best)},
		{what: "messages of them all", measured: count(sent)},
		{what: "those lost, out of order, half done", bar: "0, 0, 0", measured: fmt.Sprintf(
			"%d, %d, %d", sent-after.Processed, after.Disordered, after.Torn)},
	}, nil
}

// trial is what so many programs did together.
type trial struct {
	best float64 // events a second
	sent atomic.Int64
}

// run starts n programs and lets customers write to them.
func (t *trial) run(ctx context.Context, b *bench, d *filled, n int) (err error) {
	binary, err := b.build(ctx)
	if err != nil {
		return err
	}
	var programs []*child
	defer func() {
		for _, c := range programs {
			err = errors.Join(err, c.stop())
		}
	}()
	for range n {
		c, err := startOf(ctx, binary, d.config.Dir, "--database", d.config.Database, "--widget-session-calls", "0",
			"--widget-address-calls", "0", "--widget-address-writes", "0", "--widget-team-writes", "0")
		if err != nil {
			return err
		}
		programs = append(programs, c)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}}
	defer client.CloseIdleConnections()
	c, err := newCustomers(ctx, d, t.poster(client, programs), max(b.size.threads/4, writers))
	if err != nil {
		return err
	}
	var m measuredMessages
	err = c.write(ctx, b.size.events/4, &m)
	t.best = max(t.best, m.rate)
	return err
}

// poster gives each program its share of the customers.
func (t *trial) poster(client *http.Client, programs []*child) poster {
	return func(customer int, r *http.Request) (int, []byte, error) {
		at, err := url.Parse(programs[customer%len(programs)].url)
		if err != nil {
			return 0, nil, fmt.Errorf("read address of a program: %w", err)
		}
		r.URL.Scheme, r.URL.Host = at.Scheme, at.Host
		answer, err := client.Do(r)
		if err != nil {
			return 0, nil, fmt.Errorf("write to a program: %w", err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err == nil && answer.StatusCode == http.StatusOK {
			t.sent.Add(1)
		}
		return answer.StatusCode, body, err
	}
}
