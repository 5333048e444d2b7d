package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/google/uuid"

	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// heartbeat is how often a stream asks whether it goes on: see web.Stream.
const heartbeat = 25 * time.Second

// crowd are visitors with a live page each, and the server that they look at.
type crowd struct {
	store  *store.Store
	site   *site
	widget store.Widget
	listen net.Listener
	pages  []*livePage
	end    func() error
}

// visitors measures what live pages of visitors cost in one process.
func visitors(ctx context.Context, b *bench) (_ []line, err error) {
	c, err := gather(ctx, filepath.Join(b.dir, "visitors"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.end()) }()
	if err := c.join(ctx); err != nil {
		return nil, err
	}
	alone, err := cpuEach(ctx, b.size.calls, c.tell)
	if err != nil {
		return nil, err
	}
	before := inUse()
	for len(c.pages) < b.size.viewers {
		if err := c.join(ctx); err != nil {
			return nil, err
		}
	}
	each := (inUse() - before) / uint64(b.size.viewers-1)
	var used []time.Duration
	err = b.profiled(func() (err error) {
		used, err = cpuEach(ctx, b.size.calls, c.tell, c.beat(ctx))
		return err
	})
	if err != nil {
		return nil, err
	}
	share := float64(used[1]) * float64(b.size.viewers) / float64(heartbeat)
	return []line{
		{what: fmt.Sprintf("memory of each of %d live pages, its own end included", b.size.viewers), bar: "≤ 30 kB", measured: fmt.Sprintf("%d kB", each>>10)},
		against("CPU until one of them has been told, ÷ told when it is the only one", "", used[0], alone[0]),
		{what: "CPU of asking all of them whether they go on, of one core", measured: fmt.Sprintf("%.2f%%", share*100)},
	}, nil
}

func gather(ctx context.Context, dir string) (*crowd, error) {
	s, err := store.Open(ctx, store.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	c := &crowd{store: s}
	made, err := s.Setup(ctx, store.NewDesk{Team: "Bench", AdminEmail: "ann@desk.test", AdminName: "Ann", PasswordHash: "x"})
	if err == nil {
		c.widget, err = s.Widget(ctx, made.TeamID)
	}
	if err == nil {
		c.site, err = newSite(ctx, s, "http://desk.test")
	}
	if err == nil {
		c.listen, err = web.Listen(ctx, "127.0.0.1:0")
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- web.Serve(serving, c.listen, c.site, slog.New(slog.DiscardHandler)) }()
	c.end = func() error {
		stop()
		for _, p := range c.pages {
			_ = p.conn.Close()
		}
		return errors.Join(<-served, s.Close())
	}
	return c, nil
}

// livePage is a visitor's end of a stream.
type livePage struct {
	conn   net.Conn
	lines  *bufio.Reader
	ticket int64
}

// join brings one more visitor, with a ticket.
func (c *crowd) join(ctx context.Context) error {
	session := uuid.NewString()
	sum := sha256.Sum256([]byte(session))
	opened, err := c.store.OpenTicket(ctx, desk.Actor{}, c.widget.TeamID, store.NewTicket{
		Channel: desk.Widget, Body: "Hello", Customer: store.CustomerInput{DistinctID: session}, Visitor: store.Visitor{Session: sum[:]},
	})
	if err != nil {
		return fmt.Errorf("open a visitor's ticket: %w", err)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.listen.Addr().String())
	if err != nil {
		return fmt.Errorf("open a live page: %w", err)
	}
	p := &livePage{conn, bufio.NewReaderSize(conn, 16), opened.Ticket.ID}
	c.pages = append(c.pages, p)
	_, err = io.WriteString(conn, "GET /api/conversations/v1/widget/events?token="+c.widget.Token+"&widget_session_id="+session+
		" HTTP/1.1\r\nHost: desk.test\r\nAccept-Encoding: gzip\r\n\r\n")
	if err != nil {
		return fmt.Errorf("open a live page: %w", err)
	}
	return p.read("id: open")
}

// read reads up to a line.
func (p *livePage) read(line string) error {
	for {
		text, err := p.lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("a live page broke off: %w", err)
		}
		if strings.HasPrefix(text, line) {
			return nil
		}
	}
}

// tell says that something changed for the first visitor, and waits until they know.
func (c *crowd) tell() error {
	p := c.pages[0]
	widget.Announce(c.site.hub, store.Note{TeamID: c.widget.TeamID, TicketID: p.ticket, Number: 1, Public: true})
	return p.read("data:")
}

// beat asks the desk what a stream asks it with each heartbeat.
func (c *crowd) beat(ctx context.Context) func() error {
	visitor := store.Visitor{Session: make([]byte, sha256.Size)}
	return func() error {
		if _, err := c.store.WidgetByToken(ctx, c.widget.Token); err != nil {
			return err
		}
		_, err := c.store.VisitorTickets(ctx, c.widget.TeamID, visitor)
		return err
	}
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC() // the second one shrinks stacks and empties pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
