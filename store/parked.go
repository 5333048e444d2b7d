package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

const (
	parkAfter    = 5           // failures, after which an event is parked
	firstRetry   = time.Second // the wait after the first failure; each later one doubles it
	longestCause = 500         // characters
)

// failEvent records that an event could not be processed; after some attempts it is parked.
func (s *Store) failEvent(ctx context.Context, eventID int64, now time.Time, cause error) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var failed int
		err := get(ctx, tx, &failed, `
			SELECT attempts
			FROM events
			WHERE id = ? AND state = 'pending'`+s.forUpdate(), eventID)
		if noRows(err) {
			return nil // another process has had more luck with it
		}
		if err != nil {
			return fmt.Errorf("read failed event %d: %w", eventID, err)
		}
		state := "pending"
		if failed+1 >= parkAfter {
			state = "parked"
		}
		_, err = tx.exec(ctx, `
			UPDATE events
			SET state = ?, attempts = ?, error = ?, due_at = ?
			WHERE id = ? AND state = 'pending'`, state, failed+1, shortCause(cause), now.Add(firstRetry<<failed), eventID)
		if err != nil {
			return fmt.Errorf("mark event %d failed: %w", eventID, err)
		}
		return nil
	})
}

// shortCause is what is kept of an error: its stack, when it was a panic, is in the log, and PostgreSQL takes no
// text that is not UTF-8 or holds a zero.
func shortCause(cause error) string {
	line, _, _ := strings.Cut(cause.Error(), "\n")
	text := []rune(strings.ReplaceAll(strings.ToValidUTF8(line, "\uFFFD"), "\x00", ""))
	return string(text[:min(len(text), longestCause)])
}

// ParkedEvent is an event that could not be processed and waits for somebody to try again.
type ParkedEvent struct {
	PublicID     desk.ID
	Name         desk.EventName
	TicketNumber int64
	Error        string // ours, for administrators
	Attempts     int
	At           time.Time // when it happened
}

// ParkedEvents returns up to limit parked events of a team, newest first.
func (s *Store) ParkedEvents(ctx context.Context, team int64, limit int) ([]ParkedEvent, error) {
	var rows []struct {
		PublicID  desk.ID        `db:"public_id"`
		Name      desk.EventName `db:"name"`
		Number    int64          `db:"number"`
		Error     string         `db:"error"`
		Attempts  int            `db:"attempts"`
		CreatedAt micros         `db:"created_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT e.public_id, e.name, COALESCE(t.number, 0) AS number, e.error, e.attempts, e.created_at
		FROM events e
		LEFT JOIN tickets t ON t.id = e.ticket_id
		WHERE e.team_id = ? AND e.state = 'parked'
		ORDER BY e.id DESC
		LIMIT ?`, team, limit)
	if err != nil {
		return nil, fmt.Errorf("list parked events of team %d: %w", team, err)
	}
	parked := make([]ParkedEvent, len(rows))
	for i, r := range rows {
		parked[i] = ParkedEvent{
			PublicID: r.PublicID, Name: r.Name, TicketNumber: r.Number,
			Error: r.Error, Attempts: r.Attempts, At: time.Time(r.CreatedAt),
		}
	}
	return parked, nil
}

// RetryEvent gives a parked event of the team all its attempts again. One that is parked no longer is left alone.
func (s *Store) RetryEvent(ctx context.Context, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var state string
		err := get(ctx, tx, &state, `SELECT state FROM events WHERE team_id = ? AND public_id = ?`+s.forUpdate(), team, id)
		if noRows(err) {
			return desk.Errorf(desk.NotFound, "There is no such event.")
		}
		if err != nil {
			return fmt.Errorf("read event %s: %w", id, err)
		}
		if state != "parked" {
			return nil
		}
		_, err = tx.exec(ctx, `
			UPDATE events
			SET state = 'pending', attempts = 0, due_at = ?
			WHERE team_id = ? AND public_id = ?`, s.now(), team, id)
		if err != nil {
			return fmt.Errorf("retry event %s: %w", id, err)
		}
		tx.after(s.wake)
		return nil
	})
}
