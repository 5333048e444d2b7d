package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// undoDesk is a desk on which a workflow does what the test says.
type undoDesk struct {
	*testing.T
	store *store.Store
	clock *clock
	done  store.SetUp
	row   store.WorkflowRow
	role  int64
}

func onUndoDesk(t *testing.T, test func(d *undoDesk)) {
	t.Helper()
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := &undoDesk{T: t, store: s, clock: clock, done: setUp(t, s)}
		d.row = publish(t, s, d.done.TeamID, listening("Act"))
		var err error
		if d.role, err = s.AddRole(t.Context(), d.done.TeamID, "Support"); err != nil {
			t.Fatal(err)
		}
		test(d)
	}, clock.use)
}

func (d *undoDesk) by() desk.Actor { return desk.Agent(d.done.UserID, "Ada") }

func (d *undoDesk) open() desk.Ticket {
	d.Helper()
	t := openTicket(d.T, d.store, d.done.TeamID, question("Hello"))
	claimed(d.T, d.store, t)
	return t
}

func (d *undoDesk) read(t desk.Ticket) desk.Ticket {
	d.Helper()
	now, err := d.store.TicketByID(d.Context(), t.TeamID, t.PublicID)
	if err != nil {
		d.Fatal(err)
	}
	return now
}

// acted is a run and what it did to each ticket.
type acted struct {
	id       desk.ID
	outcomes map[int64][]desk.Outcome // by the id of the ticket, one for each step
}

// act runs the workflow at an event of the first ticket: it makes the change to all of them.
func (d *undoDesk) act(change desk.Change, tickets ...desk.Ticket) acted {
	d.Helper()
	return d.actInSteps([]desk.Change{change}, tickets...)
}

// actInSteps makes several changes one after the other.
func (d *undoDesk) actInSteps(steps []desk.Change, tickets ...desk.Ticket) acted {
	d.Helper()
	now := d.clock.read()
	send(d.T, d.store, `
		INSERT INTO events (public_id, team_id, ticket_id, name, properties, snapshot, due_at, created_at)
		VALUES (?, ?, ?, ?, '{}', '{}', ?, ?)`,
		desk.ID(uuid.New()), d.done.TeamID, tickets[0].ID, desk.MessageReceived, now, now)
	for i, t := range tickets {
		tickets[i] = d.read(t)
	}
	var made acted
	work, err := d.store.ProcessNext(d.Context(), workflow.Lane(tickets[0].ID), now,
		func(_ context.Context, c workflow.Claim, now time.Time) ([]workflow.Run, error) {
			made = acted{id: c.NewID(), outcomes: map[int64][]desk.Outcome{}}
			run := workflow.Run{ID: made.id, Workflow: &c.Workflows[0], Started: now}
			run.Result = workflow.Result{Outcome: workflow.Completed, Steps: []workflow.StepTrace{
				{StepID: "s1", Type: workflow.UpdateTicket, Outcome: workflow.StepDone},
				{StepID: "s2", Type: workflow.SendReply, Outcome: workflow.StepDone, Detail: "Sent a reply."},
			}}
			by := desk.Actor{Kind: desk.ByWorkflow, Name: "Act", Step: desk.StepRef{RunID: made.id, StepID: "s1"}}
			for _, change := range steps {
				for i := range tickets {
					t := &tickets[i]
					outcome, err := desk.Apply(t, by, now, change)
					if err != nil {
						return nil, err
					}
					made.outcomes[t.ID] = append(made.outcomes[t.ID], outcome)
					run.Result.Effects = append(run.Result.Effects, workflow.Effect{StepID: "s1", Ticket: *t, Outcome: outcome})
				}
			}
			return []workflow.Run{run}, nil
		})
	if err != nil || work == none {
		d.Fatalf("act: got %v, %v, want a run", work, err)
	}
	return made
}

func (d *undoDesk) undo(run desk.ID) store.Undone {
	d.Helper()
	u, err := d.store.UndoRun(d.Context(), d.by(), d.done.TeamID, run)
	if err != nil {
		d.Fatal(err)
	}
	return u
}

func TestUndoRestoresWhatNobodyTouchedAndSaysTheRest(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		run := d.act(desk.All{desk.SetPriority{To: desk.High}, desk.SetStatus{To: desk.Pending}, desk.SetTags{Tags: []string{"vip"}}}, ticket)
		change(d.T, d.store, ticket, desk.SetStatus{To: desk.OnHold})
		claimed(d.T, d.store, ticket)

		planned, err := d.store.PlannedUndo(d.Context(), d.done.TeamID, run.id)
		if err != nil || !planned.At.IsZero() {
			d.Fatalf("planned: got %+v, %v, want what would be undone", planned, err)
		}
		u := d.undo(run.id)
		if diff := cmp.Diff(planned.Restored, u.Restored); diff != "" {
			d.Errorf("restored (-planned +done):\n%s", diff)
		}
		want := []store.UndoneField{
			{Ticket: ticket.Number, Field: desk.FieldPriority, From: "high"},
			{Ticket: ticket.Number, Field: desk.FieldTags, From: []any{"vip"}, To: []any{}},
		}
		if diff := cmp.Diff(want, u.Restored); diff != "" {
			d.Errorf("restored (-want +got):\n%s", diff)
		}
		kept := []store.UndoneField{{
			Ticket: ticket.Number, Field: desk.FieldStatus, From: "on_hold", To: "on_hold", By: "Ann", At: d.clock.read(),
		}}
		if diff := cmp.Diff(kept, u.Kept); diff != "" {
			d.Errorf("kept (-want +got):\n%s", diff)
		}
		if len(u.Sent) != 1 || u.Sent[0].StepID != "s2" || u.Already || u.By != "Ada" {
			d.Errorf("got %+v, want the reply named, undone by Ada now", u)
		}
		now := d.read(ticket)
		if now.Priority != desk.NoPriority || len(now.Tags) != 0 || now.Status != desk.OnHold {
			d.Errorf("ticket: got %+v, want priority and tags as they were and the status of the agent", now)
		}
		if events := claimed(d.T, d.store, ticket); len(events) != 0 {
			d.Errorf("events of the undo: got %v, want none", events)
		}
		history, err := d.store.History(d.Context(), ticket.TeamID, ticket.ID, 1)
		if err != nil || history[0].Actor.Name != "Undo by Ada" || history[0].Actor.Kind != desk.ByWorkflow || history[0].Actor.Step.RunID != run.id {
			d.Errorf("history: got %+v, %v, want the undo in the run's name", history, err)
		}
	})
}

func TestASecondUndoDoesNothingAndSaysSo(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		run := d.act(desk.SetPriority{To: desk.High}, ticket)
		d.undo(run.id)
		at := d.clock.read()
		change(d.T, d.store, ticket, desk.SetPriority{To: desk.High})
		d.clock.add(time.Hour)
		u := d.undo(run.id)
		if !u.Already || u.By == "" || !u.At.Equal(at) || len(u.Restored) != 0 {
			d.Errorf("got %+v, want that it was undone an hour ago", u)
		}
		if now := d.read(ticket); now.Priority != desk.High {
			d.Errorf("priority: got %q, want what the agent set", now.Priority)
		}
		planned, err := d.store.PlannedUndo(d.Context(), d.done.TeamID, run.id)
		if err != nil || !planned.Already || len(planned.Restored) != 1 || planned.Restored[0].Field != desk.FieldPriority {
			d.Errorf("page of what was undone: got %+v, %v, want the priority that was restored", planned, err)
		}
		_, err = d.store.UndoRun(d.Context(), d.by(), d.done.TeamID+1, run.id)
		wantKind(d.T, "undo by another team", err, desk.NotFound)
	})
}

func TestUndoOfAWaitingRunEndsIt(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		run := d.act(desk.SetPriority{To: desk.High}, ticket)
		send(d.T, d.store, `UPDATE runs SET outcome = 'waiting', wake_at = ?, watching = ?`, farFuture, true)
		d.undo(run.id)
		var left int
		err := d.store.Read(d.Context(), &left, `SELECT COUNT(*) FROM runs WHERE outcome = 'waiting' OR wake_at IS NOT NULL OR watching`)
		wantEmpty(d.T, "runs that wait", left, err)
	})
}

func TestUndoMovesADeadlineByAsLongAsItsClockStood(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		send(d.T, d.store, `UPDATE teams SET pauses_sla = ?, rules_version = rules_version + 1`, true)
		ticket := d.open()
		due := d.clock.read().Add(10 * time.Hour)
		change(d.T, d.store, ticket, desk.SetSLADue{At: due})
		run := d.act(desk.SetSLADue{At: due.Add(-8 * time.Hour)}, ticket)
		change(d.T, d.store, ticket, desk.SetStatus{To: desk.Pending}) // the clock stands
		claimed(d.T, d.store, ticket)
		d.clock.add(3 * time.Hour)
		d.undo(run.id)
		if now := d.read(ticket); !now.SLAPaused || now.SLALeft != 10*time.Hour {
			d.Errorf("while the clock stands: got %s left, paused %v, want 10 h", now.SLALeft, now.SLAPaused)
		}
		d.clock.add(time.Hour)
		change(d.T, d.store, ticket, desk.SetStatus{To: desk.Open})
		if now := d.read(ticket); !now.SLADueAt.Equal(due.Add(4 * time.Hour)) {
			d.Errorf("afterwards: due at %s, want %s", now.SLADueAt, due.Add(4*time.Hour))
		}
	})
}

func TestASnoozeThatHasPassedIsNotRestored(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		change(d.T, d.store, ticket, desk.Snooze{Until: d.clock.read().Add(time.Hour)})
		run := d.act(desk.Snooze{}, ticket)
		d.clock.add(2 * time.Hour)
		u := d.undo(run.id)
		if len(u.Kept) != 1 || u.Kept[0].Field != desk.FieldSnooze || u.Kept[0].Why == "" {
			d.Errorf("kept: got %+v, want the snooze with its reason", u.Kept)
		}
		if now := d.read(ticket); !now.SnoozedUntil.IsZero() || now.Status != desk.OnHold {
			d.Errorf("got %s, snoozed until %s, want on hold and awake", now.Status, now.SnoozedUntil)
		}
	})
}

func TestUndoOfAStatusLeavesTheSnoozeThatAnAgentChose(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		change(d.T, d.store, ticket, desk.SetStatus{To: desk.Resolved})
		run := d.act(desk.SetStatus{To: desk.Open}, ticket)
		until := d.clock.read().Add(time.Hour)
		change(d.T, d.store, ticket, desk.All{desk.SetStatus{To: desk.Open}, desk.Snooze{Until: until}})
		d.undo(run.id)
		if now := d.read(ticket); now.Status != desk.Resolved || !now.SnoozedUntil.Equal(until) {
			d.Errorf("got %s, snoozed until %s, want resolved, and the snooze as it was", now.Status, now.SnoozedUntil)
		}
	})
}

func TestATicketDoesNotGoBackToSomebodyWhoLeft(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		bob, err := d.store.AddUser(d.Context(), store.NewUser{TeamID: d.done.TeamID, Email: "bob@example.com", Name: "Bob"})
		if err != nil {
			d.Fatal(err)
		}
		change(d.T, d.store, ticket, desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: bob}})
		run := d.act(desk.All{desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: d.role}}, desk.SetPriority{To: desk.Low}}, ticket)
		if err := d.store.DisableUser(d.Context(), d.done.TeamID, bob); err != nil {
			d.Fatal(err)
		}
		u := d.undo(run.id)
		if len(u.Kept) != 1 || u.Kept[0].Field != desk.FieldAssignee || len(u.Restored) != 1 || u.Restored[0].Field != desk.FieldPriority {
			d.Errorf("got %+v, want the priority restored and the assignee kept", u)
		}
		if now := d.read(ticket); now.Assignee.ID != d.role {
			d.Errorf("assignee: got %+v, want the role", now.Assignee)
		}
	})
}

func TestAllRunsOfAVersionAreUndoneInPortions(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		d.act(desk.SetPriority{To: desk.Low}, ticket)
		d.clock.add(time.Hour)
		since := d.clock.read()
		d.act(desk.SetPriority{To: desk.Medium}, ticket)
		d.clock.add(time.Hour)
		d.act(desk.SetPriority{To: desk.High}, ticket)
		runs := store.VersionRuns{Workflow: d.row.PublicID, Version: 1, Since: since}
		for _, want := range []store.UndoneRuns{
			{Runs: 1, Restored: 1, Sent: 1, More: true}, {Runs: 1, Restored: 1, Sent: 1}, {},
		} {
			got, err := d.store.UndoVersion(d.Context(), d.by(), d.done.TeamID, runs, 1)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				d.Errorf("%v (-want +got):\n%s", err, diff)
			}
		}
		if now := d.read(ticket); now.Priority != desk.Low {
			d.Errorf("priority: got %q, want what the run before that time set", now.Priority)
		}
	})
}

func TestARunThatCannotBeUndoneHoldsUpNoOther(t *testing.T) {
	onUndoDesk(t, func(d *undoDesk) {
		ticket := d.open()
		since := d.clock.read()
		d.act(desk.SetPriority{To: desk.Low}, ticket)
		d.clock.add(time.Hour)
		broken := d.act(desk.SetPriority{To: desk.High}, d.open())
		send(d.T, d.store, `UPDATE runs SET steps = 'no JSON' WHERE public_id = ?`, broken.id)
		runs := store.VersionRuns{Workflow: d.row.PublicID, Version: 1, Since: since}
		got, err := d.store.UndoVersion(d.Context(), d.by(), d.done.TeamID, runs, 9)
		if err != nil || got.Runs != 1 || got.Failed != 1 {
			d.Errorf("got %+v, %v, want one undone and one that failed", got, err)
		}
		if now := d.read(ticket); now.Priority != desk.NoPriority {
			d.Errorf("priority: got %q, want what it was before the run", now.Priority)
		}
	})
}

// TestUndoRestoresExactlyWhatIsUntouched checks random desks against a model that knows who wrote a field last.
func TestUndoRestoresExactlyWhatIsUntouched(t *testing.T) {
	clock := newClock()
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), Now: clock.read})
	d := &undoDesk{T: t, store: s, clock: clock, done: setUp(t, s)}
	d.row = publish(t, s, d.done.TeamID, listening("Act"))
	var err error
	if d.role, err = s.AddRole(t.Context(), d.done.TeamID, "Support"); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := undoModel{tickets: []desk.Ticket{d.open(), d.open()}, writes: map[place][]write{}, undone: map[desk.ID]bool{}}
		for range rapid.IntRange(1, 8).Draw(rt, "deeds") {
			clock.add(time.Minute)
			switch deed := rapid.SampledFrom([]string{"run", "run", "agent", "undo"}).Draw(rt, "deed"); {
			case deed == "run":
				steps := []desk.Change{drawChange(rt, d), drawChange(rt, d)}
				run := d.actInSteps(steps, rapid.SliceOfNDistinct(rapid.SampledFrom(m.tickets), 1, 2, func(t desk.Ticket) int64 { return t.ID }).Draw(rt, "tickets")...)
				m.ran(run)
			case deed == "agent":
				ticket := rapid.SampledFrom(m.tickets).Draw(rt, "ticket")
				m.wrote(ticket.ID, desk.ID{}, change(t, s, ticket, drawChange(rt, d)).Outcome)
				claimed(t, s, ticket)
			case len(m.runs) > 0:
				run := rapid.SampledFrom(m.runs).Draw(rt, "run")
				d.undo(run)
				m.undo(run)
			}
			for _, ticket := range m.tickets {
				if diff := cmp.Diff(m.values(ticket.ID), valuesOf(d.read(ticket), m.values(ticket.ID))); diff != "" {
					rt.Fatalf("ticket %d (-model +desk):\n%s", ticket.Number, diff)
				}
			}
		}
	})
}
