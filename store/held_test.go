package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// tripped is a workflow over a limit, with an event that is kept for it and two runs, one of which was stopped.
type tripped struct {
	*testing.T
	store   *store.Store
	team    int64
	row     store.WorkflowRow
	stopped desk.Ticket // whose run does not wake
	waiting desk.Ticket // whose run wakes in time
	held    desk.Ticket
}

func onTripped(t *testing.T, test func(d *tripped)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		d := &tripped{T: t, store: s, team: team, row: publish(t, s, team, waiting("Busy"))}
		d.stopped, d.waiting = openTicket(t, s, team, question("a")), openTicket(t, s, team, question("b"))
		d.held = openTicket(t, s, team, question("c"))
		addWait(t, s, d.row, wait{ticket: d.stopped, step: "s1"})
		addWait(t, s, d.row, wait{ticket: d.waiting, step: "s1", wake: farFuture})
		send(t, s, `UPDATE events SET state = 'processed'`)
		send(t, s, `UPDATE events SET state = 'held', workflow_id = ? WHERE ticket_id = ?`, d.row.ID, d.held.ID)
		send(t, s, `UPDATE workflows SET tripped_at = ?, tripped_why = ? WHERE id = ?`, time.Now(), "31 runs in a minute.", d.row.ID)
		test(d)
	})
}

// waiting is a workflow whose runs are said to wait at s1 and at s3, which is on the else path of s2: any step will do.
func waiting(name string) workflow.Definition {
	pause := func(id, name string) workflow.Step {
		return workflow.Step{ID: id, Type: workflow.GetTicket, Name: name, Get: &workflow.GetTicketStep{}}
	}
	d := tagging(name)
	choice := workflow.IfStep{
		Branches: []workflow.Branch{{When: workflow.Group{All: []workflow.Clause{{
			Condition: workflow.Condition{Left: "event.properties.status", Op: workflow.Equals, Value: "new"},
		}}}}},
		Else: []workflow.Step{pause("s3", "Cool down")},
	}
	d.Steps = []workflow.Step{pause("s1", ""), {ID: "s2", Type: workflow.If, If: &choice}}
	return d
}

type wait struct {
	ticket desk.Ticket
	step   string
	wake   time.Time
}

// addWait writes a run that waits.
func addWait(t *testing.T, s *store.Store, w store.WorkflowRow, at wait) {
	t.Helper()
	send(t, s, `
		INSERT INTO runs (public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, steps, position, wake_at, started_at, took)
		SELECT ?, team_id, ?, ?, MIN(id), ticket_id, 'waiting', '[]', ?, ?, ?, 0
		FROM events
		WHERE ticket_id = ?
		GROUP BY team_id, ticket_id`,
		desk.ID(uuid.New()), w.ID, w.Version, `{"step":"`+at.step+`"}`, at.wake, time.Now(), at.ticket.ID)
}

func send(t *testing.T, s *store.Store, query string, args ...any) {
	t.Helper()
	err := s.Write(t.Context(), func(exec func(string, ...any) error) error { return exec(query, args...) })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func (d *tripped) read() store.WorkflowRow {
	d.Helper()
	row, err := d.store.Workflow(d.Context(), d.team, d.row.PublicID)
	if err != nil {
		d.Fatal(err)
	}
	return row
}

// outcomes are those of the runs of the stopped and the waiting ticket.
func (d *tripped) outcomes() []workflow.Outcome {
	d.Helper()
	var out []workflow.Outcome
	for _, ticket := range []desk.Ticket{d.stopped, d.waiting} {
		runs, err := d.store.Runs(d.Context(), d.team, store.RunQuery{TicketID: ticket.ID, Limit: 9})
		if err != nil || len(runs) != 1 {
			d.Fatalf("runs: got %v, %v, want one", runs, err)
		}
		out = append(out, runs[0].Outcome)
	}
	return out
}

func TestATrippedWorkflowShowsWhatIsKept(t *testing.T) {
	onTripped(t, func(d *tripped) {
		if row := d.read(); row.TrippedAt.IsZero() || row.TrippedWhy != "31 runs in a minute." || row.Held != 2 {
			d.Errorf("got tripped at %s, %q, %d held, want it so with the 2 events of the opening", row.TrippedAt, row.TrippedWhy, row.Held)
		}
		held, err := d.store.HeldEvents(d.Context(), d.team, d.row.PublicID, 9)
		if err != nil || len(held) != 2 || held[0].Name != desk.TicketCreated || held[0].TicketNumber != d.held.Number {
			d.Errorf("held: got %+v, %v, want the opening first", held, err)
		}
		other, err := d.store.HeldEvents(d.Context(), d.team+1, d.row.PublicID, 9)
		wantEmpty(d.T, "held events for another team", len(other), err)
	})
}

func TestAResumedWorkflowGetsWhatWasKept(t *testing.T) {
	onTripped(t, func(d *tripped) {
		drain(d.store.Wakes())
		row, err := d.store.ResumeWorkflow(d.Context(), desk.Agent(1, "Ann"), d.team, d.row.PublicID)
		if err != nil || !row.TrippedAt.IsZero() || row.TrippedWhy != "" || row.Held != 0 {
			d.Errorf("resumed: got %+v, %v, want it free", row, err)
		}
		select {
		case <-d.store.Wakes():
		default:
			d.Error("the engine was not woken")
		}
		d.wantPending(2)
		if diff := cmp.Diff([]workflow.Outcome{workflow.Waiting, workflow.Waiting}, d.outcomes()); diff != "" {
			d.Errorf("runs (-want +got):\n%s", diff)
		}
		d.wantWakes(1)
	})
}

// wantPending counts the events that the engine is to process.
func (d *tripped) wantPending(want int) {
	d.Helper()
	var got int
	err := d.store.Read(d.Context(), &got, `SELECT COUNT(*) FROM events WHERE state = 'pending' AND ticket_id = ?`, d.held.ID)
	if err != nil || got != want {
		d.Errorf("pending events: got %d, %v, want %d", got, err, want)
	}
}

// wantWakes counts the runs that are due by now.
func (d *tripped) wantWakes(want int) {
	d.Helper()
	var got int
	err := d.store.Read(d.Context(), &got, `SELECT COUNT(*) FROM runs WHERE outcome = 'waiting' AND wake_at < ?`, time.Now().Add(time.Minute))
	if err != nil || got != want {
		d.Errorf("runs that are due: got %d, %v, want %d", got, err, want)
	}
}

func TestDiscardingEndsWhatWasStoppedAndLeavesTheRest(t *testing.T) {
	onTripped(t, func(d *tripped) {
		row, err := d.store.DiscardHeld(d.Context(), desk.Agent(1, "Ann"), d.team, d.row.PublicID)
		if err != nil || !row.TrippedAt.IsZero() || row.Held != 0 {
			d.Errorf("discarded: got %+v, %v, want it free", row, err)
		}
		d.wantPending(0)
		if diff := cmp.Diff([]workflow.Outcome{"cancelled", workflow.Waiting}, d.outcomes()); diff != "" {
			d.Errorf("runs (-want +got):\n%s", diff)
		}
		if _, err := d.store.ResumeWorkflow(d.Context(), desk.Agent(1, "Ann"), d.team, d.row.PublicID); err != nil {
			d.Errorf("resume afterwards: got %v, want nothing done", err)
		}
		d.wantWakes(0)
	})
}

func TestAWorkflowThatIsSwitchedOffKeepsWhatIsKeptForIt(t *testing.T) {
	onTripped(t, func(d *tripped) {
		ann := desk.Agent(1, "Ann")
		if err := d.store.DisableWorkflow(d.Context(), ann, d.team, d.row.PublicID); err != nil {
			d.Fatal(err)
		}
		_, err := d.store.ResumeWorkflow(d.Context(), ann, d.team, d.row.PublicID)
		wantKind(d.T, "resume", err, desk.Conflict)
		if row := d.read(); row.TrippedAt.IsZero() || row.Held != 2 {
			d.Errorf("got tripped at %s with %d held, want it as it was", row.TrippedAt, row.Held)
		}
	})
}
