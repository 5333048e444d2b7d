package store_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestTransactionsThatDeadlockAreRepeated(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t))
	var teams [2]int64
	for i, name := range []string{"A", "B"} {
		added, err := s.AddTeam(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		teams[i] = added.ID
	}

	var met sync.WaitGroup // both hold their first row before either asks for its second
	met.Add(2)
	errs := atOnce(2, func(i int) error {
		var first sync.Once
		return s.Write(t.Context(), func(exec func(string, ...any) error) error {
			const rename = `UPDATE teams SET name = name || '!' WHERE id = ?`
			if err := exec(rename, teams[i]); err != nil {
				return err
			}
			first.Do(func() {
				met.Done()
				met.Wait()
			})
			return exec(rename, teams[1-i])
		})
	})
	for i, err := range errs {
		if err != nil {
			t.Errorf("transaction %d: got %v, want it committed in the end", i, err)
		}
	}
	for i, want := range []string{"A!!", "B!!"} {
		if team, err := s.Team(t.Context(), teams[i]); err != nil || team.Name != want {
			t.Errorf("team: got %q, %v, want %q", team.Name, err, want)
		}
	}
}

func TestAWriteThatPanicsLeavesNothingAndHurtsNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const insert = `INSERT INTO secrets (name, value) VALUES (?, ?)`
		for range 30 { // more than there are connections
			err := s.Write(t.Context(), func(exec func(string, ...any) error) error {
				if err := exec(insert, "half", []byte{1}); err != nil {
					return err
				}
				panic("in the middle")
			})
			if err == nil || !strings.Contains(err.Error(), "in the middle") {
				t.Fatalf("got %v, want the panic as an error", err)
			}
		}
		err := s.Write(t.Context(), func(exec func(string, ...any) error) error { return exec(insert, "half", []byte{1}) })
		if err != nil {
			t.Errorf("next write: got %v, want it to find nothing left over", err)
		}
	})
}

func TestAProcessKnowsTheLanesThatItGaveWork(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		here, there := storetest.Open(t, c), storetest.Open(t, c)
		team := setUp(t, here).TeamID
		if c.Database != "" {
			for _, s := range []*store.Store{here, there} {
				<-s.Wakes() // it listens
				s.Fresh()
			}
		}
		ticket := openTicket(t, here, team, question("Hello"))
		<-here.Wakes()
		for range 2 {
			change(t, here, ticket, desk.AddMessage{Body: "More"})
		}
		lane := workflow.Lane(ticket.ID)
		if lanes, known := here.Fresh(); !known || !slices.Equal(lanes, []workflow.Lane{lane, lane, lane}) {
			t.Errorf("got %v, known %t, want the ticket three times", lanes, known)
		}
		if lanes, known := here.Fresh(); !known || len(lanes) > 0 {
			t.Errorf("asked again: got %v, known %t, want none", lanes, known)
		}
		if lanes, known := there.Fresh(); !known || len(lanes) > 0 {
			t.Errorf("the other process: got %v, known %t, want none: it leaves them to the first", lanes, known)
		}

		here.Wake()
		if _, known := here.Fresh(); known {
			t.Error("work without a lane: all lanes are said to be known")
		}
		for range 1_025 {
			here.WakeLane(lane)
		}
		if lanes, known := here.Fresh(); known || len(lanes) != 1 {
			t.Errorf("of too many: got %d lanes, known %t, want the last one and that there are more", len(lanes), known)
		}
	})
}

func TestClosingRefusesLaterWritesOnEachEngine(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s, err := store.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = s.AddTeam(t.Context(), "Late")
		wantKind(t, "write after closing", err, "unavailable")
	})
}
