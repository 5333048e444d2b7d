package workflow

import (
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// setting is what an update step gives one field.
type setting struct {
	field   desk.Field
	literal bool
	key     string // of a literal value: equal for equal values
	shown   string // it, for people
}

// settingsBy lists what the step gives, in the order of its inputs. Blank inputs count as not given.
func (a *analysis) settingsBy(s *UpdateTicketStep) []setting {
	var out []setting
	add := func(field desk.Field, value any) {
		t := compileValue(value)
		text := strings.TrimSpace(textOf(t.literal))
		if !t.isLiteral() || text != "" {
			out = append(out, setting{field: field, literal: t.isLiteral(), key: text, shown: text})
		}
	}
	add(desk.FieldStatus, s.Status)
	add(desk.FieldPriority, s.Priority)
	add(desk.FieldSLA, s.SLAAmount)
	if n := len(out); n > 0 && out[n-1].field == desk.FieldSLA {
		out[n-1].addUnit(s)
	}
	if s.Assignee != nil {
		out = append(out, a.assigneeSetting(*s.Assignee))
	}
	if tags, literal := literalTags(s.Tags); len(tags) > 0 || !literal {
		text := strings.Join(tags, ", ")
		out = append(out, setting{field: desk.FieldTags, literal: literal, key: text, shown: text})
	}
	return out
}

// clears is the amount that takes a deadline away.
const clears = "clear"

func (g *setting) addUnit(s *UpdateTicketStep) {
	if g.key == clears {
		return
	}
	unit := compileTemplate(s.SLAUnit)
	g.literal = g.literal && unit.isLiteral() && s.BusinessHours == nil
	name := orDefault(textOf(unit.literal), "hour")
	g.key += " " + name
	g.shown += " " + name
	if g.shown != "1 "+name {
		g.shown += "s"
	}
}

func (a *analysis) assigneeSetting(t Target) setting {
	g := setting{field: desk.FieldAssignee, literal: true, shown: "nobody"}
	if t.Kind == desk.Nobody {
		return g
	}
	g.shown = fmt.Sprintf("%s %q", t.Kind, t.Name)
	if found, ok := a.dir.resolve(t); ok {
		t = found
	}
	g.key = fmt.Sprintf("%s %d", t.Kind, t.ID)
	if t.ID == 0 {
		g.key = fmt.Sprintf("%s %s", t.Kind, strings.TrimSpace(t.Name))
	}
	return g
}

// literalTags returns the cleaned tags, if all of them are literal.
func literalTags(tags []string) (_ []string, literal bool) {
	var out []string
	for _, tag := range tags {
		t := compileTemplate(tag)
		if !t.isLiteral() {
			return nil, false
		}
		if text := strings.TrimSpace(textOf(t.literal)); text != "" {
			out = append(out, text)
		}
	}
	clean, err := desk.CleanTags(out)
	if err != nil {
		return out, false
	}
	return clean, true
}

func (w *walker) update(s *Step, in worlds) worlds {
	if s.Update == nil {
		return in
	}
	fields := w.settingsBy(s.Update)
	if len(fields) == 0 {
		w.report(Finding{
			Certainty: Proved, Kind: NoEffect, StepID: s.ID, Branch: NoBranch,
			Text: "This step changes nothing: no field is given. Fill one in, or remove the step.",
		})
		return in
	}
	for _, g := range fields {
		w.checkThere(s, g, in)
		w.wrote(s, g, in)
	}
	w.version++
	version := w.version
	return each(in, func(at *world, e env) env {
		own := w.isOwn(at, s.Update.TicketID)
		for _, g := range fields {
			w.give(&e, g, version, own && s.OnError != Continue)
			if own {
				e.written = e.written.with(g.field)
			}
		}
		return e
	})
}

// wrote notes a write. What comes after a wait is left out: then the order of workflows no longer says who wins.
func (w *walker) wrote(s *Step, g setting, in worlds) {
	if !w.waited {
		w.passage.writes = append(w.passage.writes, write{g, s, in})
	}
}

// give makes the value what the ticket has now. One that is not certain leaves anything.
func (a *analysis) give(e *env, g setting, version int, certain bool) {
	fresh := a.ticketTerms(version)
	switch g.field {
	case desk.FieldStatus:
		e.status = fresh.status
		if certain && g.literal {
			e.status = a.constant(g.field, exact(g.key), g.key)
		}
	case desk.FieldPriority:
		e.priority = fresh.priority
		if certain && g.literal {
			e.priority = a.constant(g.field, exact(g.key), g.key)
		}
	case desk.FieldAssignee:
		e.assignee = fresh.assignee
		if certain {
			e.assignee = a.constant(g.field, assigneeCell(g), g.key)
		}
	case desk.FieldSLA:
		e.noSLA = certain && g.literal && g.key == clears
	case desk.FieldTags, desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
}

func assigneeCell(g setting) cell {
	kind, _, named := strings.Cut(g.key, " ")
	if !named {
		return exact(nil)
	}
	return cell{kind: someone, assignee: desk.AssigneeKind(kind), value: g.key}
}

// checkThere finds a field that is given what it has already: certainly, or as far as the event knew.
func (w *walker) checkThere(s *Step, g setting, in worlds) {
	certainly, likely := g.literal, g.literal
	for i := range in {
		at := &in[i]
		own := w.isOwn(at, s.Update.TicketID)
		certainly = certainly && own && w.has(at, g)
		likely = likely && own && (w.has(at, g) || w.hadAtEvent(at, g))
	}
	f := Finding{Certainty: Proved, Kind: NoEffect, StepID: s.ID, Branch: NoBranch, Field: inputOf(g.field)}
	switch {
	case certainly:
		f.Text = fmt.Sprintf("The %s is %s already when this step sets it, on every path. Remove the field or the step.", fieldName(g.field), g.named())
	case likely:
		f.Certainty = Possible
		f.Text = fmt.Sprintf("The event has %s %s already: setting it changes nothing, unless somebody was faster. Remove the field or the step.", fieldName(g.field), g.named())
	default:
		return
	}
	w.report(f)
}

func (g *setting) named() string {
	if g.field == desk.FieldSLA && g.key == clears {
		return "cleared"
	}
	return g.shown
}

// has reports whether the ticket certainly has the value now.
func (a *analysis) has(w *world, g setting) bool {
	switch g.field {
	case desk.FieldStatus:
		return a.is(w, w.env.status, g.key)
	case desk.FieldPriority:
		return a.is(w, w.env.priority, g.key)
	case desk.FieldAssignee:
		if g.key == "" {
			return a.is(w, w.env.assignee, nil)
		}
		return w.env.assignee == a.constant(g.field, assigneeCell(g), g.key)
	case desk.FieldSLA:
		return g.key == clears && w.env.noSLA
	case desk.FieldTags, desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return false
}

// is reports whether a term certainly has a value.
func (a *analysis) is(w *world, term int, value any) bool {
	set := a.maskOf(w, term)
	for i, c := range a.terms[term].domain.cells {
		if set&(1<<i) != 0 && (c.kind != exactly || c.value != value) {
			return false
		}
	}
	return true
}

// hadAtEvent reports whether the ticket had the value when the event happened, and no step has changed it since.
func (a *analysis) hadAtEvent(w *world, g setting) bool {
	start := a.ticketTerms(0)
	switch {
	case !carriesTicket(w.event):
	case g.field == desk.FieldStatus && w.env.status == start.status:
		return a.is(w, a.property(w.event, "status"), g.key)
	case g.field == desk.FieldPriority && w.env.priority == start.priority:
		return a.is(w, a.property(w.event, "priority"), g.key)
	}
	return false
}

// inputOf is the name of a field in the native format.
func inputOf(f desk.Field) string {
	if f == desk.FieldSLA {
		return "sla_amount"
	}
	return string(f)
}

// fieldName is the name of a field in a sentence.
func fieldName(f desk.Field) string {
	if f == desk.FieldSLA {
		return "SLA"
	}
	return string(f)
}
