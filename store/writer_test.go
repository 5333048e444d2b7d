package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"signalbox/workflow/desk"
)

var errBroken = errors.New("broken")

func TestABatchCommitsEveryoneButTheOneThatFails(t *testing.T) {
	cases := map[string]struct {
		ends func(ctx context.Context, tx *tx, leave func()) error
		want string // within the error's text; "" for none
		runs int    // of each member before it: 1 when nothing had to be repeated
	}{
		"refuses before it writes": {
			ends: func(context.Context, *tx, func()) error { return desk.Errorf(desk.Invalid, "No.") },
			want: "No.", runs: 1,
		},
		"fails after it wrote": {
			ends: func(ctx context.Context, tx *tx, _ func()) error {
				return errors.Join(note(ctx, tx, "lost"), errBroken)
			},
			want: "broken", runs: 2,
		},
		"sends a statement that fails": {
			ends: func(ctx context.Context, tx *tx, _ func()) error {
				_, err := tx.exec(ctx, `INSERT INTO nowhere (id) VALUES (1)`)
				return err
			},
			want: "no such table", runs: 2,
		},
		"panics before it writes": {
			ends: func(context.Context, *tx, func()) error { panic("at once") },
			want: "at once", runs: 1,
		},
		"panics after it wrote": {
			ends: func(ctx context.Context, tx *tx, _ func()) error { panic(note(ctx, tx, "lost")) },
			want: "panicked", runs: 2,
		},
		"loses the transaction and does not notice": {
			ends: func(ctx context.Context, tx *tx, _ func()) error {
				_, _ = tx.ExecContext(ctx, `ROLLBACK`)
				return nil
			},
			want: "ended by itself", runs: 2,
		},
		"is left by its caller while it runs": {
			ends: func(ctx context.Context, tx *tx, leave func()) error {
				leave()
				return errors.Join(ctx.Err(), note(ctx, tx, "kept"))
			},
			runs: 1,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := openNotes(t)
			callerCtx, leave := context.WithCancel(t.Context())
			defer leave()

			var runs [5]atomic.Int32
			errs := batch(t, s, 5, func(i int) (context.Context, func(context.Context, *tx) error) {
				if i == 2 {
					return callerCtx, func(ctx context.Context, tx *tx) error { return c.ends(ctx, tx, leave) }
				}
				return t.Context(), func(ctx context.Context, tx *tx) error {
					runs[i].Add(1)
					return note(ctx, tx, fmt.Sprint("member ", i))
				}
			})

			for i, err := range errs {
				switch {
				case i != 2 && err != nil:
					t.Errorf("member %d: got %v, want it committed", i, err)
				case i == 2 && (err == nil) != (c.want == ""), i == 2 && err != nil && !strings.Contains(err.Error(), c.want):
					t.Errorf("the one in the middle: got %v, want %q", err, c.want)
				case i < 2 && runs[i].Load() != int32(c.runs), i > 2 && runs[i].Load() != 1:
					t.Errorf("member %d ran %d times, want %d before the one in the middle and 1 after", i, runs[i].Load(), c.runs)
				}
			}
			want := []string{"member 0", "member 1", "member 3", "member 4"}
			if c.want == "" {
				want = append([]string{"kept"}, want...)
			}
			if got := notes(t, s); !slices.Equal(got, want) {
				t.Errorf("committed: got %v, want %v", got, want)
			}
		})
	}
}

func TestAMemberWhoLeftBeforeTheBatchBeganNeverRuns(t *testing.T) {
	s := openNotes(t)
	left, leave := context.WithCancel(t.Context())
	ran := false
	errs := batch(t, s, 3, func(i int) (context.Context, func(context.Context, *tx) error) {
		if i == 2 { // the last to queue, so that all wait when it leaves
			return left, func(ctx context.Context, tx *tx) error {
				ran = true
				return note(ctx, tx, "left")
			}
		}
		return t.Context(), func(ctx context.Context, tx *tx) error { return note(ctx, tx, fmt.Sprint("member ", i)) }
	}, leave)

	if !errors.Is(errs[2], context.Canceled) || ran {
		t.Errorf("member who left: got %v, ran %v, want it cancelled and not run", errs[2], ran)
	}
	if got, want := notes(t, s), []string{"member 0", "member 1"}; !slices.Equal(got, want) {
		t.Errorf("committed: got %v, want %v", got, want)
	}
}

func TestWhatComesAfterRunsOnceAndOnlyAfterACommit(t *testing.T) {
	s := openNotes(t)
	var afters [3]atomic.Int32
	batch(t, s, 3, func(i int) (context.Context, func(context.Context, *tx) error) {
		return t.Context(), func(ctx context.Context, tx *tx) error {
			tx.after(func() {
				if i == 0 && !slices.Contains(notes(t, s), "member 0") {
					t.Error("after ran before readers could see the commit")
				}
				afters[i].Add(1)
			})
			err := note(ctx, tx, fmt.Sprint("member ", i))
			if i == 1 {
				return errBroken
			}
			return err
		}
	})
	for i, want := range []int32{1, 0, 1} {
		if got := afters[i].Load(); got != want {
			t.Errorf("after of member %d ran %d times, want %d", i, got, want)
		}
	}
}

func TestClosingLetsWritesUnderWayFinishAndRefusesLaterOnes(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	makeNotes(t, s)
	inside, carryOn := make(chan struct{}), make(chan struct{})
	var first error
	var all sync.WaitGroup
	all.Go(func() {
		first = s.write(t.Context(), func(ctx context.Context, tx *tx) error {
			close(inside)
			<-carryOn
			return note(ctx, tx, "under way")
		})
	})
	<-inside
	w := writerOf(t, s)
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	<-w.closing
	close(carryOn)
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
	all.Wait()
	if first != nil {
		t.Errorf("write under way: got %v, want it committed", first)
	}

	err = s.write(t.Context(), func(context.Context, *tx) error { return nil })
	var refusal *desk.Error
	if !errors.As(err, &refusal) || refusal.Kind() != string(desk.Unavailable) {
		t.Errorf("write after closing: got %v, want it refused as unavailable", err)
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	s := openNotes(t)
	const writers = 300 // several batches
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			err := s.write(t.Context(), func(ctx context.Context, tx *tx) error {
				if i%10 == 0 {
					return desk.Errorf(desk.Invalid, "No.")
				}
				err := note(ctx, tx, fmt.Sprintf("%03d", i))
				if i%25 == 1 {
					return errBroken
				}
				return err
			})
			if want := i%10 == 0 || i%25 == 1; (err != nil) != want {
				t.Errorf("writer %d: got %v, want an error: %v", i, err, want)
			}
		})
	}
	all.Wait()

	var want []string
	for i := range writers {
		if i%10 != 0 && i%25 != 1 {
			want = append(want, fmt.Sprintf("%03d", i))
		}
	}
	if got := notes(t, s); !slices.Equal(got, want) {
		t.Errorf("committed %d, want %d", len(got), len(want))
	}
}

// batch commits n writes as one batch, as the writer's goroutine does when it finds them waiting; meanwhile
// is called while they wait.
func batch(t *testing.T, s *Store, n int, member func(i int) (context.Context, func(context.Context, *tx) error), meanwhile ...func()) []error {
	t.Helper()
	w := writerOf(t, s)
	group := make([]*groupMember, n)
	for i := range group {
		ctx, do := member(i)
		group[i] = &groupMember{left: ctx.Err, do: do, answer: make(chan struct{})}
	}
	for _, f := range meanwhile {
		f()
	}
	w.commit(t.Context(), group)

	errs := make([]error, n)
	for i, m := range group {
		if errs[i] = m.err; errs[i] == nil {
			for _, after := range m.tx.afters {
				after()
			}
		}
	}
	return errs
}

func writerOf(t *testing.T, s *Store) *groupWriter {
	t.Helper()
	e, ok := s.engine.(*sqlite)
	if !ok {
		t.Fatalf("got engine %T, want SQLite", s.engine)
	}
	return e.writer
}

func openNotes(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	makeNotes(t, s)
	return s
}

func makeNotes(t *testing.T, s *Store) {
	t.Helper()
	err := s.write(t.Context(), func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `CREATE TABLE notes (text TEXT NOT NULL)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func note(ctx context.Context, tx *tx, text string) error {
	_, err := tx.exec(ctx, `INSERT INTO notes (text) VALUES (?)`, text)
	return err
}

func notes(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	if err := list(t.Context(), s.db, &out, `SELECT text FROM notes ORDER BY text`); err != nil {
		t.Fatal(err)
	}
	return out
}
