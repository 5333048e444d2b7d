package workflow

import (
	"regexp"
	"time"

	"signalbox/workflow/desk"
)

// condition is a compiled Condition.
type condition struct {
	source   Condition
	left     path
	value    *template // for values that depend on the facts, else nil
	operands []operand
	pattern  *regexp.Regexp
	offset   time.Duration // of before, after and within_last, where relative
	relative bool
	problem  error // why it can never be evaluated
}

// group is a compiled Group.
type group struct {
	any     bool
	clauses []clause
}

type clause struct {
	condition *condition
	group     *group
}

func compileGroup(g Group) *group {
	out := &group{any: len(g.All) == 0}
	clauses := g.All
	if out.any {
		clauses = g.Any
	}
	for _, c := range clauses {
		if c.Group != nil {
			out.clauses = append(out.clauses, clause{group: compileGroup(*c.Group)})
			continue
		}
		out.clauses = append(out.clauses, clause{condition: compileCondition(c.Condition)})
	}
	return out
}

// compileCondition never fails: a condition that cannot be evaluated does not match, and says so.
func compileCondition(source Condition) *condition {
	c := &condition{source: source}
	if c.left, c.problem = compilePath(source.Left); c.problem != nil {
		return c
	}
	switch source.Op {
	case Matches, NotMatches:
		c.pattern, c.problem = compilePattern(source.Value)
		return c
	case IsSet, IsNotSet:
		return c
	case Before, After, WithinLast, Equals, NotEquals, Contains, NotContains,
		Greater, AtLeast, Less, AtMost, HasAny, HasAll, HasNone:
	default:
		c.problem = desk.Errorf(desk.Invalid, "Unknown operator %.40q", string(source.Op))
		return c
	}
	value := compileValue(source.Value)
	if !value.isLiteral() {
		c.value, c.problem = value, value.err
		return c
	}
	c.problem = c.prepare(value.literal)
	return c
}

// prepare makes a value ready for the operator; the error says why it is the wrong kind of value.
func (c *condition) prepare(v any) error {
	c.operands, c.relative = nil, false
	switch c.source.Op {
	case Before, After:
		if d, ok := signedDurationOf(textOf(v)); ok {
			c.offset, c.relative = d, true
			return nil
		}
		if _, ok := instantOf(v); !ok {
			return desk.Errorf(desk.Invalid, "%.60q is not a date. Use one like 2026-01-31T09:00:00Z, or +2d or -2d from now", textOf(v))
		}
	case WithinLast:
		d, ok := durationOf(textOf(v))
		if !ok {
			return desk.Errorf(desk.Invalid, "%.60q is not a duration. Use one like 90m, 12h or 2d", textOf(v))
		}
		c.offset, c.relative = d, true
		return nil
	case Contains, NotContains, HasAny, HasAll, HasNone:
		if blank(v) {
			return desk.Errorf(desk.Invalid, "There is nothing to look for. Give a value")
		}
	case Equals, NotEquals, Greater, AtLeast, Less, AtMost, Matches, NotMatches, IsSet, IsNotSet:
	}
	c.operands = operandsOf(v)
	return nil
}

// blank reports whether v is null, "" or a list with nothing but those.
func blank(v any) bool {
	for _, item := range items(v) {
		if item != nil && item != "" {
			return false
		}
	}
	return true
}

func compilePattern(v any) (*regexp.Regexp, error) {
	s, ok := v.(string)
	if !ok || s == "" {
		return nil, desk.Errorf(desk.Invalid, "There is no pattern to match")
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, desk.Errorf(desk.Invalid, "%.60q is not a regular expression (RE2): %v", s, err)
	}
	return re, nil
}

// match decides a group, left to right and no further than needed. Where trace is not nil, what was
// compared is added to it.
func (g *group) match(s *scope, trace *[]ConditionTrace) bool {
	for i := range g.clauses {
		c := &g.clauses[i]
		var matched bool
		if c.group != nil {
			matched = c.group.match(s, trace)
		} else {
			matched = c.condition.match(s, trace)
		}
		if matched == g.any {
			return g.any
		}
	}
	return !g.any && len(g.clauses) > 0
}

func (c *condition) match(s *scope, trace *[]ConditionTrace) bool {
	var actual any
	var matched bool
	err := c.problem
	if err == nil {
		actual = c.left.lookup(s)
		matched, err = c.test(s, actual)
	}
	if trace != nil {
		t := ConditionTrace{Left: c.source.Left, Op: c.source.Op, Value: c.source.Value, Actual: actual, Matched: matched}
		if err != nil {
			t.Problem = err.Error()
		}
		*trace = append(*trace, t)
	}
	return matched
}

// test answers for a missing left side at once: no value can change that answer.
func (c *condition) test(s *scope, actual any) (bool, error) {
	if actual == nil {
		return matchesMissing(c.source.Op), nil
	}
	if c.value == nil {
		return c.compare(s.now, actual)
	}
	v, err := c.value.resolve(s)
	if err != nil {
		return false, err
	}
	ready := condition{source: c.source}
	if err := ready.prepare(v); err != nil {
		return false, err
	}
	return ready.compare(s.now, actual)
}

// matchesMissing is the last column of the table in spec/2.
func matchesMissing(op Operator) bool {
	switch op {
	case NotEquals, NotContains, NotMatches, IsNotSet, HasNone:
		return true
	case Equals, Contains, Matches, Greater, AtLeast, Less, AtMost, IsSet, Before, After, WithinLast, HasAny, HasAll:
	}
	return false
}
