package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// publishes publishes a workflow in the native format, as Ada.
func (d builderDesk) publishes(t *testing.T, text string) store.WorkflowRow {
	t.Helper()
	definition, err := workflow.Parse([]byte(text))
	check(t, err)
	ada := desk.Agent(1, "Ada")
	row, err := d.store.CreateWorkflow(t.Context(), ada, d.team, definition)
	check(t, err)
	row, err = d.store.Publish(t.Context(), ada, d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	check(t, err)
	return row
}

func TestAnAgentRunsAWorkflowOnATicketAndOnSeveral(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, `{"name":"Mark","trigger":{"events":[],"manual":true},"steps":[{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","tags":["marked"]}]}`)
		off := d.publishes(t, `{"name":"Off","trigger":{"events":["$conversation_message_sent"]},"steps":[{"type":"stop"}]}`)
		for range 3 {
			d.write(t, "Hello")
		}
		d.processAll(t)
		tags := func(number int64) []string {
			ticket, err := d.store.Ticket(t.Context(), d.team, number)
			check(t, err)
			return ticket.Tags
		}

		agent := d.signIn(t, "bob@example.com")
		p := agent.open("/tickets/1")
		if p.Find(`#fact-run option[value="`+row.PublicID.String()+`"]`).Length() != 1 || p.Find(`#fact-run option[value="`+off.PublicID.String()+`"]`).Length() != 0 {
			t.Errorf("choices: got %q, want the workflow with the manual trigger alone", p.Find("#fact-run").Text())
		}
		run := url.Values{"workflow": {row.PublicID.String()}}
		if p := agent.post("/tickets/1/run", run); p.status != http.StatusOK || p.at.Path != "/tickets/1" {
			t.Errorf("run on a ticket: got %d at %s", p.status, p.at)
		}
		d.processAll(t)
		if !slices.Equal(tags(1), []string{"marked"}) || len(tags(2)) != 0 {
			t.Errorf("tags: got %v and %v, want the first ticket marked alone", tags(1), tags(2))
		}

		run["number"] = []string{"2", "3"}
		if p := agent.post("/tickets/bulk", run); p.status != http.StatusOK {
			t.Errorf("run on two tickets: got %d", p.status)
		}
		d.processAll(t)
		if len(tags(2)) != 1 || len(tags(3)) != 1 {
			t.Errorf("tags: got %v and %v, want both marked", tags(2), tags(3))
		}

		if p := agent.post("/tickets/1/run", url.Values{"workflow": {off.PublicID.String()}}); p.status != http.StatusConflict {
			t.Errorf("a workflow without the trigger: got %d, want %d", p.status, http.StatusConflict)
		}
		if p := agent.post("/tickets/1/run", url.Values{"workflow": {"x"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("no workflow: got %d, want %d", p.status, http.StatusUnprocessableEntity)
		}
	})
}
