package workflow

import (
	"fmt"
	"slices"
	"strings"
)

// judge looks at each condition of a group in the runs for which it is asked: those for which the conditions before it
// did not decide the group. It reports whether it found any that never holds.
func (w *walker) judge(in worlds, g Group, place Finding) bool {
	name := "all"
	if len(g.All) == 0 {
		name = "any"
	}
	said := false
	for i, c := range slices.Concat(g.All, g.Any) {
		if len(in) == 0 || w.exhausted() {
			break
		}
		at := place
		at.Field = fmt.Sprintf("%s.%s[%d]", place.Field, name, i)
		f := w.clauseFormula(c)
		yes, no := w.assume(in, f, true), w.assume(in, f, false)
		switch {
		case c.Group != nil:
			said = w.judge(in, *c.Group, at) || said
		case checkCondition(c.Condition) != nil: // Validate says so
		case w.checkCondition(in, c.Condition, at):
			said = true
		case len(yes) == 0:
			said = true
			at.Kind = NeverTrue
			at.Text = fmt.Sprintf("The condition %s never holds here%s. Change or remove it.", sentence(c.Condition), w.because(in, c.Condition))
			w.report(at)
		case len(no) == 0:
			at.Kind = AlwaysTrue
			at.Text = fmt.Sprintf("The condition %s always holds here%s. Remove it, or compare something else.", sentence(c.Condition), w.because(in, c.Condition))
			w.report(at)
		}
		in = yes
		if name == "any" {
			in = no
		}
	}
	return said
}

// checkCondition looks at what a condition refers to. It reports whether the left side is certainly missing.
func (w *walker) checkCondition(in worlds, c Condition, at Finding) bool {
	for _, r := range references(at.Field, c.Value) {
		w.checkReference(in, r, at)
	}
	left, err := compilePath(c.Left)
	if err != nil {
		return false
	}
	asks := c.Op == IsSet || c.Op == IsNotSet
	return w.checkReference(in, reference{path: left, field: at.Field, deliberate: asks}, at)
}

func sentence(c Condition) string {
	t := ConditionTrace{Left: c.Left, Op: c.Op, Value: c.Value}
	return t.sentence()
}

// because names what the left side can be, where that is a short list.
func (w *walker) because(in worlds, c Condition) string {
	left, err := compilePath(c.Left)
	if err != nil {
		return ""
	}
	const longest = 4
	var can []string
	for i := range in {
		l := w.leafOf(&in[i], left)
		set := w.maskOf(&in[i], l.term)
		for n, c := range w.terms[l.term].domain.cells {
			if set&(1<<n) == 0 {
				continue
			}
			c = c.within(l.below)
			if c.kind != exactly {
				return ""
			}
			if value := shown(c.value); !slices.Contains(can, value) {
				can = append(can, value)
			}
		}
	}
	if len(can) == 0 || len(can) > longest {
		return ""
	}
	return ", where it can only be " + either(can)
}

// either joins the names of things of which one is meant.
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
