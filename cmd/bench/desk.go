package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
)

// size says how much is measured.
type size struct {
	small, large int // tickets of the two desks
	messages     int // of each ticket
	thread       int // messages of the longest ticket
	calls        int // pages per measurement
	events       int // messages that customers write
	threads      int // tickets that they write to
	past         int // events that are replayed
	viewers      int // visitors with a live page
	benchTime    string
}

func fullSize() size {
	return size{small: 10_000, large: 1_000_000, messages: 5, thread: 5_000, calls: 400, events: 10_000, threads: 2_048, past: 100_000, viewers: 2_000, benchTime: "1s"}
}

func quickSize() size {
	return size{small: 200, large: 1_000, messages: 5, thread: 60, calls: 5, events: 128, threads: 64, past: 400, viewers: 50, benchTime: "100x"}
}

// bench is one run of this program.
type bench struct {
	size    size
	dir     string
	desks   map[int]*filled
	profile string
}

func (b *bench) close() error {
	var errs []error
	for _, d := range b.desks {
		errs = append(errs, d.close())
	}
	return errors.Join(errs...)
}

// filled is an open desk with many tickets, and the whole site in front of it.
type filled struct {
	config store.Config
	store  *store.Store
	team   int64
	user   int64
	widget string // its token
	cookie *http.Cookie
	site   *site

	published bool // the workflows of the figure about messages
}

// desk fills a desk at its first use; figures share it.
func (b *bench) desk(ctx context.Context, tickets int) (*filled, error) {
	if d, ok := b.desks[tickets]; ok {
		return d, nil
	}
	d := &filled{config: store.Config{Dir: filepath.Join(b.dir, strconv.Itoa(tickets))}}
	b.desks[tickets] = d
	err := d.fill(ctx, b, tickets)
	return d, err
}

// fill opens the desk and fills it; it is to be closed in any case.
func (d *filled) fill(ctx context.Context, b *bench, tickets int) error {
	d.config.URL, d.config.Log = "http://desk.test", slog.New(slog.DiscardHandler)
	if err := d.open(ctx); err != nil {
		return err
	}
	if err := d.people(ctx); err != nil {
		return err
	}
	err := storetest.Fill(ctx, d.config, storetest.Filling{
		Team: d.team, Tickets: tickets, Messages: b.size.messages, Users: users, Roles: roles, Now: time.Now(),
	})
	if err != nil {
		return fmt.Errorf("fill desk with %d tickets: %w", tickets, err)
	}
	d.cookie, err = d.site.signIn(ctx, d.user, d.team)
	return err
}

func (d *filled) open(ctx context.Context) (err error) {
	if d.store, err = store.Open(ctx, d.config); err != nil {
		return fmt.Errorf("open desk: %w", err)
	}
	d.site, err = newSite(ctx, d.store, d.config.URL)
	return err
}

func (d *filled) close() error {
	if d.store == nil {
		return nil
	}
	err := d.store.Close()
	d.store = nil
	return err
}

const users, roles = 8, 2

// people sets the desk up with users 1 to 8 and roles 1 and 2; the first user is in both roles.
func (d *filled) people(ctx context.Context) error {
	made, err := d.store.Setup(ctx, store.NewDesk{Team: "Bench", AdminEmail: "user1@desk.test", AdminName: "User 1"})
	if err != nil {
		return fmt.Errorf("set up desk: %w", err)
	}
	d.team, d.user, d.widget = made.TeamID, made.UserID, made.WidgetToken
	for i := 2; i <= users; i++ {
		_, err := d.store.AddUser(ctx, store.NewUser{
			TeamID: d.team, Email: fmt.Sprintf("user%d@desk.test", i), Name: fmt.Sprintf("User %d", i),
		})
		if err != nil {
			return fmt.Errorf("add user: %w", err)
		}
	}
	for i := 1; i <= roles; i++ {
		role, err := d.store.AddRole(ctx, d.team, fmt.Sprintf("Role %d", i))
		if err != nil {
			return fmt.Errorf("add role: %w", err)
		}
		if err := d.store.AddRoleMember(ctx, d.team, role, d.user); err != nil {
			return fmt.Errorf("add role member: %w", err)
		}
	}
	return nil
}
