package workflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

func TestWhatPostHogCannotSayIsRefusedByName(t *testing.T) {
	update := func(s string) string {
		return `{"id":"u","type":"update_ticket","name":"Update it","ticket_id":"{event.properties.ticket_id}",` + s + `}`
	}
	when := func(s string) string {
		return `{"id":"i","type":"if","name":"Choose","branches":[{"when":` + s + `}]}`
	}
	for name, test := range map[string]struct{ steps, want string }{
		"a reply":                 {`{"id":"r","type":"send_reply","name":"Greet","body":"Hi"}`, `step "Greet": PostHog has no step like send reply`},
		"no name":                 {`{"id":"r","type":"add_note","body":"Hi"}`, `step "r": PostHog has no step like add note`},
		"a variable":              {`{"id":"v","type":"set_variable","name":"V","variable":"a","value":"{event.properties.status}"}`, `step "V": PostHog has no step like set variable`},
		"switched off":            {update(`"status":"open","disabled":true`), `step "Update it": a step that is switched off`},
		"only earlier":            {update(`"sla_amount":1,"sla_mode":"earlier"`), `step "Update it": PostHog sets an SLA always`},
		"unassign":                {update(`"assignee":null`), `step "Update it": PostHog cannot take a ticket from its assignee`},
		"an unknown role":         {update(`"assignee":{"role":"Sales"}`), `step "Update it": the role "Sales" has no id in PostHog. Give it with --role <uuid>=Sales`},
		"an unknown user":         {update(`"assignee":{"user":"zed@example.com"}`), `the user "zed@example.com" has no id`},
		"a filter":                {update(`"status":"{event.properties.x | upper}"`), `step "Update it": PostHog does not know the filter upper`},
		"the team":                {update(`"status":"{team.name}"`), `step "Update it": PostHog does not know {team.name}`},
		"a backslash":             {update(`"status":"\\a{event.properties.x}"`), `step "Update it": a backslash`},
		"holidays":                {update(`"sla_amount":1,"sla_business_hours":{"time":"any","timezone":"UTC","holidays":["2026-01-01"]}`), `step "Update it": PostHog's hours know no holidays`},
		"the team's zone":         {update(`"sla_amount":1,"sla_business_hours":{"time":"any"}`), `step "Update it": PostHog does not know the team's time zone`},
		"an operator":             {when(`{"all":[{"left":"event.properties.tags","op":"has_any","value":"x"}]}`), `step "Choose": PostHog has no operator "has_any"`},
		"any of several":          {when(`{"any":[{"left":"event.properties.a","op":"is_set"},{"left":"event.properties.b","op":"is_set"}]}`), `step "Choose": PostHog joins conditions by all`},
		"the event's name":        {when(`{"all":[{"left":"event.event","op":"is_set"}]}`), `step "Choose": PostHog cannot compare "event.event"`},
		"a template as value":     {when(`{"all":[{"left":"event.properties.a","op":"equals","value":"{event.properties.b}"}]}`), `step "Choose": PostHog compares with fixed values`},
		"a wait until a moment":   {`{"id":"w","type":"wait","name":"W","until":"2026-01-01"}`, `step "W": PostHog cannot wait until a moment`},
		"a wait of a template":    {`{"id":"w","type":"wait","name":"W","for":"{event.properties.x}"}`, `step "W": PostHog waits for a fixed time`},
		"two windows":             {`{"id":"w","type":"wait","name":"W","window":{"time":[["01:00","02:00"],["03:00","04:00"]],"timezone":"UTC"}}`, `step "W": PostHog's hours have one window`},
		"another ticket":          {`{"id":"w","type":"wait","name":"W","when":{"all":[{"left":"event.properties.a","op":"is_set"}]},"timeout":"1h","ticket_id":"{event.properties.other}"}`, `step "W": PostHog does not read a ticket anew`},
		"after a stop":            {`{"id":"s","type":"stop"},` + update(`"status":"open"`), `step "Update it": it comes after a stop`},
		"after stops on all ways": {`{"id":"i","type":"if","branches":[{"when":{"all":[{"left":"event.properties.a","op":"is_set"}]},"steps":[{"id":"s","type":"stop"}]}],"else":[{"id":"s2","type":"stop"}]},` + update(`"status":"open"`), `node "Update it": no edge leads to it`},
		"a foreign id":            {when(`{"all":[{"left":"event.properties.assignee_id","op":"equals","value":3}]}`), `the ids of PostHog's users and roles`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ExportPostHog(parse(t, file(test.steps)), posthogMapping())
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("ExportPostHog = %v, want one line with %q", err, test.want)
			}
		})
	}
}

func TestWorkflowSettingsThatPostHogLacksAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(d *Definition)
		want   string
	}{
		"limits":   {func(d *Definition) { d.Limits.RunsPerMinute = 5 }, "PostHog has no limits"},
		"manual":   {func(d *Definition) { d.Trigger.Manual = true }, "only triggers on events"},
		"schedule": {func(d *Definition) { d.Trigger.Schedule = &Schedule{Cron: "0 9 * * *"} }, "only triggers on events"},
		"webhook":  {func(d *Definition) { d.Trigger.Webhook = true }, "only triggers on events"},
		"key":      {func(d *Definition) { d.Trigger.Limit = &KeyLimit{Times: 1, Within: "1h"} }, "a limit for each key"},
		"no event": {func(d *Definition) { d.Trigger.Events = nil }, "it names no event"},
	} {
		d := parse(t, file(`{"type":"stop"}`))
		test.change(&d)
		if _, err := ExportPostHog(d, Mapping{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: ExportPostHog = %v, want %q", name, err, test.want)
		}
	}
}

func TestImportedAgainAWorkflowDoesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := 0
		d := Definition{Name: "Drawn", Trigger: Trigger{Events: []EventTrigger{
			{Event: desk.TicketCreated, Where: drawWhere(t)}, {Event: desk.MessageReceived}, {Event: desk.TicketCreated, Where: drawWhere(t)},
		}}, Steps: drawForPostHog(t, 3, &ids)}
		exported, err := ExportPostHog(d, posthogMapping())
		if err != nil {
			if strings.Contains(err.Error(), "it comes after a stop") || strings.Contains(err.Error(), "no edge leads to it") {
				return // a step of the drawn workflow is never reached
			}
			t.Fatalf("ExportPostHog: %v\n%s", err, Format(d))
		}
		again, err := ImportPostHog(exported, posthogMapping())
		if err != nil {
			t.Fatalf("ImportPostHog: %v\n%s", err, exported)
		}
		for _, status := range []string{"new", "open", "pending"} {
			f := testFacts()
			f.Event.Properties["status"] = status
			f.Event.Properties["ticket_number"] = rapid.Int64Range(0, 9).Draw(t, "number")
			want, got := behaviour(t, d, f), behaviour(t, again, f)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-the workflow +exported and imported):\n%s\n%s\n%s", diff, FormatYAML(d), FormatYAML(again))
			}
		}
	})
}

// behaviour is all that a run does and says, apart from stops, which have no effect but to end it.
func behaviour(t *rapid.T, d Definition, f Facts) []string {
	p, err := Compile(Workflow{ID: 1, TeamID: 7, Definition: d})
	if err != nil {
		t.Fatal(err)
	}
	r := p.Evaluate(f)
	out := []string{string(r.Outcome), jsonText(r.Variables)}
	if r.Outcome != Completed {
		out = append(out, r.Why)
	}
	for _, s := range r.Steps {
		if s.Type == If { // whether what follows is its else or comes after it is all the same
			s.Detail = jsonText(s.Branches)
		}
		if s.Type != Stop && s.Type != SetVariable {
			out = append(out, fmt.Sprintf("%s %s %s %s", s.Type, s.Outcome, s.Detail, jsonText(s.Inputs)))
		}
	}
	for _, e := range r.Effects {
		out = append(out, jsonText(e.Ticket))
	}
	return out
}

func drawWhere(t *rapid.T) *Group {
	if rapid.Bool().Draw(t, "no conditions") {
		return nil
	}
	g := drawGroup(t, 2)
	return &g
}

func drawGroup(t *rapid.T, depth int) Group {
	var g Group
	for range rapid.IntRange(1, 2).Draw(t, "conditions") {
		if depth > 0 && rapid.IntRange(0, 3).Draw(t, "nested") == 0 {
			inner := drawGroup(t, depth-1)
			g.All = append(g.All, Clause{Group: &inner})
			continue
		}
		g.All = append(g.All, Clause{Condition: rapid.SampledFrom([]Condition{
			{Left: "event.properties.status", Op: Equals, Value: "new"},
			{Left: "event.properties.status", Op: NotEquals, Value: []any{"new", "open"}},
			{Left: "event.properties.ticket_number", Op: Greater, Value: int64(4)},
			{Left: "event.properties.ticket_number", Op: AtMost, Value: 7.5},
			{Left: "event.properties.customer_email", Op: Contains, Value: "@BIGCORP"},
			{Left: "event.properties.customer_email", Op: NotContains, Value: []any{`\{x}`, "y"}},
			{Left: "event.properties.customer_email", Op: Matches, Value: `^jo{1}e@`},
			{Left: "event.properties.priority", Op: IsNotSet},
			{Left: "variables.ticket.status", Op: Equals, Value: "open"},
			{Left: "variables.t.tags", Op: IsSet},
			{Left: "variables.n", Op: Equals, Value: int64(5)},
			{Left: "variables.part", Op: NotMatches, Value: "Joe"},
		}).Draw(t, "condition")})
	}
	if len(g.All) == 1 && rapid.Bool().Draw(t, "any of one") {
		g.All, g.Any = nil, g.All
	}
	return g
}

func drawForPostHog(t *rapid.T, depth int, ids *int) []Step {
	var out []Step
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		*ids++
		s := Step{
			ID: fmt.Sprintf("n%d", *ids), Name: rapid.SampledFrom([]string{"", "Named"}).Draw(t, "name"),
			OnError: rapid.SampledFrom([]OnError{"", Abort, Continue}).Draw(t, "on_error"),
		}
		switch kind := rapid.IntRange(0, 11).Draw(t, "kind"); {
		case kind < 3:
			s.Type, s.Get = GetTicket, &GetTicketStep{
				TicketID: rapid.SampledFrom([]string{"", EventTicket, otherID.String(), goneID.String()}).Draw(t, "ticket"),
				Output:   rapid.SampledFrom([]string{"", "ticket", "t"}).Draw(t, "output"),
			}
		case kind == 3:
			s.Type, s.Get = GetTicket, &GetTicketStep{Output: "part"}
			out = append(out, s)
			*ids++
			s = Step{ID: fmt.Sprintf("n%d", *ids), Type: SetVariable, Variable: &VariableStep{Variable: "part", Value: "{variables.part.customer_name}"}}
		case kind < 7 && depth > 0:
			s.Type, s.If = If, &IfStep{Else: drawForPostHog(t, depth-1, ids)}
			for range rapid.IntRange(1, 3).Draw(t, "branches") {
				s.If.Branches = append(s.If.Branches, Branch{When: drawGroup(t, 1), Steps: drawForPostHog(t, depth-1, ids)})
			}
		case kind == 7 && depth < 3:
			s.Type, s.Stop = Stop, &StopStep{Reason: rapid.SampledFrom([]string{"", "enough"}).Draw(t, "reason")}
			return append(out, s)
		default:
			s.Type, s.Update = UpdateTicket, drawUpdate(t)
		}
		out = append(out, s)
	}
	return out
}

func drawUpdate(t *rapid.T) *UpdateTicketStep {
	return &UpdateTicketStep{
		TicketID:  rapid.SampledFrom([]string{EventTicket, otherID.String(), "{variables.t.id}"}).Draw(t, "ticket"),
		Status:    rapid.SampledFrom([]string{"", "open", "pending", "bad", "{event.properties.status}"}).Draw(t, "status"),
		Priority:  rapid.SampledFrom([]string{"", "high", "{variables.ticket.priority}"}).Draw(t, "priority"),
		SLAAmount: rapid.SampledFrom([]any{nil, "", "8", int64(3), int64(0), 1.5, "clear", "{event.properties.ticket_number}"}).Draw(t, "amount"),
		SLAUnit:   rapid.SampledFrom([]string{"", "day", "minute"}).Draw(t, "unit"),
		BusinessHours: rapid.SampledFrom([]*desk.Hours{
			nil, {Timezone: "UTC"}, {Days: []string{"monday", "tuesday"}, Windows: desk.Windows{{"09:00", "17:00"}}, Timezone: "Asia/Tokyo"},
		}).Draw(t, "hours"),
		Assignee: rapid.SampledFrom([]*Target{
			nil, {Kind: desk.ToRole, Name: "Support"}, {Kind: desk.ToRole, Name: "Senior"}, {Kind: desk.ToUser, Name: "ada@example.com"},
		}).Draw(t, "assignee"),
		Tags:     rapid.SampledFrom([][]string{nil, {"x"}, {"", "{variables.ticket.tags}"}, {`a \{b}`, "n {event.properties.ticket_number}"}}).Draw(t, "tags"),
		TagsMode: rapid.SampledFrom([]desk.TagsMode{"", desk.AddTags, desk.RemoveTags}).Draw(t, "mode"),
	}
}
