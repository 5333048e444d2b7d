package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"signalbox/workflow/desk"
)

// threadLength is how many messages an ordinary ticket has.
const threadLength = 30

func ticket(ctx context.Context, b *bench) ([]line, error) {
	d, err := b.desk(ctx, b.size.large)
	if err != nil {
		return nil, err
	}
	path, err := thread(ctx, d, b.size.large, threadLength)
	if err != nil {
		return nil, err
	}
	longPath, err := thread(ctx, d, b.size.large-1, b.size.thread)
	if err != nil {
		return nil, err
	}
	whole := page{d.site, path + "?view=waiting", d.cookie}
	file, bytes, err := whole.plain(ctx, d.site)
	if err != nil {
		return nil, err
	}
	pane, long := page{fragment(d.site), path, d.cookie}, page{fragment(d.site), longPath, d.cookie}
	var used []time.Duration
	err = b.profiled(func() (err error) {
		used, err = cpuEach(ctx, b.size.calls, whole.call(ctx), file.call(ctx), pane.call(ctx), long.call(ctx))
		return err
	})
	if err != nil {
		return nil, err
	}
	return []line{
		against("server CPU, whole page, ÷ same bytes as a file", "≤ 1 ms", used[0], used[1]),
		against("server CPU, the pane alone, as htmx asks for it", "≤ 1 ms", used[2], used[1]),
		against("the pane of a ticket of "+strconv.Itoa(b.size.thread)+" messages", "≤ 1 ms", used[3], used[1]),
		{what: "page, not packed", measured: fmt.Sprintf("%d kB", bytes>>10)},
	}, nil
}

// fragment asks as htmx does.
func fragment(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("HX-Request", "true")
		next.ServeHTTP(w, r)
	})
}

// thread gives a ticket its full length, with a change of its status here and there, and returns its address.
func thread(ctx context.Context, d *filled, number, length int) (string, error) {
	t, err := d.store.Ticket(ctx, d.team, int64(number))
	if err != nil {
		return "", fmt.Errorf("find ticket to measure: %w", err)
	}
	agent := desk.Agent(d.user, "User 1")
	for i := t.MessageCount; i < length; i++ {
		by := agent
		if i%2 == 0 {
			by = desk.Actor{Kind: desk.ByCustomer, ID: t.Customer.ID, Name: t.Customer.Name}
		}
		message := desk.AddMessage{Body: fmt.Sprintf("Message %d: the parcel has still not arrived.\nCould you look again?", i)}
		if _, err := d.store.ChangeTicket(ctx, by, d.team, t.ID, message); err != nil {
			return "", fmt.Errorf("lengthen thread: %w", err)
		}
		if i%10 == 0 {
			to := desk.SetStatus{To: []desk.Status{desk.Open, desk.Pending}[i/10%2]}
			if _, err := d.store.ChangeTicket(ctx, agent, d.team, t.ID, to); err != nil {
				return "", fmt.Errorf("change status: %w", err)
			}
		}
	}
	return "/tickets/" + strconv.Itoa(number), nil
}
