package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/store"
)

// searches are what people look for; each message of the desk has the common words.
func searches(tickets int) []struct{ what, text string } {
	some := fmt.Sprint(tickets / 3)
	return []struct{ what, text string }{
		{"a word of every message", "parcel "},
		{"two words of every message", "parcel please "},
		{"a word of few messages", "x" + some[:2] + " " + some + " "},
		{"the same with a common word", "parcel " + some + " "},
		{"the beginning of a common word", "parc"},
		{"the beginning of many words", "ticket " + some[:2]},
		{"a phrase", `"could you have a look" `},
		{"a phrase of few messages", `"of ticket ` + some + `" `},
		{"a common word, of open tickets", "parcel status:open "},
		{"a customer", "from:customer" + some},
	}
}

// search asks for the first page of what is found in a fifth of the large desk's messages, and measures what it
// costs to index them.
func search(ctx context.Context, b *bench) ([]line, error) {
	d, err := b.desk(ctx, b.size.large/5)
	if err != nil {
		return nil, err
	}
	var rebuilt store.Rebuilt
	used, err := cpuOf(ctx, 1, func() error {
		rebuilt, err = d.store.RebuildSearch(ctx, func(int64, int64) {})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	lines := []line{{
		what: fmt.Sprintf("indexing one of %s messages, CPU", count(int(rebuilt.Messages))), bar: "",
		measured: short(used / time.Duration(rebuilt.Messages)),
	}}
	var all []time.Duration
	var measured []line
	err = b.profiled(func() error {
		for _, s := range searches(b.size.large / 5) {
			took, err := d.look(ctx, s.text, b.size.calls)
			if err != nil {
				return err
			}
			all = append(all, took...)
			measured = append(measured, line{what: s.what, measured: short(percentile(took, 50))})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	palette := page{d.site, "/palette?q=parc", d.cookie}
	used, err = cpuOf(ctx, b.size.calls, palette.call(ctx))
	measured = append(measured, line{what: "the command palette's answer, CPU", bar: "≤ 50 ms", measured: short(used)})
	slices.Sort(all)
	lines = append(lines, line{what: "p50 of all searches below", bar: "≤ 5 ms", measured: short(percentile(all, 50))})
	return append(lines, measured...), err
}

// look searches again and again and returns how long each took, in ascending order.
func (d *filled) look(ctx context.Context, text string, calls int) ([]time.Duration, error) {
	took := make([]time.Duration, calls)
	for i := range took {
		began := time.Now()
		_, err := d.store.Tickets(ctx, store.TicketQuery{Team: d.team, User: d.user, Text: text, Limit: 50, Now: began, View: store.ViewAll})
		if err != nil {
			return nil, fmt.Errorf("search %q: %w", text, err)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took, nil
}
