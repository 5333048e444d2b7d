package store_test

import (
	"slices"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAWaitingRunGoesOnInItsTimeWithWhatIsTrueThen(t *testing.T) {
	onStage(t, func(d *stage) {
		d.publish(flow("Remind", `{"type":"get_ticket","output":"before"},{"type":"wait","for":"2h"},`+
			set(`"tags":["reminded"],"tags_mode":"add"`)+`,`+set(`"status":"pending"`)))
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		d.settle()
		d.wantRuns(workflow.Waiting)

		change(d.T, d.store, ticket, desk.SetTags{Tags: []string{"vip"}})
		d.settle()
		if done := d.pass(2*time.Hour - time.Microsecond); done != 0 {
			d.Errorf("a microsecond early: %d things were done, want none", done)
		}
		d.pass(time.Microsecond)
		d.want(1, desk.Pending, "reminded", "vip")
		d.wantRuns(workflow.Completed)
		if done := d.pass(24 * time.Hour); done != 0 {
			d.Errorf("later: %d things were done, want none", done)
		}

		history, err := d.store.History(d.Context(), d.team, ticket.ID, 50)
		if err != nil {
			d.Fatal(err)
		}
		if last := history[0]; last.Actor.Kind != desk.ByWorkflow || last.Actor.Step.StepID != "s4" {
			d.Errorf("the last change is by %+v, want step s4", last.Actor)
		}
	})
}

func TestAWaitingRunKeepsItsVersion(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(flow("W", `{"type":"wait","for":"1h"},`+set(`"tags":["one"]`)))
		openTicket(d.T, d.store, d.team, question("Hello"))
		d.settle()
		next, err := workflow.Parse([]byte(flow("W", set(`"tags":["two"]`))))
		if err != nil {
			d.Fatal(err)
		}
		republish(d.T, d.store, d.team, row, next)
		d.pass(time.Hour)
		d.want(1, desk.New, "one")
	})
}

func TestAWaitForAConditionIsWokenByAnyChangeOfItsTicket(t *testing.T) {
	onStage(t, func(d *stage) {
		d.publish(flow("W", `{"type":"wait","when":{"all":[{"left":"variables.ticket.tags","op":"has_any","value":["go"]}]},"timeout":"3d",
			"held":[`+set(`"status":"open"`)+`],"timed_out":[`+set(`"status":"on_hold"`)+`]}`))
		ticket := openTicket(d.T, d.store, d.team, question("Hello"))
		openTicket(d.T, d.store, d.team, question("Another"))
		d.settle()
		change(d.T, d.store, ticket, desk.SetTags{Tags: []string{"stay"}})
		d.settle()
		d.wantRuns(workflow.Waiting, workflow.Waiting)

		change(d.T, d.store, ticket, desk.SetTags{Tags: []string{"go"}})
		d.settle()
		d.want(1, desk.Open, "go")
		d.pass(3 * 24 * time.Hour)
		d.want(2, desk.OnHold)
		d.wantRuns(workflow.Completed, workflow.Completed)
	})
}

func TestAWorkflowsChangeWakesARunToo(t *testing.T) {
	onStage(t, func(d *stage) {
		d.publish(flow("Waits", `{"type":"wait","when":{"all":[{"left":"variables.ticket.status","op":"equals","value":"open"}]}},`+set(`"tags":["woken"]`)))
		d.publish(`{"name":"Opens","trigger":{"events":["$conversation_ticket_created"]},"steps":[{"type":"wait","for":"1m"},` + set(`"status":"open"`) + `]}`)
		openTicket(d.T, d.store, d.team, question("Hello"))
		d.settle()
		d.pass(time.Minute)
		d.want(1, desk.Open, "woken")
	})
}

func TestAWorkflowThatRepliesTooOftenTripsAndItsEventsAreKept(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(`{"name":"Echo","trigger":{"events":["$conversation_message_received"]},"limits":{"messages_per_ticket_hour":2},"steps":[` +
			set(`"tags":["seen"],"tags_mode":"add"`) + `,{"type":"send_reply","body":"Hello"}]}`)
		ticket := openTicket(d.T, d.store, d.team, question("1"))
		customer := desk.Actor{Kind: desk.ByCustomer, ID: ticket.Customer.ID, Name: "Carl"}
		for range 3 {
			if _, err := d.store.ChangeTicket(d.Context(), customer, d.team, ticket.ID, desk.AddMessage{Body: "More"}); err != nil {
				d.Fatal(err)
			}
			d.settle()
		}
		d.wantRuns(workflow.Completed, workflow.Completed)
		if got := d.ticket(1).MessageCount; got != 4+2 {
			d.Errorf("%d messages, want four of the customer and two answers", got)
		}
		held, err := d.store.HeldEvents(d.Context(), d.team, row.PublicID, 9)
		if err != nil || len(held) != 2 {
			d.Fatalf("held: got %d, %v, want the two events after the limit", len(held), err)
		}

		d.clock.add(time.Hour + time.Minute)
		if _, err := d.store.ResumeWorkflow(d.Context(), desk.Agent(1, "Ann"), d.team, row.PublicID); err != nil {
			d.Fatal(err)
		}
		d.settle()
		d.wantRuns(workflow.Completed, workflow.Completed, workflow.Completed, workflow.Completed)
	})
}

func TestTheRunsOfADeletedTicketEndCleanly(t *testing.T) {
	onStage(t, func(d *stage) {
		d.publish(flow("W", `{"type":"wait","for":"1h"},`+set(`"tags":["late"]`)))
		waiting := openTicket(d.T, d.store, d.team, question("One"))
		d.settle()
		pending := openTicket(d.T, d.store, d.team, question("Two"))
		for _, ticket := range []desk.Ticket{waiting, pending} {
			deleteTicket(d.T, d.store, ticket)
		}
		d.pass(time.Hour)
		d.wantRuns(workflow.Cancelled)
		if n := d.settle(); n != 0 {
			d.Errorf("%d things are still to do for tickets that are gone", n)
		}
	})
}

func TestTheRunsOfAMergedTicketEndCleanly(t *testing.T) {
	onStage(t, func(d *stage) {
		d.publish(flow("W", set(`"priority":"high"`)+`,{"type":"wait","for":"1h"},`+set(`"status":"open"`)))
		waiting, target := d.pair()
		d.settle()
		pending := openTicket(d.T, d.store, d.team, question("Three"))
		d.merge(waiting, target)
		_, err := d.store.MergeTickets(d.Context(), byAnn(), d.team, store.NewMerge{From: pending.Number, Into: target.Number, Vouched: true})
		check(d.T, err)
		d.settle()
		d.pass(time.Hour)
		d.wantRuns(workflow.Cancelled, workflow.Completed, workflow.Cancelled)
		for _, merged := range []desk.Ticket{waiting, pending} {
			if got := d.ticket(merged.Number); got.Status != desk.Resolved || got.MergedInto != target.ID {
				d.Errorf("got %+v, want it as the merge left it", got)
			}
		}
		if n := d.settle(); n != 0 {
			d.Errorf("%d things are still to do for tickets that were merged", n)
		}
	})
}

// deleteTicket takes a ticket out of the database as an operator would who has nothing but SQL.
func deleteTicket(t *testing.T, s *store.Store, ticket desk.Ticket) {
	t.Helper()
	send(t, s, `DELETE FROM ticket_tags WHERE ticket_id = ?`, ticket.ID)
	send(t, s, `DELETE FROM messages WHERE ticket_id = ?`, ticket.ID)
	send(t, s, `DELETE FROM changes WHERE ticket_id = ?`, ticket.ID)
	send(t, s, `UPDATE events SET ticket_id = NULL WHERE ticket_id = ?`, ticket.ID)
	send(t, s, `UPDATE runs SET ticket_id = NULL WHERE ticket_id = ?`, ticket.ID)
	send(t, s, `DELETE FROM tickets WHERE id = ?`, ticket.ID)
}

func TestARunThatBeganToWaitAsItsWorkflowWasDeletedEnds(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(flow("W", `{"type":"wait","for":"1h"},`+set(`"tags":["late"]`)))
		openTicket(d.T, d.store, d.team, question("One"))
		d.settle()
		send(d.T, d.store, `UPDATE workflows SET deleted = ? WHERE id = ?`, true, row.ID) // as another process commits
		d.pass(time.Hour)
		d.want(1, desk.New)
		d.wantRuns(workflow.Cancelled)
	})
}

func TestThePauseOfAWorkflowHoldsItsWaitingRunsToo(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(`{"name":"W","trigger":{"events":["$conversation_ticket_created"]},"limits":{"runs_per_minute":1},"steps":[{"type":"wait","for":"1h"},` + set(`"tags":["late"]`) + `]}`)
		openTicket(d.T, d.store, d.team, question("One"))
		d.settle()
		openTicket(d.T, d.store, d.team, question("Two"))
		d.settle()
		d.pass(2 * time.Hour)
		d.want(1, desk.New)
		if _, err := d.store.ResumeWorkflow(d.Context(), desk.Agent(1, "Ann"), d.team, row.PublicID); err != nil {
			d.Fatal(err)
		}
		d.settle()
		d.want(1, desk.New, "late")
		d.wantRuns(workflow.Waiting, workflow.Completed)
	})
}

func TestAScheduleStartsItsWorkflowOnceEachTime(t *testing.T) {
	onStage(t, func(d *stage) {
		d.publish(`{"name":"Daily","trigger":{"schedule":{"cron":"0 9 * * *","zone":"UTC"}},"steps":[{"type":"set_variable","variable":"x","value":"{event.properties.scheduled_at}"}]}`)
		start := func() int {
			n, err := d.store.StartScheduled(d.Context(), d.clock.read(), 100)
			if err != nil {
				d.Fatal(err)
			}
			return n
		}
		if n := start(); n != 0 {
			d.Errorf("before its time: %d started", n)
		}
		d.clock.add(24 * time.Hour)
		if a, b := start(), start(); a != 1 || b != 0 {
			d.Errorf("in its time: %d, then %d started, want one", a, b)
		}
		d.settle()
		d.wantRuns(workflow.Completed)
		d.clock.add(5 * 24 * time.Hour)
		if n := start(); n != 1 {
			d.Errorf("after five days of rest: %d started, want one", n)
		}
	})
}

func TestAWorkflowIsRunByHandOnTickets(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(`{"name":"Close","trigger":{"events":[],"manual":true},"steps":[` + set(`"status":"resolved","tags":["{event.properties.run_by}"]`) + `]}`)
		other := d.publish(flow("Other", set(`"tags":["other"]`)))
		for range 3 {
			openTicket(d.T, d.store, d.team, question("Hello"))
		}
		d.settle()
		ann := desk.Agent(1, "Ann")
		if err := d.store.RunWorkflow(d.Context(), ann, d.team, row.PublicID, []int64{1, 3}); err != nil {
			d.Fatal(err)
		}
		d.settle()
		d.want(1, desk.Resolved, "ann")
		if err := d.store.RunWorkflow(d.Context(), ann, d.team, row.PublicID, []int64{1}); err != nil {
			d.Fatal(err)
		}
		if n := d.settle(); n != 0 {
			d.Errorf("a double press: %d runs more, want none", n)
		}
		d.want(2, desk.New, "other")
		d.want(3, desk.Resolved, "ann")

		wantKind(d.T, "a ticket that is not there", d.store.RunWorkflow(d.Context(), ann, d.team, row.PublicID, []int64{2, 99}), desk.NotFound)
		wantKind(d.T, "a workflow without the trigger", d.store.RunWorkflow(d.Context(), ann, d.team, other.PublicID, []int64{2}), desk.Conflict)
		wantKind(d.T, "another team's workflow", d.store.RunWorkflow(d.Context(), ann, d.team+1, row.PublicID, []int64{2}), desk.NotFound)
		if n := d.settle(); n != 0 {
			d.Errorf("refused runs left %d things to do", n)
		}
	})
}

func TestACallFromOutsideStartsItsWorkflowWithOrWithoutATicket(t *testing.T) {
	onStage(t, func(d *stage) {
		row := d.publish(`{"name":"Hook","trigger":{"events":[],"webhook":true},"steps":[{"type":"if","branches":[{"when":{"all":[
			{"left":"event.properties.ticket_id","op":"is_set"}]},"steps":[` + set(`"tags":["{event.properties.plan}"]`) + `]}]}]}`)
		openTicket(d.T, d.store, d.team, question("Hello"))
		d.settle()
		call := func(token string, properties map[string]any) error {
			_, err := d.store.CallWorkflow(d.Context(), token, "", properties)
			return err
		}
		if row.HookToken == "" {
			d.Fatal("the workflow has no address")
		}
		for _, properties := range []map[string]any{{"plan": "gold", "ticket_number": int64(1)}, {"plan": "none"}} {
			if err := call(row.HookToken, properties); err != nil {
				d.Fatal(err)
			}
		}
		d.settle()
		d.want(1, desk.New, "gold")
		d.wantRuns(workflow.Completed, workflow.Completed)
		wantKind(d.T, "an unknown address", call("nothing", nil), desk.NotFound)
		wantKind(d.T, "no address", call("", nil), desk.NotFound)
		wantKind(d.T, "an unknown ticket", call(row.HookToken, map[string]any{"ticket_number": int64(77)}), desk.NotFound)
	})
}

func TestTurnsAreKeptFromEventToEvent(t *testing.T) {
	onStage(t, func(d *stage) {
		ids := addMembers(d.T, d.store, d.team, "Support", "bea@example.com", "cy@example.com")
		d.publish(flow("Turns", `{"type":"assign_in_turn","role":{"role":"Support"}}`))
		var got []int64
		for range 4 {
			ticket := openTicket(d.T, d.store, d.team, question("Hello"))
			d.settle()
			got = append(got, d.ticket(ticket.Number).Assignee.ID)
		}
		if want := []int64{ids[0], ids[1], ids[0], ids[1]}; !slices.Equal(got, want) {
			d.Errorf("assigned to %v, want %v", got, want)
		}
	})
}
