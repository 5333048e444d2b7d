package workflow

import (
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// reference is a path that a step reads.
type reference struct {
	path       path
	field      string // where it stands, as in Problem
	deliberate bool   // it is all right for it to be missing on some paths
}

// references are the paths in a template, or in the templates of a list.
func references(field string, value any) []reference {
	var out []reference
	var collect func(t *template)
	collect = func(t *template) {
		for _, element := range t.list {
			collect(element)
		}
		for _, p := range t.parts {
			if p.expr {
				hasDefault := slices.ContainsFunc(p.filters, func(f filter) bool { return f.name == filterDefault })
				out = append(out, reference{path: p.path, field: field, deliberate: hasDefault})
			}
		}
	}
	collect(compileValue(value))
	return out
}

// referencesOf are the paths that the step reads beside those of its conditions.
func referencesOf(s *Step) []reference {
	var out []reference
	add := func(field string, value any) { out = append(out, references(field, value)...) }
	switch {
	case s.Get != nil:
		add("ticket_id", s.Get.TicketID)
	case s.Update != nil:
		u := s.Update
		add("ticket_id", u.TicketID)
		add("status", u.Status)
		add("priority", u.Priority)
		add("sla_amount", u.SLAAmount)
		add("sla_unit", u.SLAUnit)
		for i, tag := range u.Tags {
			add(fmt.Sprintf("tags[%d]", i), tag)
		}
	case s.Wait != nil:
		add("for", s.Wait.For)
		add("until", s.Wait.Until)
		add("timeout", s.Wait.Timeout)
		add("ticket_id", s.Wait.TicketID)
	case s.Message != nil:
		add("ticket_id", s.Message.TicketID)
		add("body", s.Message.Body)
	case s.Notify != nil:
		add("ticket_id", s.Notify.TicketID)
		add("text", s.Notify.Text)
	case s.Webhook != nil:
		add("url", s.Webhook.URL)
		out = append(out, documentReferences(s.Webhook.Body)...)
	case s.Assign != nil:
		add("ticket_id", s.Assign.TicketID)
	case s.Variable != nil:
		add("value", s.Variable.Value)
	}
	return out
}

// documentReferences are the paths in the text values of JSON.
func documentReferences(body string) []reference {
	root, err := readTree([]byte(body))
	if err != nil {
		return nil // Validate says so
	}
	var out []reference
	var collect func(v tree)
	collect = func(v tree) {
		switch v := v.(type) {
		case string:
			out = append(out, references("body", v)...)
		case []tree:
			for _, item := range v {
				collect(item)
			}
		case *fields:
			for _, name := range v.names {
				collect(v.values[name])
			}
		}
	}
	collect(root)
	return out
}

func (w *walker) checkReferences(s *Step, in worlds) {
	for _, r := range referencesOf(s) {
		w.checkReference(in, r, Finding{StepID: s.ID, Branch: NoBranch, Field: r.field})
	}
}

// checkReference finds what is missing where it is read, and reports whether that is certain.
func (w *walker) checkReference(in worlds, r reference, at Finding) bool {
	at.Kind, at.Certainty = NeverSet, Proved
	keys := r.path.keys
	switch {
	case r.path.root == rootVariables && len(keys) > 0 && at.StepID != "": // a trigger knows none, as Validate says
		return w.checkVariable(in, r, at)
	case r.path.root == rootEvent && len(keys) > 1 && keys[0] == "properties":
		if slices.ContainsFunc(in, func(at world) bool { return carries(at.event, keys[1]) }) {
			return false
		}
		at.Text = fmt.Sprintf("event.properties.%s is never set: %s carries no such property. Choose one that it has.", keys[1], eventsOf(in))
		w.report(at)
		return true
	}
	return false
}

func carries(event desk.EventName, name string) bool {
	more, closed := moreProperties(event)
	return !closed || slices.Contains(more, name) || slices.Contains(ticketProperties(), name)
}

// eventsOf names the events of the runs.
func eventsOf(in worlds) string {
	var names []string
	for i := range in {
		if name := string(in[i].event); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return either(names)
}

func (w *walker) checkVariable(in worlds, r reference, at Finding) bool {
	keys := r.path.keys
	set, missing, fieldless := 0, 0, 0
	for i := range in {
		v, ok := in[i].env.vars[keys[0]]
		switch {
		case !ok:
			missing++
		case v.ticket && len(keys) > 1 && !slices.Contains(w.outputs, keys[1]):
			fieldless++
		case !v.maybe:
			set++
		}
	}
	name := "variables." + strings.Join(keys, ".")
	switch {
	case missing == len(in):
		at.Text = fmt.Sprintf("%s is never set: no step before this one sets %s. Set it first, or use something else.", name, keys[0])
	case fieldless == len(in):
		at.Text = fmt.Sprintf("%s is never set: Get ticket gives no %s. Choose one of the fields that it gives.", name, keys[1])
	case set == len(in) || r.deliberate:
		return false
	default:
		at.Certainty = Possible
		at.Text = fmt.Sprintf("%s is missing on some paths to this step: no step on them sets it. Set it before the paths part, or give a default.", name)
	}
	w.report(at)
	return at.Certainty == Proved
}

// findUnread finds variables that nothing reads.
func (a *analysis) findUnread(d Definition) {
	read := map[string]bool{}
	note := func(p path) {
		if p.root == rootVariables && len(p.keys) > 0 {
			read[p.keys[0]] = true
		}
	}
	all := false // {variables} as a whole
	noteAll := func(refs []reference) {
		for _, r := range refs {
			all = all || r.path.root == rootVariables && len(r.path.keys) == 0
			note(r.path)
		}
	}
	eachStep(d.Steps, func(s *Step) { noteAll(referencesOf(s)) })
	eachGroup(d, func(g *Group) {
		eachCondition(g, func(c *Condition) {
			noteAll(references("", c.Value))
			if p, err := compilePath(c.Left); err == nil {
				note(p)
			}
		})
	})
	eachStep(d.Steps, func(s *Step) {
		var name string
		switch {
		case s.Get != nil:
			name = orDefault(s.Get.Output, defaultOutput)
		case s.Variable != nil:
			name = s.Variable.Variable
		}
		if name == "" || read[name] || all || s.Disabled {
			return
		}
		a.report(Finding{
			Certainty: Possible, Kind: NoEffect, StepID: s.ID, Branch: NoBranch,
			Text: fmt.Sprintf("Nothing reads variables.%s, which this step sets. Use it, or remove the step.", name),
		})
	})
}
