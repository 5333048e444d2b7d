package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// everyStep has each type of step and each way to start, as forms write them.
func everyStep() workflow.Definition {
	support := &workflow.Target{Kind: desk.ToRole, Name: "Support"}
	where := workflow.Clause{Condition: workflow.Condition{Left: "variables.t.status", Op: workflow.Equals, Value: "resolved"}}
	return workflow.Definition{
		Name: "Everything",
		Trigger: workflow.Trigger{
			Events: []workflow.EventTrigger{{Event: desk.TicketCreated}}, Manual: true, Webhook: true,
			Schedule: &workflow.Schedule{Cron: "0 9 * * 1-5", Zone: "Europe/Berlin"},
			Limit:    &workflow.KeyLimit{Times: 2, Within: "1h", Key: "{event.properties.customer_email}"},
		},
		Steps: []workflow.Step{
			{Type: workflow.Wait, Wait: &workflow.WaitStep{
				When: &workflow.Group{All: []workflow.Clause{where}}, Timeout: "2d", TicketID: workflow.EventTicket, Output: "t",
				Held:     []workflow.Step{{Type: workflow.SetVariable, Variable: &workflow.VariableStep{Variable: "score", Value: int64(3)}}},
				TimedOut: []workflow.Step{{Type: workflow.Stop, Stop: &workflow.StopStep{Reason: "too late"}}},
			}},
			{Type: workflow.Wait, Wait: &workflow.WaitStep{For: "90m"}, Disabled: true},
			{Type: workflow.Wait, Wait: &workflow.WaitStep{Until: "{variables.t.sla_due_at}"}},
			{Type: workflow.Wait, Wait: &workflow.WaitStep{Window: &desk.Hours{
				Days: views.Weekdays()[:5], Windows: desk.Windows{{"09:00", "17:00"}}, Timezone: "Asia/Tokyo",
			}}},
			{Type: workflow.SendReply, Message: &workflow.MessageStep{TicketID: workflow.EventTicket, Body: "Hello\nthere"}},
			{Type: workflow.AddNote, Message: &workflow.MessageStep{TicketID: workflow.EventTicket, Body: "Private"}},
			{Type: workflow.Notify, Notify: &workflow.NotifyStep{To: support, Via: []string{workflow.ViaEmail}, TicketID: workflow.EventTicket, Text: "Look"}},
			{Type: workflow.Notify, Notify: &workflow.NotifyStep{Address: "on@call.example", TicketID: workflow.EventTicket, Text: "Look"}},
			{Type: workflow.Notify, Notify: &workflow.NotifyStep{URL: "https://hooks.example/x", TicketID: workflow.EventTicket, Text: "Look"}},
			{Type: workflow.Webhook, Webhook: &workflow.WebhookStep{
				Method: "PUT", URL: "https://example.com/hook", Body: `{"a": 1}`, Output: "answer",
				Headers: []workflow.Header{{Name: "Authorization", Value: "secret"}, {Name: "X-Kind", Value: "test"}},
			}},
			{Type: workflow.AssignInTurn, Assign: &workflow.AssignStep{TicketID: workflow.EventTicket, Role: support, Mode: workflow.LeastOpen}},
		},
	}
}

func TestEveryTypeOfStepIsBuiltWithPlainForms(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		_, err := d.store.AddRole(t.Context(), d.team, "Support")
		check(t, err)
		c := start(d.signIn(t, "ada@example.com"), "Everything")
		c.build(everyStep())
		row := d.row(t, c)
		want := everyStep()
		roles, err := d.store.Roles(t.Context(), d.team)
		check(t, err)
		for _, s := range row.Draft.Steps { // the draft names the role by its id, and maybe in words
			for _, to := range targetsOf(s) {
				if to.ID != roles[0].ID {
					t.Errorf("step %s names %+v, want the role %d", s.ID, to, roles[0].ID)
				}
				to.Name = "Support"
			}
		}
		if diff := cmp.Diff(withoutDesk(want), withoutDesk(row.Draft)); diff != "" {
			t.Errorf("not what was built (-want +got):\n%s", diff)
		}
		if got := row.Draft.Steps[9].Webhook.Headers; len(got) != 2 || got[0].Value != "secret" || got[1].Value != "test" {
			t.Errorf("the headers are %+v, want both values kept", got)
		}
	})
}

func TestAHeadersValueIsKeptReplacedOrRemovedWithoutBeingShown(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Calls")
		c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.Webhook))
		c.call(c.open(c.path+"?step=s1"), &workflow.WebhookStep{Method: "POST", Headers: []workflow.Header{{Name: "A", Value: "one"}, {Name: "B", Value: "two"}}})

		p := c.submit(c.open(c.path+"?step=s1"), panel, map[string]string{"h0.name": "Renamed", "h1.value": "three"})
		if got := p.Find("[type=password]").Map(valueOf); !cmp.Equal(got, []string{"", ""}) {
			t.Errorf("the form shows the values %q", got)
		}
		want := []workflow.Header{{Name: "Renamed", Value: "one"}, {Name: "B", Value: "three"}}
		if got := d.row(t, c).Draft.Steps[0].Webhook.Headers; !cmp.Equal(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		c.submit(p, panel, nil, "do", "drop:h0")
		if got := d.row(t, c).Draft.Steps[0].Webhook.Headers; !cmp.Equal(got, want[1:]) {
			t.Errorf("after removing one: got %+v, want %+v", got, want[1:])
		}
	})
}

func TestAWaitKeepsItsPathsUntilTheyAreEmpty(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Waits")
		p := c.submit(c.open(c.path+"?at=0"), panel, nil, "type", string(workflow.Wait))
		c.submit(p, panel, map[string]string{"wait": views.WaitWhen})
		c.submit(c.open(c.path+"?at=0.else.s1"), panel, nil, "type", string(workflow.Stop))

		p = c.submit(c.open(c.path+"?step=s1"), panel, map[string]string{"wait": views.WaitFor})
		if p.status != http.StatusUnprocessableEntity || len(d.row(t, c).Draft.Steps[0].Wait.TimedOut) != 1 {
			t.Errorf("answered %d, want a refusal that keeps the step of the path", p.status)
		}
		c.submit(c.open(c.path+"?step=s2"), panel, nil, "do", "delete")
		c.submit(c.open(c.path+"?step=s1"), panel, map[string]string{"wait": views.WaitFor})
		if w := d.row(t, c).Draft.Steps[0].Wait; w.When != nil || w.For == "" {
			t.Errorf("got %+v, want a wait for some time", w)
		}
	})
}

func TestLimitsAndTicksAreTakenBack(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Limits")
		c.starts(c.open(c.path+"?step=trigger"), everyStep().Trigger)
		c.submit(c.open(c.path), panel, map[string]string{"limits.runs_per_minute": "7"})
		if l := d.row(t, c).Draft.Limits; l.RunsPerMinute != 7 {
			t.Errorf("limits are %+v, want 7 runs a minute", l)
		}
		p := c.submit(c.open(c.path+"?step=trigger"), panel, map[string]string{
			"manual": "", "webhook": "", "cron": "", "limit.times": "", "limit.within": "", "limit.key": "",
		})
		if p.status != http.StatusOK {
			t.Errorf("answered %d", p.status)
		}
		c.submit(c.open(c.path), panel, map[string]string{"limits.runs_per_minute": ""})
		if got := d.row(t, c).Draft; !cmp.Equal(got.Trigger, workflow.Trigger{}) || got.Limits != (workflow.Limits{}) {
			t.Errorf("got %+v with limits %+v, want neither", got.Trigger, got.Limits)
		}
	})
}

func targetsOf(s workflow.Step) []*workflow.Target {
	switch {
	case s.Notify != nil && s.Notify.To != nil:
		return []*workflow.Target{s.Notify.To}
	case s.Assign != nil:
		return []*workflow.Target{s.Assign.Role}
	}
	return nil
}

func (d builderDesk) row(t *testing.T, c construction) store.WorkflowRow {
	t.Helper()
	row, err := d.store.Workflow(t.Context(), d.team, c.id())
	check(t, err)
	return row
}

func TestAScheduleSaysWhenItComesRoundNext(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		c := start(d.signIn(t, "ada@example.com"), "Mornings")
		p := c.submit(c.open(c.path+"?step=trigger"), panel, map[string]string{"cron": "30 9 24 12 *", "zone": "Asia/Tokyo"})
		if text := p.Find(panel + " .next-times").Text(); strings.Count(text, "24 Dec") != 3 || !strings.Contains(text, "09:30") || !strings.Contains(text, "Asia/Tokyo") {
			t.Errorf("the panel says %q, want three mornings in Tokyo", text)
		}
		p = c.submit(p, panel, map[string]string{"cron": "whenever"})
		if p.Find(panel+" .next-times").Length() != 0 || !strings.Contains(p.Find("[name=cron]").Closest(".field").Find(".problem").Text(), "whenever") {
			t.Error("a schedule that cannot be read is not refused beside its field")
		}
	})
}
