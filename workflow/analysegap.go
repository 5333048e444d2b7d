package workflow

import (
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// maxRegions is how many regions a Gap names.
const maxRegions = 3

// findGaps finds tickets that the workflow leaves without a field which it sets on several of its paths: one that sets
// it on a single path means just that. What another workflow gives to them is no gap.
func (a *analysis) findGaps(p *passage, others []Workflow) {
	for _, field := range []desk.Field{desk.FieldSLA, desk.FieldPriority, desk.FieldAssignee} {
		var writers []*Step
		for _, w := range p.writes {
			if w.field == field && !slices.Contains(writers, w.step) {
				writers = append(writers, w.step)
			}
		}
		if len(writers) > 1 {
			a.findGap(p, field, writers, others)
		}
	}
}

func (a *analysis) findGap(p *passage, field desk.Field, writers []*Step, others []Workflow) {
	var left worlds
	for _, w := range p.ends {
		if !w.env.written.has(field) {
			left = a.join(left, worlds{a.region(w)})
		}
	}
	f := Finding{Kind: Gap, Branch: NoBranch, Field: inputOf(field)}
	var phrases []string
	for i := range left {
		w := &left[i]
		properties := a.example(w)
		certainty, ok := a.leaves(p, w, properties, writers, others)
		if !ok || certainty == Possible && f.Certainty == Proved {
			continue
		}
		if certainty != f.Certainty {
			f.Certainty, f.Event, f.Example, phrases = certainty, w.event, properties, nil
		}
		if phrase := a.phrase(w); len(phrases) < maxRegions && !slices.Contains(phrases, phrase) {
			phrases = append(phrases, phrase)
		}
	}
	if len(phrases) == 0 {
		return
	}
	f.StepID = cardOf(p.workflow.Definition.Steps, writers)
	f.Text = fmt.Sprintf("%s no %s: no step on the path sets it. Add a branch or an else path, if that is not meant.",
		gets(phrases, f.Certainty), fieldName(field))
	a.report(f)
}

// region is what the event alone says about a world. What was read of the ticket stays for the example's sake.
func (a *analysis) region(w world) world {
	out := world{event: w.event, env: &env{}, vague: w.vague}
	keeps := func(term int) bool {
		key := a.terms[term].key
		out.vague = out.vague || key.event != w.event
		return key.event == w.event || strings.HasPrefix(key.name, readPrefix)
	}
	for _, m := range w.masks {
		if keeps(m.term) {
			out.masks = append(out.masks, m)
		}
	}
	for _, l := range w.literals {
		if keeps(l.term) {
			out.literals = append(out.literals, l)
		}
	}
	return out
}

// leaves reports whether the field stays unwritten in the world: Proved when the example has shown it.
func (a *analysis) leaves(p *passage, w *world, properties map[string]any, writers []*Step, others []Workflow) (Certainty, bool) {
	if properties == nil {
		return "", false
	}
	facts := a.factsOf(w, properties)
	result, ran := a.play(&p.workflow, &facts)
	if slices.ContainsFunc(writers, result.did) {
		return "", false
	}
	if !ran {
		return Possible, true
	}
	field := writtenFieldsBy(facts)
	for i := range others {
		if _, ok := a.play(&others[i], &facts); ok && writtenFieldsBy(facts) != field {
			return "", false // another workflow gives it something
		}
	}
	return Proved, result.Outcome == Completed
}

// writtenFieldsBy is the example's ticket as far as gaps are about it.
func writtenFieldsBy(f Facts) string {
	t := &f.Tickets[exampleTicket()].Ticket
	return fmt.Sprint(t.Priority, t.Assignee, timeOrNil(t.SLADueAt))
}

// cardOf is the outermost if-step that holds a writer, else the first writer.
func cardOf(steps []Step, writers []*Step) string {
	for i := range steps {
		holds := false
		eachStep(steps[i:i+1], func(s *Step) { holds = holds || slices.Contains(writers, s) })
		if holds {
			return steps[i].ID
		}
	}
	return writers[0].ID
}

func gets(phrases []string, c Certainty) string {
	verb := "gets"
	if c == Possible {
		verb = "may get"
	}
	phrases = slices.DeleteFunc(phrases, func(s string) bool { return s == "" })
	if len(phrases) == 0 {
		return "A ticket like that of the example " + verb
	}
	return "A ticket " + strings.Join(phrases, ", or one ") + " " + verb
}

// phrase says what makes a ticket one of a world: "of low priority from widget". It is "" where that is not all.
func (a *analysis) phrase(w *world) string {
	if w.vague {
		return ""
	}
	var out []string
	for _, m := range w.masks {
		t := a.terms[m.term]
		var can []string
		for i, c := range t.domain.cells {
			if m.set&(1<<i) != 0 {
				can = append(can, cellName(c))
			}
		}
		switch t.key.name {
		case "priority":
			out = append(out, "of "+either(can)+" priority")
		case "channel_source":
			out = append(out, "from "+either(can))
		default:
			out = append(out, fmt.Sprintf("with %s %s", strings.ReplaceAll(t.key.name, "_", " "), either(can)))
		}
	}
	for _, l := range w.literals {
		c := a.atoms[l.atom].cond.source
		if not := opposite(c.Op); !l.holds {
			c.Op = not
		}
		c.Left = a.terms[l.term].key.name
		if l.below == "" {
			out = append(out, "where "+sentence(c))
		}
	}
	return strings.Join(out, ", ")
}

// opposite is the operator that holds where op does not, as people would say it.
func opposite(op Operator) Operator {
	for _, other := range Operators() {
		if p, negated := positive(other); negated && p == op {
			return other
		}
	}
	return "not_" + op
}

func cellName(c cell) string {
	switch c.kind {
	case exactly:
		if c.value == nil {
			return "no"
		}
		return textOf(c.value)
	case whole:
		switch {
		case c.low == c.high:
			return fmt.Sprint(c.low)
		case c.high > largest:
			return fmt.Sprintf("%d or more", c.low)
		}
		return fmt.Sprintf("%d to %d", c.low, c.high)
	case text:
		return "elsewhere"
	case someone, list, anything, unknown:
	}
	return "any"
}
