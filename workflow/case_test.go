package workflow

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

const caseEventText = `{"event": "$conversation_ticket_created", "properties": {"channel_source": "slack", "ticket_number": 7}, "timestamp": "2026-01-05T10:00:00Z"}`

func parseCase(t *testing.T, ticket, expect string) Case {
	t.Helper()
	c, err := ParseCase([]byte(caseEventText), []byte(ticket), []byte(expect), testNow)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACasePassesWhenExactlyWhatIsExpectedChanges(t *testing.T) {
	p := compile(t, updateFile(`"status":"open","sla_amount":"4","assignee":{"role":"Support"},"tags":["b","c"]`))
	const all = `"status":"open","sla_due_at":"2026-01-05T14:00:00+00:00","assignee":{"type":"role","name":"Support"},"tags":["c","b"]`
	tests := map[string]struct {
		ticket, expect string
		want           []Mismatch
	}{
		"all of it":         {`{"status":"new"}`, `{` + all + `}`, nil},
		"something is left": {`{"status":"new"}`, `{` + strings.TrimPrefix(all, `"status":"open",`) + `}`, []Mismatch{{"status", "not changed", "open"}}},
		"too much":          {`{"status":"open"}`, `{` + all + `,"priority":null}`, []Mismatch{{"priority", "none", "not changed"}, {"status", "open", "not changed"}}},
		"other values": {
			`{"status":"new","tags":["b","c"],"assignee":{"type":"role","name":"Support"}}`, `{"status":"pending","sla_due_at":"2026-01-05T15:00:00Z","tags":["c"]}`,
			[]Mismatch{{"sla_due_at", "2026-01-05T15:00:00Z", "2026-01-05T14:00:00Z"}, {"status", "pending", "open"}, {"tags", `["c"]`, "not changed"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			v := RunCase(p, parseCase(t, test.ticket, test.expect), testDirectory())
			if diff := cmp.Diff(test.want, v.Wrong); diff != "" || v.Problem != "" || v.Pass() != (test.want == nil) {
				t.Errorf("problem %q, wrong (-want +got):\n%s", v.Problem, diff)
			}
		})
	}
}

func TestACaseRunsThroughItsWaitsAlone(t *testing.T) {
	text := file(`{"type":"wait","for":"5d"},{"type":"send_reply","body":"Still there?"},{"type":"wait","for":"2d"},
		{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"resolved"},{"type":"assign_in_turn","role":{"role":"Support"}}`)
	v := RunCase(compile(t, text), parseCase(t, `{"status":"pending"}`, `{"status":"resolved","assignee":{"type":"user","name":"Ada"}}`), testDirectory())
	if !v.Pass() || v.Result.Outcome != Completed {
		t.Fatalf("got %+v, want it to pass", v)
	}
	var at []string
	for _, s := range v.Result.Steps {
		at = append(at, s.At.Sub(testNow).String())
	}
	if diff := cmp.Diff([]string{"120h0m0s", "120h0m0s", "168h0m0s", "168h0m0s", "168h0m0s"}, at); diff != "" {
		t.Errorf("steps ran (-want +got):\n%s", diff)
	}
}

func TestARunThatFailsIsNoPass(t *testing.T) {
	v := RunCase(compile(t, updateFile(`"status":"bad"`)), parseCase(t, ``, ``), testDirectory())
	if v.Pass() || !strings.Contains(v.Problem, "bad") {
		t.Errorf("got problem %q, want the failure", v.Problem)
	}
}

func TestACaseOfWhatTheWorkflowDoesPassesAndSurvivesItsText(t *testing.T) {
	f, dir := testFacts(), testDirectory()
	p := compile(t, updateFile(`"status":"open","priority":"high","sla_amount":"4","assignee":{"user":"ada@example.com"},"tags":["c"]`))
	r := p.Evaluate(f)
	ticket := f.Tickets[ticketID]
	e := f.Event.Event
	event, given, expect := CaseOf(e, ticket, dir, r.Changes(&ticket.Ticket, dir)).Texts()
	c, err := ParseCase([]byte(event), []byte(given), []byte(expect), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	v := RunCase(p, c, dir)
	if !v.Pass() || len(v.Changes) != 5 {
		t.Errorf("got %+v, want a pass of 5 changes", v)
	}
	again, err := GivenTicket(c.Ticket, nil, dir)
	if err != nil {
		t.Fatal(err)
	}
	want := ticket.Ticket
	want.ID, want.Customer.ID, want.UnreadCustomer = 1, 1, 0
	if diff := cmp.Diff(want, again.Ticket); diff != "" || *again.CustomerCount != 2 {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
}

func TestCasesThatCannotBeReadSayWhy(t *testing.T) {
	tests := map[string]struct{ event, ticket, expect, want string }{
		"no JSON":        {`{`, ``, ``, "JSON object"},
		"two objects":    {`{} {}`, ``, ``, "more than one"},
		"no name":        {`{"properties":{}}`, ``, ``, "has no name"},
		"unknown field":  {`{"event":"x","props":{}}`, ``, ``, "props"},
		"ticket no JSON": {caseEventText, `[]`, ``, "JSON object"},
		"expect no JSON": {caseEventText, ``, `1`, "JSON object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCase([]byte(test.event), []byte(test.ticket), []byte(test.expect), testNow)
			if err == nil || !strings.Contains(err.Error(), test.want) || !desk.IsKind(err, desk.Invalid) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestGivenTicketsThatGetTicketWouldNotPutOutAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"status": `{"status":"closed"}`, "priority": `{"priority":"urgent"}`, "tags": `{"tags":["` + strings.Repeat("x", 300) + `"]}`,
		"assignee": `{"assignee":{"type":"role","name":"Nobody"}}`, "sla_due_at": `{"sla":"soon"}`, "colour": `{"colour":"red"}`,
		"message_count": `{"message_count":"many"}`, "subject": `{"subject":5}`, "id": `{"id":"x"}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := parseCase(t, text, ``)
			_, err := GivenTicket(c.Ticket, nil, testDirectory())
			if refusal := (*desk.Error)(nil); !errors.As(err, &refusal) || refusal.Field != name {
				t.Errorf("got %v, want a refusal of %s", err, name)
			}
		})
	}
}

func TestACaseThatNoRunCouldMeetIsRefused(t *testing.T) {
	for _, c := range []struct{ event, expect, field string }{
		{`{"event":"nope"}`, `{}`, "event"},
		{`{"event":"$conversation_ticket_created"}`, `{"nope":1}`, "expect"},
		{`{"event":"$conversation_ticket_created"}`, `{"sla_due_at":"soon"}`, "expect"},
	} {
		_, err := ParseCase([]byte(c.event), nil, []byte(c.expect), time.Now())
		var refused *desk.Error
		if !errors.As(err, &refused) || refused.Field != c.field {
			t.Errorf("%s, %s: got %v, want %s refused", c.event, c.expect, err, c.field)
		}
	}
	if _, err := ParseCase([]byte(`{"event":"$workflow_manual"}`), nil, []byte(`{"sla_due_at":null,"tags":[]}`), time.Now()); err != nil {
		t.Errorf("a case that can be met: %v", err)
	}
}
