package workflow

import (
	"fmt"
	"testing"

	"signalbox/workflow/desk"
)

// large are definitions at the limits, each hard in its own way.
func large() map[string]Definition {
	when := func(left string, op Operator, value any) Group {
		return Group{All: []Clause{{Condition: Condition{Left: left, Op: op, Value: value}}}}
	}
	update := func(i int) []Step {
		statuses, priorities := desk.Statuses(), desk.Priorities()
		return []Step{{ID: fmt.Sprintf("u%d", i), Type: UpdateTicket, Update: &UpdateTicketStep{
			TicketID: EventTicket, Status: string(statuses[i%5]), Priority: string(priorities[i%3]),
		}}}
	}
	out := map[string]Definition{}

	domains := Definition{Name: "Many texts and numbers"}
	for i := range 50 {
		s := Step{ID: fmt.Sprintf("s%d", i), Type: If, If: &IfStep{}}
		for j := range 9 {
			left, value, op := "event.properties.customer_email", any(fmt.Sprintf("@c%d.example", i+j)), Contains
			if j%2 == 1 {
				left, value, op = "event.properties.ticket_number", any(int64(i*10+j)), Less
			}
			s.If.Branches = append(s.If.Branches, Branch{When: when(left, op, value), Steps: update(i*10 + j)})
		}
		domains.Steps = append(domains.Steps, s)
	}
	out["texts"] = domains

	reads := Definition{Name: "Reading again and again"}
	for i := range 250 {
		reads.Steps = append(reads.Steps,
			Step{ID: fmt.Sprintf("g%d", i), Type: GetTicket, Get: &GetTicketStep{Output: fmt.Sprintf("t%d", i%5)}},
			Step{ID: fmt.Sprintf("s%d", i), Type: If, If: &IfStep{
				Branches: []Branch{{When: when(fmt.Sprintf("variables.t%d.status", i%5), Equals, "open"), Steps: update(i)}},
				Else:     []Step{{ID: fmt.Sprintf("e%d", i), Type: Wait, Wait: &WaitStep{For: "1d"}}},
			}})
	}
	out["reads"] = reads

	fields := Definition{Name: "Twelve branches of many fields"}
	for i := range 80 {
		s := Step{ID: fmt.Sprintf("s%d", i), Type: If, If: &IfStep{}}
		for j := range 12 {
			g := Group{}
			for k, left := range []string{"status", "old_status", "priority", "channel_source", "author_type", "ticket_number"} {
				c := Condition{Left: "event.properties." + left, Op: NotEquals, Value: []any{"open", "low", "widget", int64(i + j + k)}}
				if (i+j+k)%3 == 0 {
					c.Op = Contains
					c.Value = string("abcdefghijklmnop"[(i+j+k)%16])
				}
				g.Any = append(g.Any, Clause{Condition: c})
			}
			s.If.Branches = append(s.If.Branches, Branch{When: Group{All: []Clause{{Group: &g}}}})
		}
		s.If.Else = update(i)
		fields.Steps = append(fields.Steps, s)
	}
	out["fields"] = fields

	var nested func(depth, i int) []Step
	nested = func(depth, i int) []Step {
		if depth == 0 {
			return update(i)
		}
		c := when("event.properties.message_content", Contains, fmt.Sprintf("word %d", i))
		return []Step{{ID: fmt.Sprintf("n%d", i), Type: If, If: &IfStep{
			Branches: []Branch{{When: c, Steps: nested(depth-1, 2*i)}}, Else: nested(depth-1, 2*i+1),
		}}}
	}
	out["nested"] = Definition{Name: "Nested", Steps: nested(8, 1)}

	for name, d := range out {
		for _, event := range desk.EventNames() {
			d.Trigger.Events = append(d.Trigger.Events, EventTrigger{Event: event})
		}
		out[name] = d
	}
	return out
}

// The bound is on work, not on time, so that the test does not depend on the machine.
func TestTheWorkOfAnAnalysisIsBounded(t *testing.T) {
	for name, d := range large() {
		t.Run(name, func(t *testing.T) {
			a := newAnalysis(Workflow{Definition: d}, nil, nil)
			a.walkThrough(Workflow{Definition: d})
			if most := 4 * maxWork; a.work > most {
				t.Errorf("%d worlds were looked at, want at most %d", a.work, most)
			}
		})
	}
}

func BenchmarkAnalyse(b *testing.B) {
	for name, d := range large() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Analyse(Workflow{Definition: d}, nil, nil)
			}
		})
	}
}
