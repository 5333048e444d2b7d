package workflow

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// formula is a condition or a group in the form in which the analyser decides it.
type formula struct {
	kind    formulaKind
	negated bool
	parts   []formula
	left    path
	atom    *atom
}

type formulaKind int

const (
	undecided formulaKind = iota // it may hold or not
	atomic
	conjunction
	disjunction
)

// atom is a comparison with one literal by an operator that a missing left side does not satisfy.
type atom struct {
	id   int
	cond *condition
	span *span // what an ordered comparison leaves of its axis
}

// formulaOf leaves what Validate refuses undecided: a card that is still being filled in has no findings.
func (a *analysis) formulaOf(g Group) formula {
	if len(g.All)+len(g.Any) == 0 || len(g.All) > 0 && len(g.Any) > 0 || a.exhausted() {
		return formula{}
	}
	out := formula{kind: conjunction}
	if len(g.All) == 0 {
		out.kind = disjunction
	}
	for _, c := range slices.Concat(g.All, g.Any) {
		out.parts = append(out.parts, a.clauseFormula(c))
	}
	return out
}

func (a *analysis) clauseFormula(c Clause) formula {
	if c.Group != nil {
		return a.formulaOf(*c.Group)
	}
	compiled := compileCondition(c.Condition)
	if compiled.value != nil || checkCondition(c.Condition) != nil {
		return formula{}
	}
	op, negated := positive(c.Op)
	out := formula{kind: disjunction, negated: negated}
	switch op {
	case IsSet, Matches, Before, After, WithinLast:
		compiled.source.Op = op
		return formula{kind: atomic, negated: negated, left: compiled.left, atom: a.atomOf(compiled)}
	case HasAll:
		out.kind = conjunction
	case Equals, Contains, Greater, AtLeast, Less, AtMost, HasAny,
		NotEquals, NotContains, NotMatches, IsNotSet, HasNone:
	}
	lists := op == HasAny || op == HasAll
	for i := range compiled.operands {
		o := compiled.operands[i]
		if blank(o.value) && lists {
			return formula{} // a blank entry is in no list of tags, but it is in a blank text
		}
		if op == Contains && o.lower == "" {
			continue
		}
		one := &condition{source: c.Condition, left: compiled.left, operands: []operand{o}}
		one.source.Op = op
		if op == HasAll {
			one.source.Op = HasAny
		}
		out.parts = append(out.parts, formula{kind: atomic, left: compiled.left, atom: a.atomOf(one)})
	}
	return out
}

// positive is the operator of which op is the opposite, for a missing left side too.
func positive(op Operator) (Operator, bool) {
	switch op {
	case NotEquals:
		return Equals, true
	case NotContains:
		return Contains, true
	case NotMatches:
		return Matches, true
	case IsNotSet:
		return IsSet, true
	case HasNone:
		return HasAny, true
	case Equals, Contains, Matches, Greater, AtLeast, Less, AtMost, IsSet, Before, After, WithinLast, HasAny, HasAll:
	}
	return op, false
}

// atomOf makes equal comparisons one atom. Those with the moment are equal only as long as no time passes: between waits.
func (a *analysis) atomOf(c *condition) *atom {
	key := string(c.source.Op) + " "
	switch {
	case c.source.Op == Matches:
		key += c.pattern.String()
	case c.relative:
		key += c.offset.String() + " " + strconv.Itoa(a.epoch)
	case len(c.operands) > 0:
		key += jsonText(c.operands[0].value)
	}
	if id, ok := a.atomIDs[key]; ok {
		return a.atoms[id]
	}
	at := &atom{id: len(a.atoms), cond: c, span: c.span(a.epoch)}
	a.atoms = append(a.atoms, at)
	a.atomIDs[key] = at.id
	return at
}

// span is the part of an axis for which an ordered comparison holds.
type span struct {
	axis              string
	low, high         number
	openLow, openHigh bool // the end is not part of it
}

func (c *condition) span(epoch int) *span {
	s := &span{low: number{float: math.Inf(-1)}, high: number{float: math.Inf(1)}}
	if c.relative {
		s.axis = "moment " + strconv.Itoa(epoch)
		return s.ending(c.source.Op, wholeNumber(int64(c.offset)))
	}
	if len(c.operands) != 1 {
		return nil
	}
	o := &c.operands[0]
	if o.numeric && math.Abs(o.number.float) < largest && !slices.Contains([]Operator{Before, After}, c.source.Op) {
		s.axis = "number"
		return s.ending(c.source.Op, o.number)
	}
	const first, last = 1700, 2200 // where nanoseconds fit
	if o.dated && o.instant.Year() > first && o.instant.Year() < last {
		s.axis = "instant"
		return s.ending(c.source.Op, wholeNumber(o.instant.UnixNano()))
	}
	return nil
}

func (s *span) ending(op Operator, at number) *span {
	switch op {
	case Greater, After:
		s.low, s.openLow = at, true
	case AtLeast:
		s.low = at
	case Less, Before:
		s.high, s.openHigh = at, true
	case AtMost:
		s.high = at
	case WithinLast:
		s.low, s.high = wholeNumber(-at.whole), wholeNumber(0)
	case Equals, NotEquals, Contains, NotContains, Matches, NotMatches, IsSet, IsNotSet, HasAny, HasAll, HasNone:
		return nil
	}
	return s
}

func (s *span) covers(t *span) bool {
	low, high := s.low.compare(t.low), s.high.compare(t.high)
	return (low < 0 || low == 0 && (!s.openLow || t.openLow)) && (high > 0 || high == 0 && (!s.openHigh || t.openHigh))
}

func (s *span) misses(t *span) bool {
	before := func(a, b *span) bool {
		c := a.high.compare(b.low)
		return c < 0 || c == 0 && (a.openHigh || b.openLow)
	}
	return before(s, t) || before(t, s)
}

// implies reports whether q certainly holds wherever at does, of one left side.
func (at *atom) implies(q *atom) bool {
	if q.cond.source.Op == IsSet {
		return true
	}
	if at.span != nil && q.span != nil {
		return at.span.axis == q.span.axis && q.span.covers(at.span)
	}
	switch {
	case at.cond.source.Op == Contains && q.cond.source.Op == Contains:
		return strings.Contains(at.cond.operands[0].lower, q.cond.operands[0].lower)
	case at.pins() && q.readsText():
		return q.onValue(at.cond.operands[0].text) > 0
	}
	return false
}

// excludes reports whether at and q certainly never hold together, of one left side.
func (at *atom) excludes(q *atom) bool {
	if at.span != nil && q.span != nil {
		return at.span.axis == q.span.axis && q.span.misses(at.span)
	}
	return at.pins() && q.readsText() && q.onValue(at.cond.operands[0].text) < 0 ||
		q.pins() && at.readsText() && at.onValue(q.cond.operands[0].text) < 0
}

// pins reports whether the atom leaves a single text form: numbers have several, such as 5 and 5.0.
func (at *atom) pins() bool {
	return at.cond.source.Op == Equals && at.cond.operands[0].isText && !at.cond.operands[0].numeric
}

// readsText reports whether the text form alone decides the atom.
func (at *atom) readsText() bool {
	return at.cond.source.Op == Contains || at.cond.source.Op == Matches || at.pins()
}
