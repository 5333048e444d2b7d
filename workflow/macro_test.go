package workflow_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func macroUse() workflow.MacroUse {
	id, _ := desk.ParseID("0197a2b0-0000-7000-8000-0000000000a1")
	return workflow.MacroUse{
		Agent: desk.User{ID: 1, Name: "Ada Lindqvist", Email: "ada@example.com"},
		Ticket: workflow.TicketFacts{Ticket: desk.Ticket{
			ID: 7, PublicID: id, TeamID: 1, Number: 42, Subject: "Export", Status: desk.Open, Tags: []string{"old"},
			Customer: desk.Customer{Name: "Mira {now} Castellanos", Email: "mira@example.com"},
		}},
		Directory: &workflow.Directory{
			Team:  desk.Team{ID: 1, Name: "Acme"},
			Roles: map[int64]desk.Role{2: {ID: 2, Name: "Support"}},
		},
		URL: "https://desk.example.com", Now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC),
	}
}

func TestAMacroIsEvaluatedAsTheStepsOfAWorkflow(t *testing.T) {
	m := workflow.Macro{
		Name: "Ask",
		Body: "Hi {variables.customer.first_name | upper}, #{variables.ticket.number} is {variables.ticket.status} at {team.name}.\n{variables.agent.first_name}",
		Update: workflow.UpdateTicketStep{
			Status: "pending", Priority: "high", Tags: []string{"vip"}, TagsMode: desk.AddTags, SLAAmount: "4",
			Assignee: &workflow.Target{Kind: desk.ToRole, ID: 2},
		},
	}
	use := macroUse()
	checked, err := m.Checked(use.Directory)
	if err != nil || checked.Update.Assignee.Name != "Support" {
		t.Fatalf("checked: got %+v, %v", checked.Update.Assignee, err)
	}
	got, err := checked.Evaluate(t.Context(), use)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Hi MIRA, #42 is open at Acme.\nAda"; got.Text != want {
		t.Errorf("text: got %q, want %q", got.Text, want)
	}
	ticket := use.Ticket.Ticket
	out, err := desk.Apply(&ticket, desk.Agent(1, "Ada"), use.Now, got.Change)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.Changes, out.Changes); diff != "" {
		t.Errorf("applying differs from the preview (-preview +applied):\n%s", diff)
	}
	if ticket.Status != desk.Pending || ticket.Priority != desk.High || len(ticket.Tags) != 2 || len(out.Events) != 4 {
		t.Errorf("got %+v with %d events", ticket, len(out.Events))
	}
	if use.Ticket.Ticket.Status != desk.Open {
		t.Error("the preview changed the ticket")
	}
}

func TestAMacroSaysWhatItCannotDo(t *testing.T) {
	use := macroUse()
	for name, c := range map[string]struct {
		macro workflow.Macro
		field string
		want  string
	}{
		"nothing":  {workflow.Macro{Body: "  "}, "body", "does nothing yet"},
		"variable": {workflow.Macro{Body: "{customer.name}"}, "body", `Unknown variable "customer". There are variables, such as variables.ticket.subject, event, team and now`},
		"brace":    {workflow.Macro{Body: "{now"}, "body", "never closed"},
		"role":     {workflow.Macro{Update: workflow.UpdateTicketStep{Assignee: &workflow.Target{Kind: desk.ToRole, ID: 9, Name: "Gone"}}}, "assignee", `The role "Gone" does not exist`},
		"user":     {workflow.Macro{Update: workflow.UpdateTicketStep{Assignee: &workflow.Target{Kind: desk.ToUser, ID: 999}}}, "assignee", `The user "999" is not in this team`},
		"amount":   {workflow.Macro{Update: workflow.UpdateTicketStep{SLAAmount: "soon"}}, "sla_amount", "Invalid SLA amount"},
	} {
		c.macro.Name = "M"
		_, err := c.macro.Checked(use.Directory)
		if e, ok := errors.AsType[*desk.Error](err); !ok || e.Field != c.field || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want a refusal of %s with %q", name, err, c.field, c.want)
		}
		if name == "nothing" {
			continue
		}
		if _, err := c.macro.Evaluate(t.Context(), use); !desk.IsKind(err, desk.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s in use: got %v, want %q", name, err, c.want)
		}
	}
}

func TestAMacroThatChangesNothingHereHasNoChange(t *testing.T) {
	m := workflow.Macro{Name: "Open", Update: workflow.UpdateTicketStep{Status: "open"}}
	got, err := m.Evaluate(t.Context(), macroUse())
	if err != nil || len(got.Change) != 0 || got.Text != "" {
		t.Errorf("got %+v, %v, want nothing to do", got, err)
	}
}
