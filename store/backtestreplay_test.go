package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// done is what a workflow did: how often each of its paths changed each field, and how often it ran.
type done struct {
	Changes map[workflow.Exit]map[desk.Field]int
	Runs    int
	Waiting int
	Last    map[int64]map[desk.Field]string // what it set last on each ticket, where text says that
}

func TestABacktestOfWhatIsLiveDoesWhatItDid(t *testing.T) {
	clock := newClock()
	config := storetest.SQLite(t)
	clock.use(&config)
	s := storetest.Open(t, config)
	setUp(t, s)
	histories := 0
	rapid.Check(t, func(rt *rapid.T) {
		if histories++; histories > 30 {
			return // each is some hundred transactions
		}
		clock.add(24 * time.Hour)
		h := newHistory(t, rt, s, clock)
		rows := []store.WorkflowRow{h.publish("First"), h.publish("Second")}
		for range rapid.IntRange(1, 8).Draw(rt, "acts") {
			h.pass(rapid.SampledFrom([]int{1, 1, 7, 61}).Draw(rt, "minutes"))
			h.act()
			h.settle()
		}
		h.pass(65)
		for _, row := range rows {
			r, err := s.ReplayPast(t.Context(), store.Replay{Team: h.team, Definition: row.Draft, Instead: row.PublicID, Days: 1})
			h.check(err)
			if diff := cmp.Diff(h.live(row), backtested(&r)); diff != "" {
				rt.Fatalf("%s (-live +backtest):\n%s\n%s", row.Name, diff, workflow.Format(row.Draft))
			}
			if r.Differs != 0 || r.Live != 1 || len(r.Notes) > 0 {
				rt.Fatalf("%s: differs from version %d on %d tickets, notes %q", row.Name, r.Live, r.Differs, r.Notes)
			}
		}
	})
}

// live is what the log says that a workflow did.
func (h *history) live(row store.WorkflowRow) done {
	d := done{Changes: map[workflow.Exit]map[desk.Field]int{}, Last: map[int64]map[desk.Field]string{}}
	paths := map[string]workflow.Exit{}
	survey(row.Draft.Steps, workflow.Exit{}, paths)
	runs, err := h.store.Runs(h.outer.Context(), h.team, store.RunQuery{Workflow: row.PublicID, Limit: 1_000})
	h.check(err)
	d.Runs = len(runs)
	for _, run := range runs {
		if run.Outcome == workflow.Waiting {
			d.Waiting++
		}
	}
	for _, t := range h.tickets {
		entries, err := h.store.History(h.outer.Context(), h.team, t.ID, 10_000)
		h.check(err)
		for _, e := range entries {
			if e.WorkflowID != row.PublicID {
				continue
			}
			exit := paths[e.Actor.Step.StepID]
			if d.Changes[exit] == nil {
				d.Changes[exit] = make(map[desk.Field]int)
			}
			d.Changes[exit][e.Field]++
			if text, ok := e.After.(string); ok && e.Field == desk.FieldPriority {
				if d.Last[t.Number] == nil {
					d.Last[t.Number] = make(map[desk.Field]string)
				}
				if d.Last[t.Number][e.Field] == "" { // the newest comes first
					d.Last[t.Number][e.Field] = text
				}
			}
		}
	}
	return d
}

func survey(steps []workflow.Step, on workflow.Exit, paths map[string]workflow.Exit) {
	for i := range steps {
		paths[steps[i].ID] = on
		for _, exit := range steps[i].Exits() {
			survey(steps[i].Path(exit), workflow.Exit{StepID: steps[i].ID, Branch: exit}, paths)
		}
	}
}

func backtested(r *workflow.BacktestResult) done {
	d := done{Changes: map[workflow.Exit]map[desk.Field]int{}, Runs: r.Runs, Waiting: r.Waiting, Last: map[int64]map[desk.Field]string{}}
	for _, b := range r.Branches {
		changes := b.Fields
		if b.Replies > 0 {
			changes[desk.FieldMessage] = b.Replies
		}
		if b.Notes > 0 {
			changes[desk.FieldNote] = b.Notes
		}
		if len(changes) > 0 {
			d.Changes[b.Exit] = changes
		}
	}
	for _, t := range r.Tickets {
		for _, v := range t.Values {
			if v.Field == desk.FieldPriority {
				d.Last[t.Number] = make(map[desk.Field]string)
				d.Last[t.Number][v.Field] = v.Set
			}
		}
	}
	return d
}

func TestABacktestBeginsWithTheTurnsFromBeforeIt(t *testing.T) {
	for _, mode := range []workflow.TurnMode{workflow.RoundRobin, workflow.LeastOpen} {
		t.Run(string(mode), func(t *testing.T) {
			clock := newClock()
			config := storetest.SQLite(t)
			clock.use(&config)
			s := storetest.Open(t, config)
			team := setUp(t, s).TeamID
			role, err := s.AddRole(t.Context(), team, "Support")
			for _, name := range []string{"ada", "cem", "eve"} {
				user, failed := s.AddUser(t.Context(), store.NewUser{TeamID: team, Email: name + "@example.com", Name: name})
				err = errors.Join(err, failed, s.AddRoleMember(t.Context(), team, role, user))
			}
			if err != nil {
				t.Fatal(err)
			}
			d := tagging("Turns")
			support := &workflow.Target{Kind: desk.ToRole, Name: "Support"}
			d.Steps = []workflow.Step{{ID: "turn", Type: workflow.AssignInTurn, Assign: &workflow.AssignStep{Role: support, Mode: mode}}}
			w := publish(t, s, team, d)
			for i := range 7 { // a round of them before the backtest begins
				if i == 3 {
					clock.add(48 * time.Hour)
				}
				clock.add(time.Minute)
				settle(t, s, openTicket(t, s, team, question("Hello")), clock.read())
			}
			r, err := s.ReplayPast(t.Context(), store.Replay{Team: team, Definition: w.Draft, Instead: w.PublicID, Days: 1})
			if err != nil || len(r.Tickets) != 4 {
				t.Fatalf("%d tickets, %v, want the four of the day", len(r.Tickets), err)
			}
			for _, ticket := range r.Tickets {
				for _, v := range ticket.Values {
					if !v.Agrees {
						t.Errorf("#%d would have been given to %s, and was to %s", ticket.Number, v.Set, v.Ended)
					}
				}
			}
		})
	}
}
