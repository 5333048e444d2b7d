package store_test

import (
	"slices"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// stage is a team with a clock that tests move, and an engine that does what is due when told.
type stage struct {
	*testing.T
	store   *store.Store
	team    int64
	clock   *clock
	decider *workflow.Decider
}

func onStage(t *testing.T, test func(d *stage)) {
	t.Helper()
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		test(&stage{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, decider: workflow.NewDecider(nil)})
	}, clock.use)
}

// publish publishes a workflow in the native format.
func (d *stage) publish(text string) store.WorkflowRow {
	d.Helper()
	definition, err := workflow.Parse([]byte(text))
	if err != nil {
		d.Fatal(err)
	}
	return publish(d.T, d.store, d.team, definition)
}

// settle does all that is due now and returns how much that was.
func (d *stage) settle() int {
	d.Helper()
	for done := 0; ; {
		lanes, err := d.store.Pending(d.Context(), d.clock.read(), 100)
		if err != nil {
			d.Fatal(err)
		}
		if len(lanes) == 0 {
			return done
		}
		for _, lane := range lanes {
			if _, err := d.store.ProcessNext(d.Context(), lane, d.clock.read(), d.decider.Decide); err != nil {
				d.Fatal(err)
			}
			done++
		}
	}
}

// pass lets time pass and does what is due then.
func (d *stage) pass(by time.Duration) int {
	d.Helper()
	d.clock.add(by)
	return d.settle()
}

func (d *stage) ticket(number int64) desk.Ticket {
	d.Helper()
	t, err := d.store.Ticket(d.Context(), d.team, number)
	if err != nil {
		d.Fatal(err)
	}
	return t
}

func (d *stage) want(number int64, status desk.Status, tags ...string) {
	d.Helper()
	if t := d.ticket(number); t.Status != status || !slices.Equal(t.Tags, tags) {
		d.Errorf("ticket %d: got %s with tags %v, want %s with %v", number, t.Status, t.Tags, status, tags)
	}
}

// runs are the outcomes of all runs, newest first.
func (d *stage) runs() []workflow.Outcome {
	d.Helper()
	rows, err := d.store.Runs(d.Context(), d.team, store.RunQuery{Limit: 50})
	if err != nil {
		d.Fatal(err)
	}
	outcomes := make([]workflow.Outcome, len(rows))
	for i := range rows {
		outcomes[i] = rows[i].Outcome
	}
	return outcomes
}

func (d *stage) wantRuns(want ...workflow.Outcome) {
	d.Helper()
	if got := d.runs(); !slices.Equal(got, want) {
		d.Errorf("runs: got %v, want %v", got, want)
	}
}

const ofTicket = `"ticket_id":"{event.properties.ticket_id}"`

// flow is a workflow that starts with a new ticket.
func flow(name, steps string) string {
	return `{"name":"` + name + `","trigger":{"events":["$conversation_ticket_created"]},"steps":[` + steps + `]}`
}

// republish makes d the next version.
func republish(t *testing.T, s *store.Store, team int64, w store.WorkflowRow, d workflow.Definition) {
	t.Helper()
	ann := desk.Agent(1, "Ann")
	w, err := s.SaveDraft(t.Context(), ann, team, store.Revision{ID: w.PublicID, Rev: w.DraftRev}, d)
	if err == nil {
		_, err = s.Publish(t.Context(), ann, team, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
	}
	if err != nil {
		t.Fatalf("publish the next version: %v", err)
	}
}

// addMembers makes a role of new users and returns their ids.
func addMembers(t *testing.T, s *store.Store, team int64, role string, emails ...string) []int64 {
	t.Helper()
	roleID, err := s.AddRole(t.Context(), team, role)
	check(t, err)
	ids := make([]int64, len(emails))
	for i, email := range emails {
		ids[i], err = s.AddUser(t.Context(), store.NewUser{TeamID: team, Email: email, Name: email})
		check(t, err)
		check(t, s.AddRoleMember(t.Context(), team, roleID, ids[i]))
	}
	return ids
}

func set(fields string) string { return `{"type":"update_ticket",` + ofTicket + `,` + fields + `}` }

// onStageWith is onStage with a configuration of the test's own.
func onStageWith(t *testing.T, configure func(*store.Config), test func(d *stage)) {
	t.Helper()
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		test(&stage{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, decider: workflow.NewDecider(nil)})
	}, clock.use, configure)
}
