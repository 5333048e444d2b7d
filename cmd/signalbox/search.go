package main

import (
	"context"
	"fmt"
)

type searchCommand struct {
	Rebuild searchRebuildCommand `cmd:"" help:"Make the index anew from all tickets and messages; it may run beside the server."`
}

type searchRebuildCommand struct {
	dataFlags
}

type searchRebuilt struct {
	Messages  int64 `json:"messages"`
	Documents int   `json:"documents"`
}

// Run rebuilds the index and says how far it is.
func (c *searchRebuildCommand) Run(ctx context.Context, con *console) error {
	s, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closeStore(con, s)

	last := int64(-1)
	rebuilt, err := s.RebuildSearch(ctx, func(done, all int64) {
		if percent := done * 100 / max(all, 1); percent >= last+10 && !con.json {
			last = percent
			fmt.Fprintf(con.Stdout, "%d of %d messages\n", done, all)
		}
	})
	if err != nil {
		return err
	}
	return con.say(searchRebuilt(rebuilt), "The index has %d messages and %d documents.", rebuilt.Messages, rebuilt.Documents)
}
