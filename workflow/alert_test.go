package workflow

import (
	"testing"

	"signalbox/workflow/desk"
)

func TestARunThatAnAlertStartedArmsNoAlert(t *testing.T) {
	for _, event := range []desk.EventName{desk.TicketCreated, desk.TicketAtRisk, desk.TicketBreached} {
		want := desk.NotRaised
		if event.IsAlert() {
			want = desk.RaisedBreached
		}
		d := parse(t, updateFile(`"sla_amount":"1"`))
		d.Trigger.Events = []EventTrigger{{Event: event}}
		p, err := Compile(Workflow{ID: 1, TeamID: 7, Version: 3, Definition: d})
		if err != nil {
			t.Fatal(err)
		}
		f := testFacts()
		f.Event.Name = event
		r := p.Evaluate(f)
		if len(r.Effects) != 1 || r.Effects[0].Ticket.SLAStage != want {
			t.Errorf("%s: got %+v, want one effect with the stage %q", event, r.Effects, want)
		}
	}
}
