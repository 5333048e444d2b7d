package views

import (
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow"
)

// conditionGroup is a group of conditions in a form.
type conditionGroup struct {
	Path     string
	Join     string // "all" or "any"
	Word     string // what joins them, for people
	Several  bool
	JoinPick ui.Select // shown while there are several
	Clauses  []conditionLine
	CanNest  bool
	Problem  string
}

// conditionLine is a condition, or a group within the group.
type conditionLine struct {
	Path    string
	Problem string
	Group   *conditionGroup
	Left    openChoice
	Op      ui.Select
	Value   *templateField // nil where the operator takes none
	Values  []string       // suggestions
	ValueID string         // of the list of suggestions
}

// The values of a group's join.
const (
	JoinAll = "all"
	JoinAny = "any"
)

func (f panelForm) conditions(g workflow.Group, path string) conditionGroup {
	out := conditionGroup{Path: path, Join: JoinAll, Word: "and", Problem: f.problem(path)}
	clauses := g.All
	if g.Any != nil {
		out.Join, out.Word, clauses = JoinAny, "or", g.Any
	}
	out.Several = len(clauses) > 1
	out.JoinPick = f.pick(path+".join", "How the conditions are joined", out.Join, []ui.Option{
		{Value: JoinAll, Text: "All of these hold"}, {Value: JoinAny, Text: "Any of these holds"},
	})
	out.JoinPick.HideLabel = true
	out.CanNest = strings.Count(path, ".") < deepestGroup
	for i, c := range clauses {
		line := f.condition(c.Condition, ClausePath(path, i))
		if c.Group != nil {
			inner := f.conditions(*c.Group, line.Path)
			line = conditionLine{Path: line.Path, Group: &inner} // which shows the problem itself
		}
		out.Clauses = append(out.Clauses, line)
	}
	return out
}

func (f panelForm) condition(c workflow.Condition, path string) conditionLine {
	op := ComparisonOf(c)
	line := conditionLine{
		Path:    path,
		Problem: f.problem(path),
		Left:    f.choose(f.left(c.Left, path), "Something else…"),
		Op: ui.Select{
			ID: f.id(path + ".op"), Name: path + ".op", Label: "Comparison", HideLabel: true, Value: string(op),
			Groups: comparisons(), Attrs: f.attrs(path + ".op"),
		},
	}
	line.Left.Other.Attrs[templateMark] = takesPath
	delete(line.Left.Other.Attrs, "list") // which completes templates
	if op.TakesValue() {
		value := f.text(path+".value", "Value", ValueText(c.Value))
		value.HideLabel, value.Placeholder = true, placeholderOf(op)
		line.Values, line.ValueID = valuesOf(c.Left), f.id(path+".values")
		if len(line.Values) > 0 && !op.TakesList() {
			value.Attrs["list"] = line.ValueID
		}
		field := withFields(value)
		line.Value = &field
	}
	return line
}

func (f panelForm) left(left, path string) ui.Select {
	groups := []ui.Group{{Options: []ui.Option{{Value: "", Text: "Choose…"}}}}
	name := path + ".left"
	return ui.Select{
		ID: f.id(name), Name: name, Label: "What to look at", HideLabel: true, Value: left,
		Groups: append(groups, lefts(f.fields, left)...), Attrs: f.attrs(name),
	}
}

func placeholderOf(op Comparison) string {
	switch {
	case op.TakesList():
		return "one, two"
	case op.Operator() == workflow.WithinLast:
		return "2d"
	case op.Operator() == workflow.Before, op.Operator() == workflow.After:
		return "2026-01-31 or +2d"
	}
	return "value"
}
