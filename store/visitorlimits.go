package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"time"

	"signalbox/workflow/desk"
)

// What comes in from outside counts apart from what the team uploads: a flood must not keep agents from working.
const (
	visitorHour  = 100 << 20 // bytes of one visitor within an hour
	addressHour  = 200 << 20 // of one client address to one team: visitors can be made up, addresses less so
	visitorsHour = 1 << 30   // of all visitors of a team
)

// byteLimit is how many bytes may come in within an hour under a key of the counters.
type byteLimit struct {
	key  string
	most int64
}

func (n *VisitorFile) limits() []byteLimit {
	var limits []byteLimit
	for _, of := range []struct {
		who  string
		most int64
	}{
		{n.sender(), visitorHour},
		{n.Address, addressHour},
		{"all", visitorsHour},
	} {
		if of.who != "" {
			key := sha256.Sum256(fmt.Appendf(nil, "uploads of visitors\x00%d\x00%d\x00%s", n.TeamID, of.most, of.who))
			limits = append(limits, byteLimit{hex.EncodeToString(key[:16]), of.most})
		}
	}
	return limits
}

// countVisitor counts bytes that come in; what it refuses does not count.
func (s *Store) countVisitor(ctx context.Context, n *VisitorFile, size int64) error {
	limits, now := n.limits(), s.now()
	for i, l := range limits {
		total, reset, err := s.Add(ctx, l.key, time.Hour, int(size), now)
		if err != nil {
			s.recount(ctx, limits[:i], -size, now)
			return err
		}
		if int64(total) > l.most {
			s.recount(ctx, limits[:i+1], -size, now)
			return tooMuch(reset.Sub(now))
		}
	}
	return nil
}

// recount puts right by how many bytes the count of an upload was wrong that began at the given time, whether or not
// its client is there still. What was counted in an hour that has passed is forgotten already.
func (s *Store) recount(ctx context.Context, limits []byteLimit, by int64, began time.Time) {
	now := s.now()
	if by == 0 || !now.Before(windowEnd(time.Hour, began)) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	for _, l := range limits {
		if _, _, err := s.Add(ctx, l.key, time.Hour, int(by), now); err != nil {
			s.config.Log.WarnContext(ctx, "bytes of an upload were not counted right", slog.Any("error", err))
		}
	}
}

// arriving counts the bytes of a body.
type arriving struct {
	io.Reader

	bytes int64
}

func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	a.bytes += int64(n)
	return n, err
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
