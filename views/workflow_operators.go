package views

import (
	"strings"

	"signalbox/views/ui"
	"signalbox/workflow"
)

// listMark tells "is any of" from "is": the same operator with a list for its value.
const listMark = "[]"

// Comparison is an operator as the form offers it.
type Comparison string

// ComparisonOf returns how a condition's operator is shown, which depends on its value too.
func ComparisonOf(c workflow.Condition) Comparison {
	if _, isList := c.Value.([]any); isList && takesEither(c.Op) {
		return Comparison(c.Op) + listMark
	}
	return Comparison(c.Op)
}

// Operator is the operator that the condition keeps.
func (c Comparison) Operator() workflow.Operator {
	return workflow.Operator(strings.TrimSuffix(string(c), listMark))
}

// TakesList reports whether the value is a list, written with commas.
func (c Comparison) TakesList() bool {
	op := c.Operator()
	return strings.HasSuffix(string(c), listMark) && takesEither(op) || alwaysList(op)
}

// TakesValue reports whether there is anything to compare with.
func (c Comparison) TakesValue() bool {
	op := c.Operator()
	return op != workflow.IsSet && op != workflow.IsNotSet
}

func takesEither(op workflow.Operator) bool {
	return op == workflow.Equals || op == workflow.NotEquals || op == workflow.Contains || op == workflow.NotContains
}

func alwaysList(op workflow.Operator) bool {
	return op == workflow.HasAny || op == workflow.HasAll || op == workflow.HasNone
}

// words says the comparison so that it reads between a left side and a value.
func (c Comparison) words() string {
	for _, g := range comparisons() {
		for _, o := range g.Options {
			if o.Value == string(c) {
				return o.Text
			}
		}
	}
	return string(c)
}

// comparisons are all the operators, in words.
func comparisons() []ui.Group {
	option := func(op workflow.Operator, text string) ui.Option { return ui.Option{Value: string(op), Text: text} }
	list := func(op workflow.Operator, text string) ui.Option { return option(op+listMark, text) }
	return []ui.Group{
		{Label: "Same", Options: []ui.Option{
			option(workflow.Equals, "is"),
			option(workflow.NotEquals, "is not"),
			list(workflow.Equals, "is any of"),
			list(workflow.NotEquals, "is none of"),
			option(workflow.IsSet, "has a value"),
			option(workflow.IsNotSet, "has no value"),
		}},
		{Label: "Text", Options: []ui.Option{
			option(workflow.Contains, "contains"),
			option(workflow.NotContains, "does not contain"),
			list(workflow.Contains, "contains any of"),
			list(workflow.NotContains, "contains none of"),
			option(workflow.Matches, "matches the pattern"),
			option(workflow.NotMatches, "does not match the pattern"),
		}},
		{Label: "Number or date", Options: []ui.Option{
			option(workflow.Greater, "is more than"),
			option(workflow.AtLeast, "is at least"),
			option(workflow.Less, "is less than"),
			option(workflow.AtMost, "is at most"),
			option(workflow.Before, "is before"),
			option(workflow.After, "is after"),
			option(workflow.WithinLast, "is within the last"),
		}},
		{Label: "List", Options: []ui.Option{
			option(workflow.HasAny, "has any of"),
			option(workflow.HasAll, "has all of"),
			option(workflow.HasNone, "has none of"),
		}},
	}
}
