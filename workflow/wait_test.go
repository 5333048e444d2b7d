package workflow

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

// goOn lets a waiting run go on at a later time, through the form in which it is kept.
func goOn(t *testing.T, p *Program, f Facts, r Result, at time.Time) Result {
	t.Helper()
	if r.Outcome != Waiting || r.Wait == nil {
		t.Fatalf("the run is %s (%s), want it to wait", r.Outcome, r.Why)
	}
	kept := Resumption{RunID: f.RunID, Steps: r.Steps}
	position, err := json.Marshal(r.Wait)
	if err != nil {
		t.Fatal(err)
	}
	variables, err := json.Marshal(r.Variables)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(position, &kept.Position); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(variables, &kept.Variables); err != nil {
		t.Fatal(err)
	}
	f.Now, f.Resume = at, &kept
	f.fold(&r)
	return p.Evaluate(f)
}

func stepsOf(r Result) string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, s.StepID+":"+string(s.Outcome))
	}
	return strings.Join(out, " ")
}

const open, pending = `{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"open"}`,
	`{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","status":"pending"}`

func TestARunWaitsAndGoesOnBehindTheWait(t *testing.T) {
	for name, c := range map[string]struct {
		wait  string
		until time.Time
	}{
		"a duration":     {`"for":"90m"`, testNow.Add(90 * time.Minute)},
		"a template":     {`"for":"{variables.n}h"`, testNow.Add(3 * time.Hour)},
		"a moment":       {`"until":"` + testNow.Add(time.Minute).Format(time.RFC3339) + `"`, testNow.Add(time.Minute)},
		"business hours": {`"window":{"days":["wednesday"],"time":[["09:00","17:00"]]}`, time.Date(2026, 1, 7, 8, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			p := compile(t, file(`{"type":"set_variable","variable":"n","value":3},`+open+`,{"type":"wait",`+c.wait+`},`+pending))
			f := testFacts()
			first := p.Evaluate(f)
			if first.Outcome != Waiting || !first.Wait.WakeAt().Equal(c.until) {
				t.Fatalf("got %s until %s, want to wait until %s", first.Outcome, first.Wait.WakeAt(), c.until)
			}
			if len(first.Effects) != 1 || first.Effects[0].Ticket.Status != desk.Open {
				t.Errorf("before the wait: effects %+v, want the ticket opened", first.Effects)
			}

			early := goOn(t, p, f, first, c.until.Add(-time.Microsecond))
			if early.Outcome != Waiting || !early.Wait.WakeAt().Equal(c.until) || len(early.Effects) != 0 {
				t.Errorf("looked at too early: got %s until %s", early.Outcome, early.Wait.WakeAt())
			}
			last := goOn(t, p, f, first, c.until)
			if last.Outcome != Completed || len(last.Effects) != 1 || last.Effects[0].Ticket.Status != desk.Pending {
				t.Errorf("after the wait: got %s with %d effects, want the ticket pending", last.Outcome, len(last.Effects))
			}
			if got, want := stepsOf(last), "s1:done s2:done s3:done s4:done"; got != want {
				t.Errorf("steps: got %s, want %s", got, want)
			}
		})
	}
}

func TestAWaitThatIsOverAlreadyHoldsNothingUp(t *testing.T) {
	r := compile(t, file(`{"type":"wait","until":"2020-01-01"},`+open)).Evaluate(testFacts())
	if r.Outcome != Completed || len(r.Effects) != 1 {
		t.Errorf("got %s with %d effects, want it done at once", r.Outcome, len(r.Effects))
	}
}

func TestABadWaitFailsItsStep(t *testing.T) {
	for wait, want := range map[string]string{
		`"for":"{event.properties.status}"`: `"new" is not a time to wait`,
		`"for":"3000d"`:                     "of 5 years at most",
		`"until":"{event.properties.no}"`:   "is not a time to wait for",
		`"until":"2099-01-01"`:              "more than 5 years away",
	} {
		r := compile(t, file(`{"type":"wait",`+wait+`}`)).Evaluate(testFacts())
		if r.Outcome != Failed || !strings.Contains(r.Why, want) {
			t.Errorf("%s: got %s, %q, want %q", wait, r.Outcome, r.Why, want)
		}
	}
}

const untilPending = `{"type":"wait","when":{"all":[{"left":"variables.ticket.status","op":"equals","value":"pending"}]},"timeout":"2d",
	"held":[{"type":"set_variable","variable":"exit","value":"held"}],"timed_out":[{"type":"set_variable","variable":"exit","value":"timed out"}]},
	{"type":"set_variable","variable":"end","value":true}`

func TestAWaitForAConditionHasTwoExits(t *testing.T) {
	p, f := compile(t, file(untilPending)), testFacts()
	first := p.Evaluate(f)
	if first.Outcome != Waiting || !first.Wait.Watch || !first.Wait.WakeAt().Equal(testNow.Add(48*time.Hour)) {
		t.Fatalf("got %s, %+v, want to watch the ticket for two days", first.Outcome, first.Wait)
	}
	still := goOn(t, p, f, first, testNow.Add(time.Hour))
	if still.Outcome != Waiting || !still.Wait.WakeAt().Equal(testNow.Add(48*time.Hour)) {
		t.Errorf("while it does not hold: got %s until %s, want the same timeout", still.Outcome, still.Wait.WakeAt())
	}

	late := goOn(t, p, f, still, testNow.Add(48*time.Hour))
	if late.Outcome != Completed || late.Variables["exit"] != "timed out" || late.Variables["end"] == nil {
		t.Errorf("after two days: got %s with %v, want the second exit and what follows", late.Outcome, late.Variables)
	}
	f.Tickets[ticketID].Ticket.Status = desk.Pending
	held := goOn(t, p, f, first, testNow.Add(time.Hour))
	if held.Outcome != Completed || held.Variables["exit"] != "held" || held.Variables["end"] == nil || *held.Steps[0].Exit != 0 {
		t.Errorf("once it holds: got %s with %v, want the first exit and what follows", held.Outcome, held.Variables)
	}
}

func TestAConditionAboutTheTimeIsLookedAtEveryMinute(t *testing.T) {
	p := compile(t, file(`{"type":"wait","when":{"all":[{"left":"variables.ticket.created_at","op":"before","value":"-5m"}]}}`))
	r := p.Evaluate(testFacts())
	if r.Outcome != Waiting || !r.Wait.WakeAt().Equal(testNow.Add(time.Minute)) {
		t.Fatalf("got %s, %+v, want a look in a minute", r.Outcome, r.Wait)
	}
	if last := goOn(t, p, testFacts(), r, testNow.Add(5*time.Minute)); last.Outcome != Completed {
		t.Errorf("once the ticket is old enough: got %s, want it done", last.Outcome)
	}
}

func TestARunWaitsWithinABranchAndGoesOnBehindIt(t *testing.T) {
	inside := `{"type":"if","branches":[{"when":{"all":[{"left":"event.properties.status","op":"equals","value":"new"}]},
		"steps":[{"type":"wait","for":"1h"},` + open + `]}],"else":[{"type":"stop"}]},` + pending
	p, f := compile(t, file(inside)), testFacts()
	first := p.Evaluate(f)
	f.Event.Properties["status"] = "open" // what was decided before the wait stays decided
	last := goOn(t, p, f, first, testNow.Add(time.Hour))
	if got, want := stepsOf(last), "s1:done s2:done s3:done s5:done"; last.Outcome != Completed || got != want {
		t.Errorf("got %s, steps %s, want %s", last.Outcome, got, want)
	}
}

func TestTheLimitOfStepsCountsAcrossWaits(t *testing.T) {
	d := parse(t, file(strings.Repeat(`{"type":"wait","for":"1s"},`, maxSteps)+`{"type":"wait","for":"1s"}`))
	p, err := Compile(Workflow{Definition: d})
	if err != nil {
		t.Fatal(err)
	}
	f := testFacts()
	r, now := p.Evaluate(f), testNow
	for r.Outcome == Waiting {
		now = now.Add(time.Second)
		f.Now, f.Resume = now, &Resumption{Position: *r.Wait, Variables: r.Variables, Steps: r.Steps}
		r = p.Evaluate(f)
	}
	if r.Outcome != Failed || !strings.Contains(r.Why, "limit of 1000 steps") || len(r.Steps) != maxSteps {
		t.Errorf("got %s, %q after %d steps, want the limit", r.Outcome, r.Why, len(r.Steps))
	}
}

func TestADisabledStepIsPassedBy(t *testing.T) {
	r := compile(t, file(`{"type":"if","disabled":true,"branches":[{"when":{"all":[{"left":"event.event","op":"is_set"}]},"steps":[`+open+`]}]},`+pending)).Evaluate(testFacts())
	if got, want := stepsOf(r), "s1:skipped s3:done"; got != want {
		t.Errorf("steps: got %s, want %s", got, want)
	}
}

func TestAWaitForAnotherTicketLooksAtItEachMinute(t *testing.T) {
	wait := `{"type":"wait","ticket_id":"` + otherID.String() + `","when":{"all":[{"left":"variables.ticket.status","op":"equals","value":"resolved"}]}}`
	r := compile(t, file(wait)).Evaluate(testFacts())
	if r.Outcome != Waiting || !r.Wait.WakeAt().Equal(testNow.Add(time.Minute)) {
		t.Errorf("got %s until %s, want it to look again in a minute: the other's changes do not wake it", r.Outcome, r.Wait.WakeAt())
	}
	simulated, err := compile(t, file(wait)).Simulate(t.Context(), testFacts(), Alone)
	if err != nil || simulated.Outcome != Waiting || !simulated.Wait.WakeAt().Equal(testNow.Add(time.Minute)) {
		t.Errorf("simulated: got %s until %v, %v, want one look, as nobody does anything meanwhile", simulated.Outcome, simulated.Wait, err)
	}
	r = compile(t, file(strings.Replace(wait, otherID.String(), ticketID.String(), 1))).Evaluate(testFacts())
	if r.Outcome != Waiting || !r.Wait.WakeAt().IsZero() {
		t.Errorf("its own ticket: got %s until %s, want it to be woken by changes alone", r.Outcome, r.Wait.WakeAt())
	}
}

func TestASpanIsWrittenAsInAWorkflow(t *testing.T) {
	for d, want := range map[string]string{"120h": "5d", "90m": "1h 30m", "45s": "45s", "26h3m4s": "1d 2h", "1h0m5s": "1h 5s"} {
		span, err := time.ParseDuration(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := spanText(span); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}
