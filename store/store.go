// Package store remembers: all SQL of the program, one text for SQLite and PostgreSQL.
// It refuses to decide: what a ticket or a workflow may become is asked of package workflow and its desk.
package store

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"signalbox/store/blob"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Config says where the data is and who is told of changes.
type Config struct {
	Dir       string // the data folder; SQLite's file, and its copies before migrations, are in it
	Database  string // postgres://… ; "" is SQLite in Dir
	URL       string // of the desk as people see it, without a slash at the end
	Now       func() time.Time
	Log       *slog.Logger
	Files     blob.Bucket // where attachments are kept; the folder files in Dir without it
	Committed func(Note)  // called after each commit that changed a ticket; it must not block
	// Told is called after each commit that left notices for members of a team; it must not block.
	Told   func(team int64, users []int64)
	Silent bool // what happens is news to nobody: changes leave no notices
	// Heard is called with what another process told; it must not block.
	Heard func(words string)
}

// Note says which ticket a commit changed. One of another process has no fields, and where that process changed very
// many at once, no ticket either.
type Note struct {
	TeamID, TicketID, Number int64
	Public                   bool // its customer may see some of it
	Fields                   []desk.Field
	Events                   int
}

// Store is one open database. All its methods may be called at the same time.
type Store struct {
	config        Config
	engine        engine
	db            queryer       // the readers
	quick         queryer       // the same, for what an index answers in a moment: see quickReaders
	wakes         chan struct{} // holds one value while events may be waiting
	fresh         freshLanes    // whose events they are
	searchWakes   chan struct{} // holds one value while changes may be unindexed
	jobWakes      chan struct{} // holds one value while jobs may be waiting
	backtestWakes chan struct{} // holds one value while backtests may be waiting
	bulkWakes     chan struct{} // holds one value while bulks may be waiting
	files         blob.Bucket
	studio        chan struct{} // holds a value while a picture is made
	cache         rulesCache
	counts        keptCounts
	available     availabilities
}

// Open opens the database, and makes or migrates it when needed. A database of a newer
// program is refused. Errors that an operator can mend are a *desk.Error.
func Open(ctx context.Context, c Config) (*Store, error) {
	c = c.withDefaults()
	s := &Store{
		config: c, wakes: make(chan struct{}, 1), searchWakes: make(chan struct{}, 1), jobWakes: make(chan struct{}, 1), backtestWakes: make(chan struct{}, 1),
		bulkWakes: make(chan struct{}, 1), files: c.Files, studio: make(chan struct{}, 1),
	}
	s.config.Committed = s.noting(c.Committed)
	e, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	if _, err := prepare(ctx, c, e); err != nil {
		_ = e.close()
		return nil, err
	}
	if err := e.start(ctx, hearing{listens: s.wake, committed: s.config.Committed, words: s.heard}); err != nil {
		_ = e.close()
		return nil, err
	}
	s.engine, s.db, s.quick = e, e.readers(), e.quickReaders()
	return s, nil
}

// Close lets writes under way finish, refuses later ones and closes the database.
func (s *Store) Close() error {
	if err := s.engine.close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := get(ctx, s.db, &one, `SELECT 1`); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// write runs do in a transaction and then what do gave to tx.after. do may run more than once, so it
// touches nothing but tx and its own return values, and it uses the context that it is given: SQLite
// commits the writes of several callers together, and a caller who leaves must not take the others along.
func (s *Store) write(ctx context.Context, do func(ctx context.Context, tx *tx) error) error {
	afters, err := s.engine.write(ctx, do)
	if err != nil {
		return err
	}
	for _, after := range afters {
		after()
	}
	return nil
}

// noting tells the counts that are kept of each commit, and then tell.
func (s *Store) noting(tell func(Note)) func(Note) {
	return func(n Note) {
		s.counts.noted(n.TeamID)
		tell(n)
	}
}

// wake tells the engine of this process that work was committed for it, without saying where: give it to tx.after.
// Those of other processes find what it leaves lying.
func (s *Store) wake() {
	s.fresh.addUnknown()
	s.rouse()
}

// wakeLane is wake for the work of one lane.
func (s *Store) wakeLane(lane workflow.Lane) {
	s.fresh.add(lane)
	s.rouse()
}

func (s *Store) rouse() {
	select {
	case s.wakes <- struct{}{}:
	default: // one is waiting already
	}
}

// Tell passes a few words to the other processes on this database, soon and once at the most: for what is not worth
// a row.
func (s *Store) Tell(words string) { s.engine.tellWords(words) }

// forUpdate ends a SELECT whose rows the transaction is going to change. SQLite has one writer and needs no locks.
func (s *Store) forUpdate() string { return s.engine.forUpdate() }

// now is the time as the database keeps it: UTC, whole microseconds.
func (s *Store) now() time.Time { return s.config.Now().UTC().Truncate(time.Microsecond) }

// NewID makes the public id of something that is about to be saved.
func (s *Store) NewID() desk.ID { return s.newID() }

// newID makes a UUIDv7: new ids sort after old ones, so that indexes grow at their end.
func (s *Store) newID() desk.ID { return desk.ID(uuid.Must(uuid.NewV7())) }

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Files == nil {
		c.Files = blob.NewDir(filepath.Join(c.Dir, "files"))
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Committed == nil {
		c.Committed = func(Note) {}
	}
	if c.Told == nil {
		c.Told = func(int64, []int64) {}
	}
	if c.Heard == nil {
		c.Heard = func(string) {}
	}
	return c
}
