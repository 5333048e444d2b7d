package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	trialWorkflow = `
name: Trial
trigger:
  events:
    - event: $conversation_ticket_created
      where:
        all:
          - {left: event.properties.channel_source, op: not_equals, value: api}
    - $conversation_message_received
steps:
  - {id: get, type: get_ticket}
  - id: who
    type: if
    branches:
      - when: {all: [{left: variables.ticket.customer_email, op: contains, value: "@big.example"}]}
        steps:
          - id: big
            type: update_ticket
            ticket_id: "{event.properties.ticket_id}"
            status: open
            priority: high
            sla_amount: 2
            assignee: {role: Senior Support}
            tags: [Big, "{event.properties.plan}"]
            tags_mode: add
      - when: {all: [{left: variables.ticket.status, op: equals, value: resolved}]}
        steps:
          - {id: undo, type: update_ticket, ticket_id: "{variables.ticket.id}", assignee: null, sla_amount: clear}
          - {id: bad, type: update_ticket, ticket_id: "{variables.ticket.id}", sla_amount: "{event.properties.amount}"}
      - when: {all: [{left: variables.ticket.number, op: gt, value: 100}]}
        steps:
          - {id: pause, type: wait, for: 2h}
          - {id: late, type: update_ticket, ticket_id: "{variables.ticket.id}", status: pending}
`
	trialTicket = `{"status": "resolved", "priority": "low", "tags": ["b"], "ticket_number": 12, "sla_due_at": "2026-01-05T12:00:00Z",
		"assignee": {"type": "user", "name": "ada@example.com"}, "customer_email": "joe@small.example", "customer_ticket_count_7d": 3}`
)

// trial runs the workflow on events and returns one answer for each.
func runTrial(t *testing.T, events, ticket string, args ...string) []object {
	t.Helper()
	sh := newShell(t)
	sh.stdin = events
	all := append([]string{"workflow", "test", sh.file("trial.yaml", trialWorkflow), "--event", "-", "--now", "2026-01-05T10:00:00Z", "--json"}, args...)
	if ticket != "" {
		all = append(all, "--ticket", sh.file("ticket.json", ticket))
	}
	var out []object
	for line := range strings.Lines(sh.ok(all...)) {
		var o object
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("a line is %q: %v", line, err)
		}
		out = append(out, o)
	}
	return out
}

func TestWorkflowTestAnswersEachEvent(t *testing.T) {
	got := runTrial(t, `{"event":"$conversation_ticket_created","properties":{"ticket_id":"0199d1f0-0000-7000-8000-000000000001","ticket_number":7,"channel_source":"email","status":"new","priority":null,"customer_email":"Joe@BIG.example","plan":"Pro"}}
{"event":"$conversation_ticket_created","properties":{"channel_source":"api"}}

{"event":"$conversation_ticket_assigned","properties":{}}
{"event":"$conversation_message_received","properties":{}}
{"event":"$conversation_message_received","properties":{"ticket_number":101}}
`, "")
	want := []object{
		{
			"outcome": "completed", "why": "", "steps": []any{
				map[string]any{"step": "get", "outcome": "done", "detail": "Read ticket #7 into ticket."},
				map[string]any{"step": "who", "outcome": "done", "detail": "Took branch 1."},
				map[string]any{"step": "big", "outcome": "done", "detail": "Changed status, priority, assignee, tags, sla_due_at of ticket #7."},
			},
			"changes": map[string]any{
				"status": "open", "priority": "high", "sla_due_at": "2026-01-05T12:00:00Z", "tags": []any{"big", "pro"},
				"assignee": map[string]any{"type": "role", "name": "Senior Support"},
			},
		},
		{"outcome": "not_triggered", "why": `event.properties.channel_source not equals "api" did not hold: the value was "api".`, "steps": []any{}, "changes": map[string]any{}},
		{"outcome": "not_triggered", "why": "The workflow does not start on $conversation_ticket_assigned.", "steps": []any{}, "changes": map[string]any{}},
		{"outcome": "completed", "why": "", "steps": []any{
			map[string]any{"step": "get", "outcome": "done", "detail": "Read ticket #1 into ticket."},
			map[string]any{"step": "who", "outcome": "done", "detail": "No branch matched."},
		}, "changes": map[string]any{}},
	}
	if diff := cmp.Diff(want, got[:len(got)-1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	last := got[len(got)-1]
	if last["outcome"] != "waiting" || !strings.Contains(last.text("why"), "2026-01-05") || len(last.sub("changes")) != 0 {
		t.Errorf("a run that waits = %v, want waiting until noon and no change", last)
	}
}

func TestWorkflowTestStartsEachEventFromTheTicket(t *testing.T) {
	const event = `{"event":"$conversation_message_received","properties":{"amount":"soon"}}` + "\n"
	for _, got := range runTrial(t, event+event, trialTicket) {
		if got["outcome"] != "failed" || got["why"] != `Invalid SLA amount: soon. Must be a positive number or "clear".` {
			t.Errorf("outcome %v, why %v", got["outcome"], got["why"])
		}
		// What was done before the failure stays; what is cleared is null.
		if diff := cmp.Diff(object{"assignee": nil, "sla_due_at": nil}, got.sub("changes")); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	}
}

func TestWorkflowTestReadsForPeople(t *testing.T) {
	sh := newShell(t)
	sh.stdin = `{"event":"$conversation_ticket_created","properties":{"customer_email":"x@big.example"}}`
	out := sh.ok("workflow", "test", sh.file("trial.yaml", trialWorkflow), "--event", "-", "--role", "unused=Nobody")
	for _, want := range []string{"$conversation_ticket_created: completed\n", "  who: done. Took branch 1.\n", `priority → "high"`} {
		if !strings.Contains(out, want) {
			t.Errorf("it printed %q, want %q in it", out, want)
		}
	}
}

func TestWorkflowTestRefusesWhatItCannotUse(t *testing.T) {
	sh := newShell(t)
	good, created := sh.file("good.yaml", trialWorkflow), `{"event":"$conversation_ticket_created","properties":{}}`
	for name, c := range map[string]struct {
		args, stdin, want string
		code              int
	}{
		"no JSON":         {"--event -", created + "\n{", "-, line 2: This is not a JSON object", exitRefused},
		"no object":       {"--event -", "[]", "line 1: This is a JSON array, not an object", exitRefused},
		"an odd event":    {"--event -", `{"event":5}`, `line 1: "event" cannot be a JSON number`, exitRefused},
		"two objects":     {"--event -", created + created, "line 1: There is something after the JSON object", exitRefused},
		"no name":         {"--event -", `{"properties":{}}`, "line 1: The event has no name", exitRefused},
		"an unknown key":  {"--event -", `{"event":"x","props":{}}`, `unknown field "props"`, exitRefused},
		"a long line":     {"--event -", strings.Repeat("x", maxEventLine+1), "-, line 1: the event has more than 1024 kB", exitRefused},
		"no events":       {"--event missing.jsonl", "", "missing.jsonl: no such file", exitRefused},
		"an unknown fact": {"--event " + sh.file("e", created) + " --ticket -", `{"colour":"red"}`, `-: Get ticket has no field "colour"`, exitRefused},
		"an odd fact":     {"--event " + sh.file("e", created) + " --ticket -", `{"status":"lost"}`, `-: "lost" is not a status`, exitRefused},
		"standard input":  {"--event - --ticket -", "", "only one of", exitUsage},
		"an odd time":     {"--event - --now noon", "", `"noon" is not a time`, exitUsage},
		"an odd role":     {"--event - --role Support", "", "--role", exitUsage},
		"events missing":  {"", "", "--event", exitUsage},
	} {
		sh.stdin = c.stdin
		r := sh.run(append([]string{"workflow", "test", good}, strings.Fields(c.args)...)...)
		if r.code != c.code || !strings.Contains(r.errors, c.want) || strings.Count(r.errors, "\n") != 1 {
			t.Errorf("%s: %d, %q; want %d and one line with %q", name, r.code, r.errors, c.code, c.want)
		}
	}
	if r := sh.run("workflow", "test", sh.file("bad.yaml", "name: x\nsteps: 5\n"), "--event", "-"); r.code != exitRefused || !strings.Contains(r.errors, "steps: must be a list") {
		t.Errorf("a workflow that cannot be read = %+v", r)
	}
}

func TestWorkflowsInOtherFormats(t *testing.T) {
	const flow = `{"name":"Assign","actions":[
		{"id":"t","name":"Trigger","type":"trigger","config":{"type":"event","filters":{"events":[{"id":"$conversation_ticket_created"}]}}},
		{"id":"u","name":"Assign it","type":"function","config":{"template_id":"template-posthog-update-ticket","inputs":{
			"ticket_id":{"value":"{event.properties.ticket_id}"},"assignee":{"value":{"type":"role","id":"11111111-1111-4111-8111-111111111111"}}}}},
		{"id":"x","name":"Exit","type":"exit","config":{"reason":"Default exit"}}],
		"edges":[{"from":"t","to":"u","type":"continue"},{"from":"u","to":"x","type":"continue"}]}`
	const role = "11111111-1111-4111-8111-111111111111=Support"
	sh := readyShell(t)
	sh.ok("role", "add", "Support")
	file := sh.file("flow.json", flow)
	if r := sh.run("workflow", "validate", file); r.code != exitRefused || !strings.Contains(r.errors, "role 11111111-1111-4111-8111-111111111111") {
		t.Errorf("validate without the role = %+v", r)
	}
	sh.ok("workflow", "validate", file, "--role", role)
	id := sh.ok("workflow", "apply", file, "--role", role)

	native, yaml := sh.ok("workflow", "export", "Assign"), sh.ok("workflow", "export", "Assign", "--format", "yaml")
	if r := sh.run("workflow", "export", "Assign", "--format", "posthog"); r.code != exitRefused || !strings.Contains(r.errors, `step "Assign it": the role "Support" has no id in PostHog`) {
		t.Errorf("export without the role = %+v", r)
	}
	sh.env["SIGNALBOX_ROLE"] = role
	posthog := sh.ok("workflow", "export", "Assign", "--format", "posthog")
	for name, text := range map[string]string{"a.yaml": yaml, "a.json": native, "p.json": posthog} {
		if again := sh.ok("workflow", "apply", sh.file(name, text)); again != id {
			t.Errorf("%s is applied as %s, want %s", name, again, id)
		}
		if after := sh.ok("workflow", "export", "Assign"); after != native {
			t.Errorf("%s changed the workflow (-want +got):\n%s", name, cmp.Diff(native, after))
		}
	}
	if r := sh.run("workflow", "export", "Assign", "--format", "xml"); r.code != exitUsage {
		t.Errorf("an unknown format = %+v", r)
	}
}
