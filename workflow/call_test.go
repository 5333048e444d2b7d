package workflow

import (
	"strings"
	"testing"
	"time"

	"signalbox/workflow/job"
)

func TestACallResolvesOnlyTheTextValuesOfItsBody(t *testing.T) {
	f := testFacts()
	f.Event.Properties["customer_email"] = `x","admin":"yes`
	r := compile(t, file(`{"type":"webhook","url":"https://hooks.example.com/{event.properties.ticket_number}","headers":[{"name":"Authorization","value":"s3cret"}],
		"body":"{\"email\":\"{event.properties.customer_email}\",\"n\":\"{event.properties.ticket_number}\",\"{x}\":[1,true,null]}"}`)).Evaluate(f)
	if r.Outcome != Completed || len(r.Jobs) != 1 {
		t.Fatalf("got %s, %q", r.Outcome, r.Why)
	}
	call, ok := r.Jobs[0].Payload.(job.Webhook)
	if want := `{"email":"x\",\"admin\":\"yes","n":12,"{x}":[1,true,null]}`; !ok || call.Body != want || call.URL != "https://hooks.example.com/12" || call.Method != methods()[1] {
		t.Errorf("call: got %+v, want the body %s", call, want)
	}
	if text := jsonText(r.Steps); strings.Contains(text, "s3cret") {
		t.Error("the trace holds a header's value")
	}
}

func TestARunWaitsForTheAnswerToItsCall(t *testing.T) {
	p, f := compile(t, file(`{"type":"webhook","url":"https://hooks.example.com/","output":"crm"},{"type":"set_variable","variable":"plan","value":"{variables.crm.body.plan}"}`)), testFacts()
	first := p.Evaluate(f)
	if first.Outcome != Waiting || !first.Wait.Await || len(first.Jobs) != 1 {
		t.Fatalf("got %s, %+v", first.Outcome, first.Wait)
	}
	resumed := func(answer any, at time.Time) Result {
		f.Now, f.Resume = at, &Resumption{Position: *first.Wait, Variables: first.Variables, Steps: first.Steps, Answer: answer}
		return p.Evaluate(f)
	}
	done := resumed(map[string]any{"status": 200, "body": map[string]any{"plan": "gold"}}, testNow.Add(time.Second))
	if done.Outcome != Completed || done.Variables["plan"] != "gold" || len(done.Jobs) != 0 {
		t.Errorf("with an answer: got %s, %v and %d calls more", done.Outcome, done.Variables, len(done.Jobs))
	}
	if r := resumed(map[string]any{"error": "404"}, testNow.Add(time.Second)); r.Outcome != Failed || !strings.Contains(r.Why, "404") {
		t.Errorf("with a refusal: got %s, %q", r.Outcome, r.Why)
	}
	if r := resumed(nil, testNow.Add(time.Second)); r.Outcome != Waiting || len(r.Jobs) != 0 {
		t.Errorf("without an answer yet: got %s", r.Outcome)
	}
	if r := resumed(nil, testNow.Add(longestCall)); r.Outcome != Failed {
		t.Errorf("without an answer at last: got %s, want failed", r.Outcome)
	}
}

func TestCallsGoNowhereThatTextOfACustomerNames(t *testing.T) {
	for url, want := range map[string]string{
		"https://desk.example.com/api":                     "own desk",
		"https://DESK.example.com:443/":                    "own desk",
		"https://{event.properties.customer_email}/":       "not an address to call",
		"https://example.com{event.properties.status}/":    "must be plain text",
		"https://user:pass@example.com/":                   "holds a password",
		"ftp://example.com/":                               "not an address to call",
		"{event.properties.customer_email}":                "not an address to call",
		"https://a.example.com@{event.properties.status}/": "not an address to call",
	} {
		r := compile(t, file(`{"type":"webhook","url":"`+url+`"}`)).Evaluate(testFacts())
		if r.Outcome != Failed || !strings.Contains(r.Why, want) || len(r.Jobs) != 0 {
			t.Errorf("%s: got %s, %q, want %q", url, r.Outcome, r.Why, want)
		}
	}
}

func TestNoValueAddsAPartToTheAddressOfACall(t *testing.T) {
	f := testFacts()
	f.Event.Properties["customer_email"] = "../admin?x=1&y=2#z"
	for address, want := range map[string]string{
		"https://hooks.example.com/a/{event.properties.customer_email}/b": "https://hooks.example.com/a/..%2Fadmin%3Fx=1&y=2%23z/b",
		"https://hooks.example.com/?q={event.properties.customer_email}":  "https://hooks.example.com/?q=..%2Fadmin%3Fx%3D1%26y%3D2%23z",
	} {
		r := compile(t, file(`{"type":"webhook","url":"`+address+`"}`)).Evaluate(f)
		if len(r.Jobs) != 1 {
			t.Fatalf("%s: %s, %q", address, r.Outcome, r.Why)
		}
		if call, ok := r.Jobs[0].Payload.(job.Webhook); !ok || call.URL != want {
			t.Errorf("%s: got %s, want %s", address, call.URL, want)
		}
	}
}
