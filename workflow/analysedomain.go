package workflow

import (
	"math"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// domain is all that a term can be, cut into cells; masks are sets of cells.
type domain struct {
	id    int
	cells []cell
}

// maxCells keeps masks within an uint64.
const maxCells = 60

// full is the mask of every cell.
func (d *domain) full() uint64 { return 1<<len(d.cells) - 1 }

// cell is one value, or values that the analyser does not tell apart.
type cell struct {
	kind      cellKind
	value     any   // of exactly; the key of the target of someone, nil for those that no step names
	low, high int64 // of whole, both included
	assignee  desk.AssigneeKind
}

type cellKind int

const (
	exactly  cellKind = iota // value, nil included
	whole                    // whole numbers from low to high
	text                     // any text that is no cell of its own
	list                     // any list
	someone                  // an assignee
	anything                 // any value that is set
	unknown                  // any value, or none
)

func exact(v any) cell { return cell{kind: exactly, value: v} }

func exactCells[T ~string](values []T) []cell {
	out := make([]cell, len(values))
	for i, v := range values {
		out[i] = exact(string(v))
	}
	return out
}

// within is the part of a value that a path goes on to.
func (c cell) within(keys []string) cell {
	if len(keys) == 0 {
		return c
	}
	switch c.kind {
	case exactly:
		return exact(walk(c.value, keys))
	case whole, text:
		return exact(nil)
	case someone:
		if len(keys) > 1 {
			return exact(nil)
		}
		switch keys[0] {
		case "type":
			return exact(string(c.assignee))
		case "id", "name":
			return cell{kind: anything}
		}
		return exact(nil)
	case list, anything, unknown:
	}
	return cell{kind: unknown}
}

// domainOf makes cells a domain, one for each name.
func (a *analysis) domainOf(name string, cells func() []cell) *domain {
	if d, ok := a.named[name]; ok {
		return d
	}
	d := &domain{id: len(a.domains), cells: cells()}
	a.domains = append(a.domains, d)
	a.named[name] = d
	return d
}

func (a *analysis) statusDomain() *domain {
	return a.domainOf("status", func() []cell { return exactCells(desk.Statuses()) })
}

func (a *analysis) priorityDomain() *domain {
	return a.domainOf("priority", func() []cell { return append(exactCells(desk.Priorities()), exact(nil)) })
}

func (a *analysis) assigneeDomain() *domain {
	return a.domainOf("assignee", func() []cell {
		return []cell{exact(nil), {kind: someone, assignee: desk.ToUser}, {kind: someone, assignee: desk.ToRole}}
	})
}

// channelDomain knows the program's own channels and those that are mentioned; there may be others.
func (a *analysis) channelDomain() *domain {
	return a.domainOf("channel", func() []cell {
		known := []any{string(desk.Widget), string(desk.Email), string(desk.Slack), string(desk.APIDoor)}
		return textCells(append(known, a.mentioned["channel_source"]...))
	})
}

func (a *analysis) textDomain(name string) *domain {
	return a.domainOf("text "+name, func() []cell { return textCells(a.mentioned[name]) })
}

func (a *analysis) optionalTextDomain(name string) *domain {
	return a.domainOf("text? "+name, func() []cell { return append(textCells(a.mentioned[name]), exact(nil)) })
}

func (a *analysis) wholeDomain(name string) *domain {
	return a.domainOf("whole "+name, func() []cell { return wholeCells(a.mentioned[name]) })
}

func (a *analysis) optionalWholeDomain(name string) *domain {
	return a.domainOf("whole? "+name, func() []cell { return append(wholeCells(a.mentioned[name]), exact(nil)) })
}

func (a *analysis) oneDomain(name string, c cell) *domain {
	return a.domainOf("one "+name, func() []cell { return []cell{c} })
}

func (a *analysis) nothing() *domain { return a.oneDomain("nil", exact(nil)) }

func (a *analysis) listDomain() *domain { return a.oneDomain("list", cell{kind: list}) }

func (a *analysis) anyDomain() *domain {
	return a.domainOf("any", func() []cell { return []cell{exact(nil), {kind: anything}} })
}

// textCells gives every text that is mentioned its own cell, as far as there is room, and one to all others.
func textCells(mentioned []any) []cell {
	var out []cell
	for _, v := range mentioned {
		if b, ok := v.(bool); ok {
			v = textOf(b)
		}
		s, ok := v.(string)
		if ok && len(out) < maxCells-2 && !slices.ContainsFunc(out, func(c cell) bool { return c.value == s }) {
			out = append(out, exact(s))
		}
	}
	return append(out, cell{kind: text})
}

// largest is how far whole numbers are told apart: up to here float64 is exact as well.
const largest = 1 << 53

// wholeCells cuts the numbers from 0 at those that are mentioned. All that desk counts and numbers is no less.
func wholeCells(mentioned []any) []cell {
	points := []int64{}
	for _, v := range mentioned {
		if n, ok := numberOf(v); ok && n.float >= 0 && n.float < largest {
			points = append(points, int64(math.Floor(n.float)), int64(math.Ceil(n.float)))
		}
	}
	slices.Sort(points)
	points = slices.Compact(points)
	points = points[:min(len(points), maxCells/2-2)]
	var out []cell
	from := int64(0)
	for _, p := range points {
		if from < p {
			out = append(out, cell{kind: whole, low: from, high: p - 1})
		}
		out = append(out, cell{kind: whole, low: p, high: p})
		from = p + 1
	}
	return append(out, cell{kind: whole, low: from, high: math.MaxInt64})
}

// collectMentioned notes the literals that each property and field is compared with.
func (a *analysis) collectMentioned(d Definition) {
	eachGroup(d, func(g *Group) {
		eachCondition(g, func(c *Condition) {
			p, err := compilePath(c.Left)
			value := compileValue(c.Value)
			if op, _ := positive(c.Op); err != nil || len(p.keys) == 0 || !value.isLiteral() || op == Contains || op == Matches {
				return
			}
			name := p.keys[len(p.keys)-1]
			for _, v := range items(value.literal) {
				switch v.(type) {
				case string, bool, int64, float64:
					if !slices.Contains(a.mentioned[name], v) {
						a.mentioned[name] = append(a.mentioned[name], v)
					}
				}
			}
		})
	})
}

// eachGroup calls f for the groups of the trigger and of every step.
func eachGroup(d Definition, f func(*Group)) {
	for i := range d.Trigger.Events {
		if where := d.Trigger.Events[i].Where; where != nil {
			f(where)
		}
	}
	eachStep(d.Steps, func(s *Step) {
		if s.If != nil {
			for i := range s.If.Branches {
				f(&s.If.Branches[i].When)
			}
		}
		if s.Wait != nil && s.Wait.When != nil {
			f(s.Wait.When)
		}
	})
}

func eachCondition(g *Group, f func(*Condition)) {
	for _, clauses := range [][]Clause{g.All, g.Any} {
		for i := range clauses {
			if clauses[i].Group != nil {
				eachCondition(clauses[i].Group, f)
				continue
			}
			f(&clauses[i].Condition)
		}
	}
}

// answers are the cells on which an atom certainly holds, and those on which it certainly does not.
type answers struct{ yes, no uint64 }

type question struct {
	domain, atom int
	below        string
}

// ask returns where the atom holds. Exact values are put through the comparison that runs use.
func (a *analysis) ask(l leaf, at *atom) answers {
	d := a.terms[l.term].domain
	q := question{d.id, at.id, l.key}
	if known, ok := a.answers[q]; ok {
		return known
	}
	var out answers
	for i, c := range d.cells {
		switch at.on(c.within(l.below), d) {
		case 1:
			out.yes |= 1 << i
		case -1:
			out.no |= 1 << i
		}
	}
	a.answers[q] = out
	return out
}

// on answers for one cell: 1 it holds, -1 it does not, 0 unknown.
func (at *atom) on(c cell, d *domain) int {
	switch c.kind {
	case exactly:
		return at.onValue(c.value)
	case whole:
		return at.onWhole(c)
	case text:
		if at.cond.source.Op == Equals && at.cond.operands[0].isText && slices.ContainsFunc(d.cells, func(c cell) bool {
			return c.value == at.cond.operands[0].value
		}) {
			return -1
		}
	case list, someone, anything:
	case unknown:
		return 0
	}
	if at.cond.source.Op == IsSet {
		return 1
	}
	return 0
}

// onValue answers nothing about what depends on the moment.
func (at *atom) onValue(v any) int {
	if v != nil && at.cond.relative {
		return 0
	}
	matched, err := at.cond.test(&scope{now: time.Time{}, team: &desk.Team{}}, v)
	return sign(matched && err == nil)
}

// onWhole answers for a range: what has an order holds for all of it if it does for both ends.
func (at *atom) onWhole(c cell) int {
	if c.low == c.high {
		return at.onValue(c.low)
	}
	op := at.cond.source.Op
	switch {
	case op == IsSet:
		return 1
	case op == Before || op == After || op == WithinLast:
		return -1 // a number is no date
	case op == Equals:
		o := &at.cond.operands[0]
		if !o.numeric || o.number.compare(wholeNumber(c.low)) < 0 || o.number.compare(wholeNumber(c.high)) > 0 {
			return -1
		}
		return 0
	case !slices.Contains([]Operator{Greater, AtLeast, Less, AtMost}, op):
		return 0
	}
	// Beyond largest the comparison with a fraction is not exact; the last range ends there for all that matters.
	low, high := at.onValue(c.low), at.onValue(min(c.high, largest))
	if low == high && (c.high <= largest || math.Abs(at.cond.operands[0].number.float) < largest) {
		return low
	}
	return 0
}

func sign(b bool) int {
	if b {
		return 1
	}
	return -1
}
