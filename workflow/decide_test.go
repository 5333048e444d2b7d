package workflow

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func testClaim(texts ...string) Claim {
	f := testFacts()
	all := f.Tickets
	c := Claim{Event: f.Event, Ticket: all[ticketID], Directory: f.Directory, URL: f.URL}
	for i, text := range texts {
		d, err := Parse([]byte(text))
		if err != nil {
			panic(err)
		}
		c.Workflows = append(c.Workflows, Workflow{ID: int64(i + 1), Version: 1, Definition: d})
	}
	c.Load = func(_ context.Context, _ *Workflow, n Need, f *Facts) error {
		f.Tickets[n.Ticket] = all[n.Ticket]
		return nil
	}
	var n byte
	c.NewID = func() desk.ID { n++; return desk.ID{0xff, n} }
	return c
}

func TestLaterWorkflowsSeeWhatEarlierOnesDid(t *testing.T) {
	see := file(`{"type":"get_ticket"},{"type":"if","branches":[{"when":{"all":[
		{"left":"variables.ticket.status","op":"equals","value":"open"},
		{"left":"event.properties.status","op":"equals","value":"new"}]},
		"steps":[{"type":"update_ticket","ticket_id":"{variables.ticket.id}","tags":["seen"],"tags_mode":"add"}]}]}`)
	runs, err := NewDecider(nil).Decide(t.Context(), testClaim(updateFile(`"status":"open"`), see, updateFile(`"status":"pending"`)), testNow)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 3 {
		t.Fatalf("%d runs, want 3", len(runs))
	}
	last := runs[2].Result.Effects[0]
	if diff := cmp.Diff([]string{"a", "b", "seen"}, last.Ticket.Tags); diff != "" || last.Ticket.Status != desk.Pending {
		t.Errorf("in the end %s with tags (-want +got):\n%s", last.Ticket.Status, diff)
	}
	if got := last.Outcome.Changes[0].Before; got != desk.Open {
		t.Errorf("the last change starts from %v, want open", got)
	}
	if runs[0].ID == runs[1].ID {
		t.Error("two runs have one id")
	}
}

func TestDecideLoadsWhatARunNeedsAndReportsWhenItCannot(t *testing.T) {
	c := testClaim(file(`{"type":"update_ticket","ticket_id":"` + otherID.String() + `","status":"open"}`))
	runs, err := NewDecider(nil).Decide(t.Context(), c, testNow)
	if err != nil || runs[0].Result.Effects[0].Ticket.Number != 13 {
		t.Fatalf("runs %+v, %v", runs, err)
	}
	broken := errors.New("no database")
	c.Load = func(context.Context, *Workflow, Need, *Facts) error { return broken }
	if _, err := NewDecider(nil).Decide(t.Context(), c, testNow); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the load", err)
	}
}

func TestDecideRecordsWorkflowsThatDidNotRunOrCannot(t *testing.T) {
	c := testClaim(`{"name":"W","trigger":{"events":["$conversation_message_sent"]},"steps":[{"type":"stop"}]}`, file(`{"type":"stop"}`))
	c.Workflows[1].Definition.Steps[0].Type = "dance"
	runs, err := NewDecider(nil).Decide(t.Context(), c, testNow)
	if err != nil {
		t.Fatal(err)
	}
	if runs[0].Result.Outcome != NotTriggered || runs[1].Result.Outcome != Failed {
		t.Errorf("outcomes %s and %s", runs[0].Result.Outcome, runs[1].Result.Outcome)
	}
}

func TestDeciderForgetsProgramsWhenItHasTooMany(t *testing.T) {
	d := NewDecider(nil)
	w := Workflow{ID: 1, Definition: parse(t, file(`{"type":"stop"}`))}
	for w.Version = range maxPrograms + 10 {
		d.compiled(&w)
	}
	if n := len(d.programs); n > maxPrograms {
		t.Errorf("%d programs are kept, want %d at most", n, maxPrograms)
	}
}

func BenchmarkDecide(b *testing.B) {
	var texts []string
	for range 10 {
		texts = append(texts, ifFile(`{"left":"event.properties.channel_source","op":"equals","value":"slack"}`))
	}
	d, c := NewDecider(nil), testClaim(texts...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decide(b.Context(), c, testNow); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAVersionThatWasRolledBackLeavesNoProgram(t *testing.T) {
	d := NewDecider(nil)
	w := Workflow{ID: 1, Version: 1, Definition: parse(t, file(`{"type":"stop"}`)), Sum: [32]byte{1}}
	first := d.compiled(&w)
	w.Sum = [32]byte{2}
	if d.compiled(&w).program == first.program {
		t.Error("the same number with another text got the program of the first")
	}
}

func TestTicketsThatWereNotCountedAreNotStated(t *testing.T) {
	if v, ok := ticketValue(&TicketFacts{}, testDirectory(), "")["customer_ticket_count_7d"]; ok {
		t.Errorf("got %v, want the count left out", v)
	}
}
