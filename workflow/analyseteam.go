package workflow

import (
	"cmp"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// findConflicts compares what the workflow writes with what each of the others does for the same events.
func (a *analysis) findConflicts(p *passage, others []Workflow) {
	names := p.workflow.Definition.Trigger.Events
	for i := range others {
		o := &others[i]
		shared := slices.ContainsFunc(o.Definition.Trigger.Events, func(e EventTrigger) bool {
			return slices.ContainsFunc(names, func(mine EventTrigger) bool { return mine.Event == e.Event })
		})
		if !shared || levels(o.Definition.Steps) > maxNesting {
			continue
		}
		a.silent = true
		q := a.walkThrough(*o)
		a.silent = false
		a.compare(p, q)
	}
}

// compare reports each written field once for each pair of workflows.
func (a *analysis) compare(p, q *passage) {
	for _, field := range writtenFields() {
		var best *Finding
		for i := range p.writes {
			mine := &p.writes[i]
			if mine.field != field || best != nil && best.Certainty == Proved {
				continue
			}
			if f := a.clashWithAny(p, q, mine); f != nil && (best == nil || f.Certainty == Proved) {
				best = f
			}
		}
		if best != nil {
			a.report(*best)
		}
	}
}

// clashWithAny returns the surest way in which a write is at odds with those of the other workflow.
func (a *analysis) clashWithAny(p, q *passage, mine *write) *Finding {
	var best *Finding
	for i := range q.writes {
		theirs := &q.writes[i]
		if theirs.field != mine.field || a.exhausted() {
			continue
		}
		a.work++
		f := a.clash(p, q, mine, theirs)
		if f != nil && f.Certainty == Proved {
			return f
		}
		best = cmp.Or(best, f)
	}
	return best
}

// clash returns how two writes are at odds, nil if they are not.
func (a *analysis) clash(p, q *passage, mine, theirs *write) *Finding {
	pair := [2]*write{mine, theirs}
	first, second := &p.workflow, &q.workflow
	wins := !runsBefore(first, second)
	if wins {
		first, second = second, first
		pair[0], pair[1] = pair[1], pair[0]
	}
	if !atOdds(pair[0], pair[1]) {
		return nil
	}
	var f *Finding
	for i, met := range a.meet(mine.in, theirs.in) {
		const tried = 8
		if i == tried {
			break
		}
		properties := a.example(&met)
		certainty, ok := a.showsClash(&met, properties, [2]*Workflow{first, second}, pair)
		if !ok {
			continue
		}
		if f == nil || certainty == Proved {
			f = &Finding{Certainty: certainty, Event: met.event, Example: properties}
		}
		if certainty == Proved {
			break
		}
	}
	if f == nil {
		return nil
	}
	f.StepID, f.Branch, f.Field, f.Other = mine.step.ID, NoBranch, inputOf(mine.field), q.workflow.Definition.Name
	f.Kind, f.Text = clashText(q, mine, theirs, wins)
	return f
}

func clashText(q *passage, mine, theirs *write, wins bool) (FindingKind, string) {
	other := fmt.Sprintf("The workflow %q", q.workflow.Definition.Name)
	switch {
	case mine.field == desk.FieldTags && wins:
		return TagsReplaced, "This step replaces the tags that the workflow " + fmt.Sprintf("%q", q.workflow.Definition.Name) +
			" has given for the same event. Let it add its tags, or change the order."
	case mine.field == desk.FieldTags:
		return TagsReplaced, other + " runs later for the same event and replaces these tags. Let it add its tags, or change the order."
	}
	end := "and runs later, so it wins"
	if wins {
		end = "but runs earlier, so this step wins"
	}
	return Conflict, fmt.Sprintf("%s makes the %s %s for the same event %s. Narrow one of the two, or change their order.",
		other, fieldName(mine.field), theirs.named(), end)
}

// runsBefore goes by the admin's order. A workflow without a place comes last.
func runsBefore(w, o *Workflow) bool {
	if w.Position == 0 || o.Position == 0 {
		return w.Position != 0
	}
	return cmp.Or(cmp.Compare(w.Position, o.Position), cmp.Compare(w.ID, o.ID)) < 0
}

// atOdds reports whether the second write undoes the first, by what the two steps give.
func atOdds(first, second *write) bool {
	f, s := first.step.Update, second.step.Update
	if f == nil || s == nil || !ownTemplate(f.TicketID) || !ownTemplate(s.TicketID) {
		return false
	}
	if first.field == desk.FieldTags {
		return replaces(s, second.setting) && len(lostTags(f, s)) > 0
	}
	return first.literal && second.literal && first.key != second.key && replaces(f, first.setting) && replaces(s, second.setting)
}

// meet returns the events that are in both.
func (a *analysis) meet(x, y worlds) worlds {
	var out worlds
	for i := range x {
		for j := range y {
			if x[i].event != y[j].event {
				continue
			}
			if w, ok := a.both(a.region(x[i]), a.region(y[j])); ok {
				out = a.join(out, worlds{w})
			}
		}
	}
	return out
}

func (a *analysis) both(x, y world) (world, bool) {
	x.vague = x.vague || y.vague
	x.env = &env{}
	for _, m := range y.masks {
		var ok bool
		if x, ok = a.withMask(x, m.term, m.set&a.maskOf(&x, m.term)); !ok {
			return x, false
		}
	}
	for _, l := range y.literals {
		var ok bool
		if x, ok = a.withLiteral(x, l); !ok {
			return x, false
		}
	}
	return a.differ(x)
}

// showsClash runs both workflows on the example. Not shown is Possible as long as the analyser was not sure that both
// writes are reached.
func (a *analysis) showsClash(w *world, properties map[string]any, order [2]*Workflow, steps [2]*write) (Certainty, bool) {
	if properties == nil {
		return Possible, true
	}
	facts := a.factsOf(w, properties)
	first, ran := a.play(order[0], &facts)
	before := facts.Tickets[exampleTicket()].Ticket
	second, ranToo := a.play(order[1], &facts)
	after := facts.Tickets[exampleTicket()].Ticket
	if ran && ranToo && first.did(steps[0].step) && second.did(steps[1].step) {
		return Proved, undone(steps[0], &before, &after)
	}
	return Possible, w.vague || len(w.literals) > 0 || !ran || !ranToo
}

// undone reports whether what the first write has left is different after the second.
func undone(first *write, before, after *desk.Ticket) bool {
	switch first.field {
	case desk.FieldStatus:
		return before.Status != after.Status
	case desk.FieldPriority:
		return before.Priority != after.Priority
	case desk.FieldAssignee:
		return before.Assignee != after.Assignee
	case desk.FieldSLA:
		return !before.SLADueAt.Equal(after.SLADueAt) || before.SLALeft != after.SLALeft
	case desk.FieldTags:
		tags, _ := literalTags(first.step.Update.Tags)
		return slices.ContainsFunc(tags, func(tag string) bool {
			return slices.Contains(before.Tags, tag) && !slices.Contains(after.Tags, tag)
		})
	case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return false
}
