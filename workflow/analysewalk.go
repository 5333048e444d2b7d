package workflow

import (
	"fmt"
	"maps"
	"strings"

	"signalbox/workflow/desk"
)

// passage is what a walk through a workflow has met.
type passage struct {
	workflow Workflow
	writes   []write
	ends     worlds // where its runs end
}

// write is a field that a step gives the event's ticket, before any wait.
type write struct {
	setting
	step *Step
	in   worlds
}

// walker goes through a workflow once, top-down, with the runs that come to each step.
type walker struct {
	*analysis
	passage passage
	waited  bool // a wait lies before the step, in the order of reading
}

func (a *analysis) walkThrough(w Workflow) *passage {
	a.epoch++
	wk := &walker{analysis: a, passage: passage{workflow: w}}
	if reached := wk.triggers(w.Definition.Trigger); len(reached) > 0 {
		wk.ended(wk.path(w.Definition.Steps, reached))
	}
	return &wk.passage
}

// triggers returns the runs that begin.
func (w *walker) triggers(t Trigger) worlds {
	start := w.ticketTerms(0)
	var out worlds
	for i, e := range t.Events {
		in := worlds{{event: e.Event, env: &start}}
		if e.Where == nil {
			out = w.join(out, in)
			continue
		}
		at := fmt.Sprintf("trigger.events[%d].where", i)
		place := Finding{Certainty: Proved, Branch: NoBranch, Field: at, Event: e.Event}
		reached := w.assume(in, w.formulaOf(*e.Where), true)
		if len(reached) == 0 {
			place.Kind = Unreachable
			place.Text = fmt.Sprintf("The trigger %s never starts a run: its conditions contradict each other or what the event carries. Change or remove them.", e.Event)
			w.report(place)
		} else {
			w.judge(in, *e.Where, place)
		}
		out = w.join(out, reached)
	}
	for _, name := range t.inner() {
		out = w.join(out, worlds{{event: name, env: &start}})
	}
	return out
}

// path walks along steps and returns the runs that come to its end.
func (w *walker) path(steps []Step, in worlds) worlds {
	ended := ""
	for i := range steps {
		s := &steps[i]
		if s.Disabled {
			continue
		}
		if len(in) == 0 {
			w.report(Finding{
				Certainty: Proved, Kind: Unreachable, StepID: s.ID, Branch: NoBranch,
				Text: fmt.Sprintf("This step is never reached: every path before it ends%s. Move it up or remove it.", ended),
			})
			return nil
		}
		in = w.step(s, in)
		if s.Type == Stop {
			ended = " with Stop"
		}
	}
	return in
}

func (w *walker) step(s *Step, in worlds) worlds {
	w.checkReferences(s, in)
	switch s.Type {
	case GetTicket:
		return w.getTicket(s, in)
	case UpdateTicket:
		return w.update(s, in)
	case If:
		return w.branch(s, in)
	case Wait:
		return w.wait(s, in)
	case Webhook:
		return w.call(s, in)
	case AssignInTurn:
		return w.assign(s, in)
	case SetVariable:
		return w.setVariable(s, in)
	case Stop:
		w.ended(in)
		return nil
	case SendReply, AddNote, Notify:
	}
	return in
}

func (w *walker) ended(in worlds) { w.passage.ends = w.join(w.passage.ends, in) }

// each gives the runs what a step leaves behind. f is asked once for each env.
func each(in worlds, f func(*world, env) env) worlds {
	out := make(worlds, len(in))
	made := map[*env]map[desk.EventName]*env{}
	for i := range in {
		out[i] = in[i]
		before := in[i].env
		if made[before] == nil {
			made[before] = make(map[desk.EventName]*env)
		}
		if made[before][in[i].event] == nil {
			after := f(&in[i], *before)
			made[before][in[i].event] = &after
		}
		out[i].env = made[before][in[i].event]
	}
	return out
}

func (w *walker) branch(s *Step, in worlds) worlds {
	if s.If == nil {
		return in
	}
	var out worlds
	rest := in
	for i, b := range s.If.Branches {
		f := w.formulaOf(b.When)
		place := Finding{Certainty: Proved, StepID: s.ID, Branch: i, Field: fmt.Sprintf("branches[%d].when", i)}
		said := w.judge(in, b.When, place)
		if taken := w.assume(rest, f, true); len(taken) > 0 {
			out = w.join(out, w.path(b.Steps, taken))
		} else if alone := w.assume(in, f, true); len(rest) == 0 || len(alone) > 0 {
			place.Kind, place.Field, place.Text = Unreachable, "", shadowed(s.If.Branches, i, rest)
			w.report(place)
		} else if !said {
			place.Kind, place.Text = NeverTrue, "The conditions of this branch never hold together. Change one of them, or remove the branch."
			w.report(place)
		}
		rest = w.assume(rest, f, false)
	}
	if len(rest) == 0 {
		if len(s.If.Else) > 0 {
			w.report(Finding{
				Certainty: Proved, Kind: Unreachable, StepID: s.ID, Branch: Else,
				Text: "The else path is never taken: the branches before it take everything. Remove it, or narrow a branch.",
			})
		}
		return out
	}
	return w.join(out, w.path(s.If.Else, rest))
}

// shadowed says why a branch is never taken: rest are the runs that the branches before it leave.
func shadowed(branches []Branch, i int, rest worlds) string {
	label := fmt.Sprintf("Branch %d", i+1)
	if name := branches[i].Name; name != "" {
		label += fmt.Sprintf(" (%s)", name)
	}
	if len(rest) == 0 {
		return label + " is never taken: the branches before it take everything. Remove it, or narrow a branch before it."
	}
	return label + " is never taken: a branch before it takes all that it asks for. Move it up, or remove it."
}

func (w *walker) getTicket(s *Step, in worlds) worlds {
	if s.Get == nil {
		return in
	}
	w.version++
	version := w.version
	return each(in, func(at *world, e env) env {
		own := w.isOwn(at, s.Get.TicketID)
		return e.set(orDefault(s.Get.Output, defaultOutput), w.read(&e, version, own), s.OnError)
	})
}

// read is the variable that holds the ticket as it is now.
func (a *analysis) read(e *env, version int, own bool) variable {
	v := variable{version: version, term: -1, ticket: true, own: own}
	if own {
		v.status, v.priority, v.assignee, v.noSLA = e.status, e.priority, e.assignee, e.noSLA
		return v
	}
	fresh := a.ticketTerms(version)
	v.status, v.priority, v.assignee = fresh.status, fresh.priority, fresh.assignee
	return v
}

// set returns e with a variable. A step that may fail and go on may leave it as it was.
func (e env) set(name string, v variable, onError OnError) env {
	vars := map[string]variable{}
	maps.Copy(vars, e.vars)
	if onError == Continue {
		before, had := vars[name]
		v = variable{version: v.version, term: -1, maybe: !had || before.maybe}
	}
	vars[name] = v
	e.vars = vars
	return e
}

func (w *walker) setVariable(s *Step, in worlds) worlds {
	if s.Variable == nil {
		return in
	}
	w.version++
	v := variable{version: w.version, term: -1}
	if value := compileValue(s.Variable.Value); value.isLiteral() && !isList(value.literal) {
		name := fmt.Sprintf("%T %s", value.literal, jsonText(value.literal))
		v.term = w.constant("variable", exact(value.literal), name)
	}
	return each(in, func(_ *world, e env) env { return e.set(s.Variable.Variable, v, s.OnError) })
}

func (w *walker) assign(s *Step, in worlds) worlds {
	w.version++
	fresh := w.ticketTerms(w.version)
	if s.Assign != nil {
		w.wrote(s, setting{field: desk.FieldAssignee}, in)
	}
	return each(in, func(at *world, e env) env {
		e.assignee = fresh.assignee
		if s.Assign != nil && w.isOwn(at, s.Assign.TicketID) {
			e.written = e.written.with(desk.FieldAssignee)
		}
		return e
	})
}

// call waits for an answer where it has an output.
func (w *walker) call(s *Step, in worlds) worlds {
	if s.Webhook == nil || s.Webhook.Output == "" {
		return in
	}
	in = w.pass(in)
	v := variable{version: w.version, term: -1}
	return each(in, func(_ *world, e env) env { return e.set(s.Webhook.Output, v, s.OnError) })
}

// pass lets time pass: others may have changed the ticket.
func (w *walker) pass(in worlds) worlds {
	w.version++
	w.epoch++
	w.waited = true
	fresh := w.ticketTerms(w.version)
	return each(in, func(_ *world, e env) env {
		e.status, e.priority, e.assignee, e.noSLA = fresh.status, fresh.priority, fresh.assignee, false
		return e
	})
}

func (w *walker) wait(s *Step, in worlds) worlds {
	if s.Wait == nil {
		return in
	}
	in = w.pass(in)
	if s.Wait.When == nil {
		return in
	}
	version := w.version
	looked := each(in, func(at *world, e env) env {
		v := w.read(&e, version, w.isOwn(at, s.Wait.TicketID))
		if !carriesTicket(at.event) && strings.TrimSpace(s.Wait.TicketID) == "" {
			before, had := e.vars[orDefault(s.Wait.Output, defaultOutput)]
			v = variable{version: version, term: -1, maybe: !had || before.maybe} // a run without a ticket has none to read
		}
		return e.set(orDefault(s.Wait.Output, defaultOutput), v, "")
	})
	place := Finding{Certainty: Proved, StepID: s.ID, Branch: 0, Field: "when"}
	w.judge(looked, *s.Wait.When, place)
	w.checkConstant(s, place)
	var out worlds
	if held := w.assume(looked, w.formulaOf(*s.Wait.When), true); len(held) > 0 {
		out = w.path(s.Wait.Held, held)
	}
	if s.OnError == Continue {
		out = w.join(out, in)
	}
	w.pass(nil) // by the time of the timeout the moment is another one
	return w.join(out, w.path(s.Wait.TimedOut, looked))
}

// checkConstant finds waits for what no time changes.
func (w *walker) checkConstant(s *Step, place Finding) {
	constant := true
	eachCondition(s.Wait.When, func(c *Condition) {
		compiled := compileCondition(*c)
		constant = constant && checkCondition(*c) == nil && compiled.value == nil && !compiled.relative && compiled.left.root == rootEvent
	})
	if constant {
		place.Kind, place.Branch = NoEffect, NoBranch
		place.Text = "This wait looks only at the event, which never changes: it ends at once or not before its timeout. " +
			"Compare a field of the ticket, such as variables.ticket.status."
		w.report(place)
	}
}

// isOwn reports whether a ticket_id is certainly that of the event.
func (a *analysis) isOwn(w *world, id string) bool {
	if ownTemplate(id) {
		return true
	}
	parts := compileTemplate(orDefault(id, EventTicket)).parts
	if len(parts) != 1 || !parts[0].expr || len(parts[0].filters) > 0 || len(parts[0].path.keys) != 2 {
		return false
	}
	p := parts[0].path
	v := w.env.vars[p.keys[0]]
	return p.root == rootVariables && p.keys[1] == "id" && v.ticket && v.own
}
