package store_test

import (
	"slices"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestWholeNumbersStayExactFromACallToTheRunPage(t *testing.T) {
	const id, list = int64(9007199254740993), "[1234567890123456789]"
	onStage(t, func(d *stage) {
		openTicket(d.T, d.store, d.team, question("Hello"))
		d.settle()
		row := d.publish(`{"name":"Hook","trigger":{"events":[],"webhook":true},"steps":[
			{"type":"set_variable","variable":"kept","value":"{event.properties.id}"},
			{"type":"set_variable","variable":"many","value":"{event.properties.many}"},
			{"type":"if","branches":[{"when":{"all":[{"left":"event.properties.id","op":"equals","value":9007199254740992}]},"steps":[]}]},
			{"type":"wait","for":"1h"},
			{"type":"add_note",` + ofTicket + `,"body":"called {event.properties.id} {variables.kept} {variables.many}"}]}`)
		properties, err := desk.ReadValues([]byte(`{"ticket_number":1,"id":9007199254740993,"many":[1234567890123456789]}`))
		check(d.T, err)
		_, err = d.store.CallWorkflow(d.Context(), row.HookToken, "", properties)
		check(d.T, err)
		d.settle()
		d.pass(2 * time.Hour)

		want := "called 9007199254740993 9007199254740993 " + list
		if got := d.bodies(d.ticket(1)); !slices.Contains(got, want) {
			d.Errorf("the thread is %q, want the note %q", got, want)
		}
		runs, err := d.store.Runs(d.Context(), d.team, store.RunQuery{Limit: 1})
		check(d.T, err)
		run, err := d.store.Run(d.Context(), d.team, runs[0].PublicID)
		check(d.T, err)
		if run.Outcome != workflow.Completed || run.Event.Properties["id"] != id {
			d.Errorf("the run is %s on %v, want completed on %d", run.Outcome, run.Event.Properties["id"], id)
		}
		if got := run.Steps[0].Outputs[0].Value; got != id {
			d.Errorf("the trace says that the variable became %v, want %d", got, id)
		}
		if got := run.Steps[2].Branches[0].Tested[0]; got.Actual != id || got.Value != id-1 || got.Matched {
			d.Errorf("the trace compares %v with %v and says %t, want %d, %d and false", got.Actual, got.Value, got.Matched, id, id-1)
		}
	})
}
