package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// What comes in from outside counts apart from what the team uploads: a flood must not keep agents from working.
const (
	visitorHour  = 100 << 20 // bytes of one visitor within an hour
	addressHour  = 200 << 20 // of one client address to one team: visitors can be made up, addresses less so
	visitorsHour = 1 << 30   // of all visitors of a team
)

// countVisitor counts bytes that come in, whatever becomes of them.
func (s *Store) countVisitor(ctx context.Context, n *VisitorFile, size int64) error {
	for _, of := range []struct {
		who   string
		limit int64
	}{
		{n.sender(), visitorHour},
		{n.Address, addressHour},
		{"all", visitorsHour}, // last: what another limit refuses must not use it up
	} {
		if of.who == "" {
			continue
		}
		key := sha256.Sum256(fmt.Appendf(nil, "uploads of visitors\x00%d\x00%d\x00%s", n.TeamID, of.limit, of.who))
		total, reset, err := s.Add(ctx, hex.EncodeToString(key[:16]), time.Hour, int(size), s.now())
		if err != nil {
			return err
		}
		if int64(total) > of.limit {
			return tooMuch(reset.Sub(s.now()))
		}
	}
	return nil
}

// sender is whose bytes count together, "" when nobody knows.
func (n *VisitorFile) sender() string {
	switch key := n.Visitor.fileKey(); {
	case key != nil:
		return "visitor " + hex.EncodeToString(key)
	case n.TicketID != 0:
		return fmt.Sprintf("ticket %d", n.TicketID)
	}
	return ""
}

// later is a refusal that knows when to come back.
type later struct {
	error

	after time.Duration
}

func (e later) Unwrap() error { return e.error }

// RetryAfter is how long to wait before the next try.
func (e later) RetryAfter() time.Duration { return e.after }

func tooMuch(after time.Duration) error {
	return later{desk.Errorf(desk.Throttled,
		"That is very much within an hour. Try again in %d min, or send a link to the file.", int(after.Minutes())+1), after}
}
