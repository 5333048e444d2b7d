package store

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel carries messages, as JSON.
const channel = "signalbox_wake"

// message is what one process tells the others: which tickets changed, or else words. Of events it says nothing: who
// committed them has them at hand.
type message struct {
	From  string    `json:"from"` // the process id of its listening connection
	Notes []changed `json:"notes,omitempty"`
	Words []string  `json:"words,omitempty"`
}

// changed is a note without what only its own process needs. Without a ticket it is about the whole team.
type changed struct {
	Team   int64 `json:"team"`
	Ticket int64 `json:"ticket,omitempty"`
	Number int64 `json:"number,omitempty"`
	Public bool  `json:"public,omitempty"` // of its own ticket alone
}

// mostNotes keeps a message below the 8,000 bytes that PostgreSQL takes, with numbers of 19 digits too.
const mostNotes = 75

// Words of one message have this many bytes together and this many wait at the most.
const (
	mostBytes = 7_500
	mostWords = 1_000
)

// caller tells other processes what changed and hears from them. It may lose a call.
type caller struct {
	db     *postgres
	hear   hearing
	self   string
	calls  chan struct{} // holds one value: many commits make one call
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu    sync.Mutex
	notes map[changed]bool // for the next call
	words []string         // for the calls after the notes are told
}

// hearing is who is told of what other processes committed.
type hearing struct {
	listens   func() // from now on it hears them
	committed func(Note)
	words     func(string)
}

func startCaller(ctx context.Context, db *postgres, hear hearing) (*caller, error) {
	conn, err := pgx.ConnectConfig(ctx, db.config)
	if err != nil {
		return nil, postgresRefusal(db.config, err)
	}

	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &caller{
		db: db, hear: hear, notes: map[changed]bool{}, calls: make(chan struct{}, 1), cancel: cancel,
		self: strconv.FormatUint(uint64(conn.PgConn().PID()), 10),
	}
	c.done.Go(func() { c.callOut(background) })
	c.done.Go(func() { c.listen(background, conn) })
	return c, nil
}

// call passes a note on to the others, soon: many notes make one call.
func (c *caller) call(n Note) {
	c.mu.Lock()
	c.note(changed{Team: n.TeamID, Ticket: n.TicketID, Number: n.Number, Public: n.Public})
	c.mu.Unlock()
	c.ask()
}

// say asks for words to be told, soon; they are lost when very many wait.
func (c *caller) say(words string) {
	c.mu.Lock()
	if len(c.words) < mostWords && escaped(words) < mostBytes {
		c.words = append(c.words, words)
	}
	c.mu.Unlock()
	c.ask()
}

func (c *caller) ask() {
	select {
	case c.calls <- struct{}{}:
	default:
	}
}

// note keeps a note for the next call. Of too many only the teams are left.
func (c *caller) note(n changed) {
	if len(c.notes) >= mostNotes {
		n = changed{Team: n.Team}
		for kept := range c.notes {
			delete(c.notes, kept)
			c.notes[changed{Team: kept.Team}] = true
		}
	}
	public, other := n, n
	public.Public, other.Public = true, false
	if c.notes[changed{Team: n.Team}] || c.notes[public] {
		return
	}
	if n.Public {
		delete(c.notes, other)
	}
	c.notes[n] = true
}

// next takes the notes of the next call, as many as fit; the rest waits for the call after it.
func (c *caller) next() (payload string, more bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := message{From: c.self}
	if len(c.notes) == 0 {
		m.Words = c.nextWords()
		text, err := json.Marshal(m)
		return string(text), len(c.words) > 0, err
	}
	for n := range c.notes {
		if len(m.Notes) == mostNotes {
			break
		}
		m.Notes = append(m.Notes, n)
		delete(c.notes, n)
	}
	text, err := json.Marshal(m)
	return string(text), len(c.notes)+len(c.words) > 0, err
}

func (c *caller) nextWords() []string {
	n, size := 0, 0
	for n < len(c.words) && size+escaped(c.words[n]) < mostBytes {
		size += escaped(c.words[n])
		n++
	}
	words := c.words[:n:n]
	c.words = c.words[n:]
	return words
}

// escaped is the size of words as JSON.
func escaped(words string) int {
	text, _ := json.Marshal(words) // a string has no way to fail
	return len(text) + len(",")
}

func (c *caller) stop() {
	c.cancel()
	c.done.Wait()
}

// callOut notifies outside the transactions that made events: inside, PostgreSQL would let them
// commit only one after the other.
func (c *caller) callOut(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.calls:
		}
		payload, more, err := c.next()
		if more {
			c.ask()
		}
		if err == nil {
			_, err = c.db.pool.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, payload)
		}
		if err != nil && ctx.Err() == nil {
			c.db.log.WarnContext(ctx, "other processes were not told of new events", slog.Any("error", err))
		}
	}
}

// listen keeps one connection for hearing the others and makes a new one when it breaks.
func (c *caller) listen(ctx context.Context, conn *pgx.Conn) {
	for ctx.Err() == nil {
		err := c.listenOn(ctx, conn)
		if ctx.Err() == nil {
			c.db.log.WarnContext(ctx, "lost the connection that hears of other processes' events", slog.Any("error", err))
		}
		for ctx.Err() == nil {
			if conn, err = pgx.ConnectConfig(ctx, c.db.config); err == nil {
				break
			}
			pauseFor(ctx, time.Second)
		}
	}
	if conn != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // nothing of it is needed any more
	}
}

func (c *caller) listenOn(ctx context.Context, conn *pgx.Conn) error {
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing was written on it
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	c.hear.listens()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for notification: %w", err)
		}
		c.heard(n.Payload)
	}
}

// heard passes on what another process said. What cannot be read is of another version.
func (c *caller) heard(payload string) {
	var m message
	if err := json.Unmarshal([]byte(payload), &m); err == nil && m.From == c.self {
		return
	}
	for _, n := range m.Notes {
		c.hear.committed(Note{TeamID: n.Team, TicketID: n.Ticket, Number: n.Number, Public: n.Public})
	}
	for _, words := range m.Words {
		c.hear.words(words)
	}
}

func pauseFor(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
