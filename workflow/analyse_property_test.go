package workflow

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

// What is proved is held against every combination of the finite fields: the events that spec/1 allows, and whatever the
// ticket has become since. Nothing here uses the analyser's own idea of them.

// met is what the runs of a definition have come to.
type met struct {
	started bool
	steps   map[string]bool
	exits   map[string]bool
}

func exitKey(step string, exit int) string { return fmt.Sprintf("%s %d", step, exit) }

func meetAll(t *rapid.T, d Definition) met {
	m := met{steps: map[string]bool{}, exits: map[string]bool{}}
	eachFiniteRun(t, d, string(Format(d)), func(_ Facts, r Result) {
		m.started = m.started || r.Outcome != NotTriggered
		for _, s := range r.Steps {
			m.steps[s.StepID] = true
			if s.Type == If {
				last := len(s.Branches) - 1
				if !s.Branches[last].Matched {
					last = Else
				}
				m.exits[exitKey(s.StepID, last)] = true
			}
		}
	})
	return m
}

func TestWhatIsProvedHoldsForEveryCombination(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawFinite(t, 3, 1)
		all := meetAll(t, d)
		for _, f := range Analyse(Workflow{Definition: d}, nil, finiteDirectory()) {
			if f.Certainty == Proved {
				checkProved(t, d, all, f)
			}
		}
	})
}

func checkProved(t *rapid.T, d Definition, all met, f Finding) {
	wrong := func(why string) {
		t.Fatalf("%s %s (exit %d, %s): %s\n%s", f.Kind, f, f.Branch, f.Field, why, Format(d))
	}
	switch f.Kind {
	case Unreachable:
		switch {
		case f.StepID == "":
			var i int
			if _, err := fmt.Sscanf(f.Field, "trigger.events[%d]", &i); err != nil {
				t.Fatal(err)
			}
			d.Trigger.Events = d.Trigger.Events[i : i+1]
			if meetAll(t, d).started {
				wrong("a run started")
			}
		case f.Branch == NoBranch && all.steps[f.StepID], f.Branch != NoBranch && all.exits[exitKey(f.StepID, f.Branch)]:
			wrong("a run came there")
		}
	case AlwaysTrue, NeverTrue, NeverSet:
		if conditionOf(d, f) != nil {
			checkConditionFinding(t, d, f, wrong)
		}
	case NoEffect:
		if f.Field != "" {
			checkNoEffect(t, d, f, wrong)
		}
	case Overwritten:
		checkOverwritten(t, d, f, wrong)
	case Gap:
		checkGap(t, d, f, wrong)
	case Conflict, TagsReplaced:
		wrong("there is one workflow without tags")
	}
}

// conditionOf finds the condition that a finding is about.
func conditionOf(d Definition, f Finding) *Condition {
	var found *Condition
	visit := func(at string, g *Group) {
		var walk func(at string, g *Group)
		walk = func(at string, g *Group) {
			for name, clauses := range map[string][]Clause{"all": g.All, "any": g.Any} {
				for i := range clauses {
					place := fmt.Sprintf("%s.%s[%d]", at, name, i)
					if clauses[i].Group != nil {
						walk(place, clauses[i].Group)
					} else if place == f.Field {
						found = &clauses[i].Condition
					}
				}
			}
		}
		walk(at, g)
	}
	if f.StepID == "" {
		for i, e := range d.Trigger.Events {
			if e.Where != nil {
				visit(fmt.Sprintf("trigger.events[%d].where", i), e.Where)
			}
		}
		return found
	}
	s, _ := Find(d, f.StepID)
	if s.If == nil {
		return nil
	}
	for i := range s.If.Branches {
		visit(fmt.Sprintf("branches[%d].when", i), &s.If.Branches[i].When)
	}
	return found
}

// checkConditionFinding asks the branch alone, since what it is asked for must not depend on those before it; and it puts the
// opposite of what was found in the place of the condition, which must change nothing.
func checkConditionFinding(t *rapid.T, d Definition, f Finding, wrong func(string)) {
	text := string(Format(d))
	d = copied(t, d)
	if f.StepID != "" {
		s, _ := Find(d, f.StepID)
		s.If.Branches, s.If.Else = s.If.Branches[f.Branch:f.Branch+1], nil
		f.Field = strings.Replace(f.Field, fmt.Sprintf("branches[%d]", f.Branch), "branches[0]", 1)
		f.Branch = 0
	} else {
		var i int
		if _, err := fmt.Sscanf(f.Field, "trigger.events[%d]", &i); err != nil {
			t.Fatal(err)
		}
		d.Trigger.Events = d.Trigger.Events[i : i+1]
		f.Field = strings.Replace(f.Field, fmt.Sprintf("events[%d]", i), "events[0]", 1)
	}
	holds := f.Kind == AlwaysTrue
	c := conditionOf(d, f)
	if f.Kind == NeverSet {
		holds = matchesMissing(c.Op)
	}
	const marked = "event.properties.ticket_number"
	before := *c
	var path []string
	eachFiniteRun(t, d, text, func(_ Facts, r Result) { path = append(path, strings.Join(stepsTaken(r), " ")) })
	*c = Condition{Left: marked, Op: IsSet}
	if !holds {
		c.Op = IsNotSet
	}
	i := 0
	eachFiniteRun(t, d, text, func(facts Facts, r Result) {
		if got := strings.Join(stepsTaken(r), " "); got != path[i] {
			wrong(fmt.Sprintf("%v decides for %v: %s, and without it %s", before, facts.Event.Properties, path[i], got))
		}
		i++
	})
}

// stepsTaken names the steps and exits that a run took.
func stepsTaken(r Result) []string {
	out := []string{string(r.Outcome)}
	for _, s := range r.Steps {
		out = append(out, s.StepID)
		for _, b := range s.Branches {
			out = append(out, fmt.Sprint(b.Matched))
		}
	}
	return out
}

func copied(t *rapid.T, d Definition) Definition {
	var out Definition
	if err := json.Unmarshal(Format(d), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func checkNoEffect(t *rapid.T, d Definition, f Finding, wrong func(string)) {
	eachFiniteRun(t, d, string(Format(d)), func(facts Facts, r Result) {
		for _, e := range r.Effects {
			for _, c := range e.Outcome.Changes {
				if e.StepID == f.StepID && string(c.Field) == f.Field {
					wrong(fmt.Sprintf("it changed the field for %v", facts.Event.Properties))
				}
			}
		}
	})
}

func checkOverwritten(t *rapid.T, d Definition, f Finding, wrong func(string)) {
	text := string(Format(d))
	without := copied(t, d)
	s, _ := Find(without, f.StepID)
	switch f.Field {
	case "status":
		s.Update.Status = ""
	case "priority":
		s.Update.Priority = ""
	case "assignee":
		s.Update.Assignee = nil
	}
	var ends []string
	end := func(facts Facts, r Result) string {
		ticket := facts.Tickets[exampleTicket()].Ticket
		if n := len(r.Effects); n > 0 {
			ticket = r.Effects[n-1].Ticket
		}
		return fmt.Sprint(ticket.Status, ticket.Priority, ticket.Assignee)
	}
	eachFiniteRun(t, d, text, func(facts Facts, r Result) { ends = append(ends, end(facts, r)) })
	i := 0
	eachFiniteRun(t, without, text, func(facts Facts, r Result) {
		if got := end(facts, r); got != ends[i] {
			wrong(fmt.Sprintf("with it %s, without %s for %v", ends[i], got, facts.Event.Properties))
		}
		i++
	})
}

// checkGap looks for a run like the example that leaves the field alone.
func checkGap(t *rapid.T, d Definition, f Finding, wrong func(string)) {
	program, err := Compile(Workflow{Definition: d})
	if err != nil {
		t.Fatal(err)
	}
	ticket := desk.Ticket{
		PublicID: exampleTicket(), TeamID: 1, Status: desk.Status(textOf(f.Example["status"])), Priority: desk.Priority(textOf(f.Example["priority"])),
		Channel: desk.Channel(textOf(f.Example["channel_source"])),
	}
	r := program.Evaluate(Facts{
		Event: Event{TeamID: 1, Event: desk.Event{Name: f.Event, Properties: f.Example}}, Now: exampleNow(), Directory: finiteDirectory(),
		Tickets: map[desk.ID]*TicketFacts{ticket.PublicID: {Ticket: ticket}},
	})
	if r.Outcome != Completed {
		wrong("the example ends as " + string(r.Outcome) + ": " + r.Why)
	}
	for _, e := range r.Effects {
		for _, c := range e.Outcome.Changes {
			if string(c.Field) == f.Field {
				wrong("the example sets it")
			}
		}
	}
}

func TestOverTheFiniteFieldsNothingDeadIsMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawFinite(t, 5, 0)
		all := meetAll(t, d)
		said := map[string]bool{}
		for _, f := range Analyse(Workflow{Definition: d}, nil, finiteDirectory()) {
			if f.Certainty == Proved {
				said[f.StepID] = said[f.StepID] || f.Branch == NoBranch && f.Kind == Unreachable
				said[exitKey(f.StepID, f.Branch)] = true
			}
		}
		checkNothingMissed(t, d, d.Steps, all, said)
	})
}

func checkNothingMissed(t *rapid.T, d Definition, steps []Step, all met, said map[string]bool) {
	for i := range steps {
		s := &steps[i]
		if !all.steps[s.ID] {
			if all.started && !said[s.ID] {
				t.Fatalf("no run comes to step %s, and nothing says so\n%s", s.ID, Format(d))
			}
			return
		}
		for _, exit := range s.Exits() {
			if all.exits[exitKey(s.ID, exit)] {
				checkNothingMissed(t, d, s.Path(exit), all, said)
			} else if !said[exitKey(s.ID, exit)] && (exit != Else || len(s.If.Else) > 0) {
				t.Fatalf("no run takes exit %d of step %s, and nothing says so\n%s", exit, s.ID, Format(d))
			}
		}
	}
}
