package workflow

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

var (
	ticketID = desk.ID{1}
	otherID  = desk.ID{2}
	alienID  = desk.ID{3}
	goneID   = desk.ID{4}
)

// testTickets are two tickets of the team and one of another.
func testTickets() map[desk.ID]*TicketFacts {
	ticket := func(id desk.ID, team, number int64) *TicketFacts {
		return &TicketFacts{CustomerCount: new(2), Ticket: desk.Ticket{
			ID: number, PublicID: id, TeamID: team, Number: number, Subject: "Help", Channel: desk.Email, Mailbox: "help@acme.example",
			Status: desk.New, Tags: []string{"a", "b"}, Assignee: desk.Assignee{Kind: desk.ToRole, ID: 5},
			Customer:     desk.Customer{Name: "Joe", Email: "joe@bigcorp.com", DistinctID: "d1"},
			MessageCount: 1, LastMessageText: "Hello", LastMessageAt: testNow, UnreadTeam: 1,
			CreatedAt: testNow.Add(-time.Minute), UpdatedAt: testNow,
		}}
	}
	return map[desk.ID]*TicketFacts{ticketID: ticket(ticketID, 7, 12), otherID: ticket(otherID, 7, 13), alienID: ticket(alienID, 8, 1), goneID: nil}
}

func testFacts() Facts {
	return Facts{
		Event: Event{ID: 1, TeamID: 7, DistinctID: "d1", Event: desk.Event{Name: desk.TicketCreated, At: testNow, Properties: map[string]any{
			"ticket_id": ticketID.String(), "ticket_number": int64(12), "status": "new", "priority": nil,
			"channel_source": "email", "customer_email": "joe@bigcorp.com",
		}}},
		Now: testNow, URL: "https://desk.example.com", Directory: testDirectory(), Tickets: testTickets(), RunID: desk.ID{9}, Started: new(0),
	}
}

func compile(t testing.TB, text string) *Program {
	t.Helper()
	p, err := Compile(Workflow{ID: 1, TeamID: 7, Version: 3, Definition: parse(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGetTicketOutputs(t *testing.T) {
	r := compile(t, file(`{"type":"get_ticket"}`)).Evaluate(testFacts())
	want := map[string]any{
		"id": ticketID.String(), "ticket_number": int64(12), "number": int64(12), "url": "https://desk.example.com/tickets/12",
		"subject": "Help", "status": "new", "priority": nil, "tags": []any{"a", "b"}, "channel_source": "email", "mailbox": "help@acme.example",
		"assignee":    map[string]any{"type": "role", "id": int64(5), "name": "Support"},
		"distinct_id": "d1", "customer_name": "Joe", "customer_email": "joe@bigcorp.com", "customer_ticket_count_7d": int64(2),
		"message_count": int64(1), "last_message_at": "2026-01-05T10:00:00Z", "last_message_text": "Hello",
		"unread_team_count": int64(1), "unread_customer_count": int64(0), "sla_due_at": nil, "sla": nil,
		"created_at": "2026-01-05T09:59:00Z", "updated_at": "2026-01-05T10:00:00Z",
	}
	if diff := cmp.Diff(want, r.Variables["ticket"]); diff != "" {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
	if r.Outcome != Completed || len(r.Effects) != 0 {
		t.Errorf("outcome %s with %d effects, want completed without", r.Outcome, len(r.Effects))
	}
}

func TestUpdateTicketMakesOneChangeOfAllInputs(t *testing.T) {
	f := testFacts()
	before := testTickets()
	r := compile(t, updateFile(`"status":"pending","priority":"{event.properties.wanted | default: \"high\"}","sla_amount":"8","sla_unit":"hour",
		"sla_business_hours":{"days":["monday","tuesday"],"time":[["09:00","17:00"]]},"assignee":{"user":"ada@example.com"},
		"tags":["VIP ","","{event.properties.channel_source}"],"tags_mode":"add"`)).Evaluate(f)

	if r.Outcome != Completed || len(r.Effects) != 1 {
		t.Fatalf("outcome %s (%s) with %d effects, want completed with 1", r.Outcome, r.Why, len(r.Effects))
	}
	got := r.Effects[0].Ticket
	// 11:00 in the team's zone, Berlin: 6 hours on Monday and 2 on Tuesday.
	due := time.Date(2026, 1, 6, 10, 0, 0, 0, time.UTC)
	if got.Status != desk.Pending || got.Priority != desk.High || !got.SLADueAt.Equal(due) || got.Assignee != (desk.Assignee{Kind: desk.ToUser, ID: 3}) {
		t.Errorf("ticket after: %s %s %s %v", got.Status, got.Priority, got.SLADueAt, got.Assignee)
	}
	if diff := cmp.Diff([]string{"a", "b", "email", "vip"}, got.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if events := r.Effects[0].Outcome.Events; len(events) != 0 {
		t.Errorf("a workflow's change emitted %v", events)
	}
	wantOutputs := []Named{
		{Name: "status", Before: "new", Value: "pending"},
		{Name: "priority", Value: "high"},
		{
			Name: "assignee", Before: map[string]any{"type": "role", "id": int64(5), "name": "Support"},
			Value: map[string]any{"type": "user", "id": int64(3), "name": "Ada"},
		},
		{Name: "tags", Before: []string{"a", "b"}, Value: []string{"a", "b", "email", "vip"}},
		{Name: "sla_due_at", Value: "2026-01-06T10:00:00Z"},
	}
	if diff := cmp.Diff(wantOutputs, r.Steps[0].Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, f.Tickets); diff != "" {
		t.Errorf("Evaluate changed its facts (-before +after):\n%s", diff)
	}
}

func TestGetTicketSeesWhatEarlierStepsDid(t *testing.T) {
	text := strings.Replace(updateFile(`"status":"open"`), `"steps":[`, `"steps":[{"type":"get_ticket","output":"before"},`, 1)
	text = strings.TrimSuffix(text, "]}") + `,{"type":"get_ticket","output":"after"}]}`
	r := compile(t, text).Evaluate(testFacts())
	status := func(name string) any { return walk(r.Variables, []string{name, "status"}) }
	if status("before") != "new" || status("after") != "open" {
		t.Errorf("status before %v, after %v; want new and open", status("before"), status("after"))
	}
}

func TestBlankInputsCountAsNotGiven(t *testing.T) {
	for _, test := range []struct {
		fields  string
		outcome StepOutcome
		changed string
	}{
		{`"status":"","priority":null,"sla_amount":" ","tags":[]`, StepSkipped, ""},
		{`"status":"{event.properties.priority}","sla_amount":"{event.properties.none}","tags":["{event.properties.none}"," "]`, StepSkipped, ""},
		{`"tags":["","x"]`, StepDone, "tags"},
		{`"assignee":null`, StepDone, "assignee"},
		{`"priority":"","assignee":null,"status":"open"`, StepDone, "status,assignee"},
		{`"status":"new","tags":["b","A"]`, StepDone, ""}, // the same values again
		{`"tags":["zz"],"tags_mode":"remove"`, StepDone, ""},
		{`"sla_amount":"clear"`, StepDone, ""},
		{`"sla_unit":"day","sla_mode":"set"`, StepSkipped, ""},
	} {
		r := compile(t, updateFile(test.fields)).Evaluate(testFacts())
		var changed []string
		for _, effect := range r.Effects {
			for _, record := range effect.Outcome.Changes {
				changed = append(changed, string(record.Field))
			}
		}
		if got := strings.Join(changed, ","); r.Steps[0].Outcome != test.outcome || got != test.changed {
			t.Errorf("%s: %s (%s) changed %q, want %s and %q", test.fields, r.Steps[0].Outcome, r.Steps[0].Detail, got, test.outcome, test.changed)
		}
	}
}

func TestStepFailures(t *testing.T) {
	update := func(id, fields string) string {
		return file(`{"id":"u","type":"update_ticket","ticket_id":"` + id + `",` + fields + `}`)
	}
	for _, test := range []struct{ file, why string }{
		{update("{foo.x}", `"status":"open"`), `Unknown variable "foo"`},
		{update("{variables.nothing}", `"status":"open"`), "ticket_id is empty"},
		{update("12", `"status":"open"`), "There is no such ticket"},
		{update(alienID.String(), `"status":"open"`), "There is no such ticket in this team"},
		{update(goneID.String(), `"status":"open"`), "There is no such ticket in this team"},
		{updateFile(`"status":"closed"`), `"closed" is not a status`},
		{updateFile(`"status":"{bar.y}"`), `Unknown variable "bar"`},
		{updateFile(`"sla_amount":"abc"`), `Invalid SLA amount: abc. Must be a positive number or "clear".`},
		{updateFile(`"sla_amount":"{event.properties.channel_source}"`), `Invalid SLA amount: email. Must be a positive number or "clear".`},
		{updateFile(`"assignee":{"role":"Gone"}`), `The role "Gone" does not exist`},
		{updateFile(`"assignee":{"user":"left@example.com","id":77}`), `The user "left@example.com" is not in this team`},
	} {
		r := compile(t, test.file).Evaluate(testFacts())
		if r.Outcome != Failed || !strings.Contains(r.Why, test.why) || r.Steps[0].Outcome != StepFailed || len(r.Effects) != 0 {
			t.Errorf("%s: %s %q with %d effects, want failed with %q", test.file, r.Outcome, r.Why, len(r.Effects), test.why)
		}
	}
}

func TestARefusedUpdateChangesNothingOfItsStepAndLeavesEarlierOnes(t *testing.T) {
	steps := `{"id":"a","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"open"},
		{"id":"b","type":"update_ticket","ON"ticket_id":"{event.properties.ticket_id}","status":"resolved","sla_amount":"abc"},
		{"id":"c","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"low"}`
	for onError, want := range map[string]struct {
		outcome Outcome
		steps   int
		ids     string
	}{
		``:                       {Failed, 2, "a"},
		`"on_error":"abort",`:    {Failed, 2, "a"},
		`"on_error":"continue",`: {Completed, 3, "ac"},
	} {
		r := compile(t, file(strings.Replace(steps, `"ON"`, onError+`"`, 1))).Evaluate(testFacts())
		var ids strings.Builder
		for _, effect := range r.Effects {
			ids.WriteString(effect.StepID)
		}
		if r.Outcome != want.outcome || len(r.Steps) != want.steps || ids.String() != want.ids {
			t.Errorf("on_error %q: %s after %d steps, effects of %q; want %+v", onError, r.Outcome, len(r.Steps), ids.String(), want)
		}
	}
}

func TestIfTakesTheFirstMatchAndGoesOnAfterwards(t *testing.T) {
	text := file(`{"id":"g","type":"get_ticket"},{"id":"i","type":"if","branches":[
		{"name":"slack","when":{"all":[{"left":"variables.ticket.channel_source","op":"equals","value":"slack"}]},"steps":[{"id":"x","type":"stop"}]},
		{"name":"mail","when":{"any":[{"left":"variables.ticket.channel_source","op":"equals","value":"email"}]},
		 "steps":[{"id":"y","type":"if","branches":[{"when":{"all":[{"left":"now","op":"is_not_set"}]}}],"else":[]}]},
		{"when":{"all":[{"left":"now","op":"is_set"}]},"steps":[{"id":"z","type":"stop"}]}]},
		{"id":"e","type":"stop","reason":"Enough."},{"id":"never","type":"stop"}`)
	r := compile(t, text).Evaluate(testFacts())
	var steps []string
	for _, s := range r.Steps {
		steps = append(steps, s.StepID+": "+s.Detail)
	}
	want := []string{"g: Read ticket #12 into ticket.", "i: Took branch 2, mail.", "y: No branch matched.", "e: Enough."}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	wantTried := []BranchTrace{
		{Name: "slack", Tested: []ConditionTrace{{Left: "variables.ticket.channel_source", Op: Equals, Value: "slack", Actual: "email"}}},
		{Name: "mail", Matched: true, Tested: []ConditionTrace{{Left: "variables.ticket.channel_source", Op: Equals, Value: "email", Actual: "email", Matched: true}}},
	}
	if diff := cmp.Diff(wantTried, r.Steps[1].Branches); diff != "" {
		t.Errorf("branches (-want +got):\n%s", diff)
	}
	if r.Outcome != Completed || r.Why != "Enough." {
		t.Errorf("%s %q, want completed because of the stop", r.Outcome, r.Why)
	}
}

func TestTriggers(t *testing.T) {
	one := func(where string) string {
		return `{"name":"W","trigger":{"events":["$conversation_message_sent",{"event":"$conversation_ticket_created","where":` + where + `}]},"steps":[{"type":"stop"}]}`
	}
	for _, test := range []struct{ file, why string }{
		{one(`null`), ""},
		{one(`{"all":[{"left":"event.properties.status","op":"equals","value":"new"}]}`), ""},
		{
			one(`{"all":[{"left":"event.properties.ticket_number","op":"is_set"},{"left":"event.properties.status","op":"equals","value":["pending"]}]}`),
			`event.properties.status equals ["pending"] did not hold: the value was "new".`,
		},
		{
			one(`{"any":[{"left":"event.properties.priority","op":"is_set"},{"left":"event.properties.status","op":"matches","value":"("}]}`),
			`event.properties.priority is set did not hold: the value was not set. event.properties.status matches "(" did not hold: the value was not set. "(" is not a regular expression`,
		},
		{one(`{}`), "empty group"},
		{`{"name":"W","trigger":{"events":["$conversation_message_sent"]},"steps":[{"type":"stop"}]}`, "does not start on $conversation_ticket_created"},
	} {
		r := compile(t, test.file).Evaluate(testFacts())
		if (r.Outcome == Completed) != (test.why == "") || !strings.Contains(r.Why, test.why) {
			t.Errorf("%s: %s %q, want %q", test.file, r.Outcome, r.Why, test.why)
		}
	}
}

// bomb is a step with a bug.
type bomb struct{}

func (bomb) run(*evaluation, *StepTrace) flow { panic("boom") }

func TestAPanicFailsItsRunOnlyAndSaysSo(t *testing.T) {
	p := compile(t, updateFile(`"status":"open"`))
	p.steps = append(p.steps, step{source: &Step{ID: "b", Type: Stop}, run: bomb{}})
	r := p.Evaluate(testFacts())
	if r.Outcome != Failed || !strings.Contains(r.Why, "boom") || r.Steps[1].Outcome != StepFailed || len(r.Effects) != 1 {
		t.Errorf("%s %q, steps %+v", r.Outcome, r.Why, r.Steps)
	}
}

func TestARunEndsAfterAThousandSteps(t *testing.T) {
	p := compile(t, file(strings.Repeat(`{"type":"get_ticket","ticket_id":"x","on_error":"continue"},`, maxSteps)+`{"id":"last","type":"stop"}`))
	r := p.Evaluate(testFacts())
	if r.Outcome != Failed || !strings.Contains(r.Why, "limit of 1000 steps") || len(r.Steps) != maxSteps {
		t.Errorf("%s %q after %d steps", r.Outcome, r.Why, len(r.Steps))
	}
}

func TestVariablesAreLimitedTogether(t *testing.T) {
	f := testFacts()
	f.Tickets[ticketID].Ticket.LastMessageText = strings.Repeat("x", 60<<10)
	var steps []string
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		steps = append(steps, `{"type":"get_ticket","output":"`+name+`"}`)
	}
	r := compile(t, file(strings.Join(steps, ","))).Evaluate(f)
	if r.Outcome != Failed || !strings.Contains(r.Why, "larger than 256 kB") || len(r.Variables) != 4 {
		t.Errorf("%s %q with %d variables", r.Outcome, r.Why, len(r.Variables))
	}
}

// Loading facts on demand must not change what is decided, nor may evaluating twice.
func TestEvaluateIsResumableAndDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := Compile(Workflow{ID: 1, Definition: Definition{
			Trigger: Trigger{Events: []EventTrigger{{Event: desk.TicketCreated}}}, Steps: drawRun(t, 2),
		}})
		if err != nil {
			t.Fatal(err)
		}
		full := testFacts()
		want := p.Evaluate(full)
		if diff := cmp.Diff(want, p.Evaluate(full)); diff != "" {
			t.Fatalf("a second evaluation differs:\n%s", diff)
		}
		if diff := cmp.Diff(testTickets(), full.Tickets); diff != "" {
			t.Fatalf("the facts were changed:\n%s", diff)
		}

		lazy := testFacts()
		lazy.Tickets = map[desk.ID]*TicketFacts{}
		got := p.Evaluate(lazy)
		for n := 0; got.Need != nil; n++ {
			if n > len(full.Tickets) {
				t.Fatal("the evaluation asks again and again")
			}
			lazy.Tickets[got.Need.Ticket] = full.Tickets[got.Need.Ticket]
			got = p.Evaluate(lazy)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("with facts loaded on demand (-all at once +on demand):\n%s", diff)
		}
	})
}

func drawRun(t *rapid.T, depth int) []Step {
	ids := rapid.SampledFrom([]string{ticketID.String(), otherID.String(), alienID.String(), goneID.String(), EventTicket, "{variables.t.id}", "{no.root}"})
	onError := rapid.SampledFrom([]OnError{Abort, Continue, Continue})
	var out []Step
	for range rapid.IntRange(0, 4).Draw(t, "steps") {
		s := Step{ID: "s", OnError: onError.Draw(t, "on_error")}
		switch kind := rapid.IntRange(0, 2).Draw(t, "kind"); {
		case kind == 0:
			s.Type, s.Get = GetTicket, &GetTicketStep{TicketID: ids.Draw(t, "ticket"), Output: "t"}
		case kind == 1 && depth > 0:
			c := Condition{Left: "variables.t.status", Op: Equals, Value: rapid.SampledFrom([]string{"new", "open"}).Draw(t, "value")}
			s.Type, s.If = If, &IfStep{Branches: []Branch{{When: Group{All: []Clause{{Condition: c}}}, Steps: drawRun(t, depth-1)}}, Else: drawRun(t, depth-1)}
		default:
			s.Type, s.Update = UpdateTicket, &UpdateTicketStep{
				TicketID: ids.Draw(t, "ticket"), Status: rapid.SampledFrom([]string{"open", "new", "{variables.t.status}", "bad"}).Draw(t, "status"),
				Tags: []string{"{variables.t.number}"}, TagsMode: desk.AddTags,
			}
		}
		out = append(out, s)
	}
	return out
}
