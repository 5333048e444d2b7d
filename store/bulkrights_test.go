package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// agent is a further member of the stage's team.
func (d *stage) agent(email string) desk.Member {
	d.Helper()
	id, err := d.store.AddUser(d.Context(), store.NewUser{TeamID: d.team, Email: email, Name: email})
	check(d.T, err)
	m, err := d.store.Member(d.Context(), d.team, id)
	check(d.T, err)
	return m
}

func TestABulkEndsWithTheRightsOfItsMember(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(30)
		bob := d.agent("bob@example.com")
		id, err := d.store.StartBulk(d.Context(), bob, store.NewBulk{Change: high(), Query: d.everything()})
		check(d.T, err)
		d.step(2)
		send(d.T, d.store, `UPDATE users SET disabled = ? WHERE id = ?`, true, bob.ID)
		b := d.finish(id)
		if b.State != store.BulkStopped || b.Changed != 25 || b.Why == "" || b.EndedAt.IsZero() {
			d.Errorf("got %+v, want it stopped after 25 tickets", b)
		}
	})
}

func TestTheRestOfAStoppedUndoCanBeUndoneAgain(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(30)
		bob := d.agent("bob@example.com")
		id, err := d.store.StartBulk(d.Context(), bob, store.NewBulk{Change: high(), Query: d.everything()})
		check(d.T, err)
		d.finish(id)
		undo, err := d.store.UndoBulk(d.Context(), bob, id)
		check(d.T, err)
		d.step(2)
		send(d.T, d.store, `UPDATE users SET disabled = ? WHERE id = ?`, true, bob.ID)
		d.wantBulk(d.finish(undo), store.Bulk{State: store.BulkStopped, Total: 30, Changed: 25})
		d.wantBulk(d.undoBulk(id), store.Bulk{State: store.BulkDone, Total: 5, Changed: 5})
	})
}

func TestABulkIsItsMembersAndTheAdmins(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(1)
		bob, eve := d.agent("bob@example.com"), d.agent("eve@example.com")
		id, err := d.store.StartBulk(d.Context(), bob, store.NewBulk{Change: high(), Numbers: []int64{1}})
		check(d.T, err)
		if b := d.finish(id); b.Changed != 1 || b.By != "bob@example.com" {
			d.Errorf("got %+v, want Bob's", b)
		}
		stranger := d.member()
		made, err := d.store.AddTeam(d.Context(), "Others")
		check(d.T, err)
		stranger.TeamID = made.ID
		for who, m := range map[string]desk.Member{"another agent": eve, "another team": stranger} {
			_, err := d.store.Bulk(d.Context(), m, id)
			wantKind(d.T, who+": read", err, desk.NotFound)
			_, err = d.store.UndoBulk(d.Context(), m, id)
			wantKind(d.T, who+": undo", err, desk.NotFound)
			wantKind(d.T, who+": cancel", d.store.CancelBulk(d.Context(), m, id), desk.NotFound)
			if all, err := d.store.Bulks(d.Context(), m, 9); err != nil || len(all) != 0 {
				d.Errorf("%s: got %v, %v, want none", who, all, err)
			}
		}
		own, err := d.store.StartBulk(d.Context(), stranger, store.NewBulk{Change: moved(desk.Resolved), Numbers: []int64{1}})
		check(d.T, err)
		b, err := d.store.FinishBulk(d.Context(), stranger, own, time.Hour)
		if err == nil && b.Changed > 0 || d.ticket(1).Status == desk.Resolved {
			d.Errorf("a bulk of another team reached the ticket: %+v", b)
		}
	})
}

func TestABulkRefusesWhatNoTicketWouldTake(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(1)
		for what, c := range map[string]store.BulkChange{
			"nothing": {}, "a bad status": moved("asleep"),
			"an unknown user": {Assignee: &desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: 99}}},
			"a bad deadline":  {SLA: &desk.SetSLA{Amount: "soon"}},
		} {
			_, err := d.store.StartBulk(d.Context(), d.member(), store.NewBulk{Change: c, Numbers: []int64{1}})
			wantKind(d.T, what, err, desk.Invalid)
		}
		_, err := d.store.StartBulk(d.Context(), d.member(), store.NewBulk{Change: store.BulkChange{Workflow: d.store.NewID()}, Numbers: []int64{1}})
		wantKind(d.T, "an unknown workflow", err, desk.NotFound)
		if all, err := d.store.Bulks(d.Context(), d.member(), 9); err != nil || len(all) != 0 {
			d.Errorf("got %v, %v, want none begun", all, err)
		}
	})
}

func TestABulkRefusesWhatNoListTakes(t *testing.T) {
	onStage(t, func(d *stage) {
		for what, spoil := range map[string]func(*store.TicketQuery){
			"an unknown view": func(q *store.TicketQuery) { q.View = "nowhere" },
			"a long text":     func(q *store.TicketQuery) { q.Text = strings.Repeat("word ", 100) },
			"many values":     func(q *store.TicketQuery) { q.Tags = strings.Fields(strings.Repeat("tag ", 30)) },
		} {
			q := d.everything()
			spoil(q)
			_, err := d.store.StartBulk(d.Context(), d.member(), store.NewBulk{Change: high(), Query: q})
			wantKind(d.T, what, err, desk.Invalid)
		}
		if all, err := d.store.Bulks(d.Context(), d.member(), 9); err != nil || len(all) != 0 {
			d.Errorf("got %v, %v, want none begun", all, err)
		}
	})
}

func TestABulkWhoseListIsRefusedLaterStopsAndSaysWhy(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(1)
		id := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		send(d.T, d.store, `UPDATE bulks SET query = '{"View":"nowhere"}'`)
		if b := d.finish(id); b.State != store.BulkStopped || !strings.Contains(b.Why, `There is no view "nowhere"`) {
			d.Errorf("got %+v, want it stopped for its view", b)
		}
	})
}

func TestABulkThatFailsLetsTheOthersGoOn(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(1)
		broken := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		send(d.T, d.store, `UPDATE bulks SET query = 'broken'`)
		next := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		if worked, err := d.store.StepBulks(d.Context()); err == nil || !worked {
			d.Fatalf("got %v, %v, want the error of the broken one", worked, err)
		}
		d.step(2) // its list, its ticket
		for id, want := range map[desk.ID]store.BulkState{broken: store.BulkListing, next: store.BulkDone} {
			if b, err := d.store.Bulk(d.Context(), d.member(), id); err != nil || b.State != want {
				d.Errorf("got %+v, %v, want it %s", b, err, want)
			}
		}
	})
}

func TestATicketThatCannotBeSavedDoesNotHoldUpTheOthers(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(30)
		send(d.T, d.store, `UPDATE tickets SET tags = 'broken' WHERE number = 3`)
		id := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		d.wantBulk(d.finish(id), store.Bulk{State: store.BulkDone, Total: 30, Changed: 29, Refused: 1})
		if got := d.items(id, store.BulkItems{Outcome: store.ItemRefused}); len(got) != 1 || got[0].Number != 3 {
			d.Errorf("refused: got %+v, want the broken ticket", got)
		}
	})
}

func TestABulkRunsAWorkflowOnEachTicket(t *testing.T) {
	onStage(t, func(d *stage) {
		w := d.publish(`{"name":"Mark","trigger":{"events":[],"manual":true},"steps":[` + set(`"tags":["marked"]`) + `]}`)
		d.openMany(3)
		id := d.startBulk(store.NewBulk{Change: store.BulkChange{Workflow: w.PublicID}, Query: d.everything()})
		b := d.finish(id)
		d.wantBulk(b, store.Bulk{State: store.BulkDone, Total: 3, Changed: 3})
		d.settle()
		for n := range int64(3) {
			d.want(n+1, desk.New, "marked")
		}
		if b.CanUndo() {
			d.Error("what workflows did is to be undone run by run")
		}
	})
}

func TestTheServerWorksOnBulks(t *testing.T) {
	onStage(t, func(d *stage) {
		d.openMany(30)
		ctx, stop := context.WithCancel(d.Context())
		ended := make(chan struct{})
		go func() { d.store.RunBulks(ctx); close(ended) }()
		defer func() { stop(); <-ended }()
		id := d.startBulk(store.NewBulk{Change: high(), Query: d.everything()})
		deadline := time.After(20 * time.Second)
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for {
			b, err := d.store.Bulk(d.Context(), d.member(), id)
			check(d.T, err)
			if !b.State.Open() {
				d.wantBulk(b, store.Bulk{State: store.BulkDone, Total: 30, Changed: 30})
				return
			}
			select {
			case <-look.C:
			case <-deadline:
				d.Fatalf("the bulk stays %+v", b)
			}
		}
	})
}
