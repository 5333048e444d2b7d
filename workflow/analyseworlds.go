package workflow

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// The bounds of an analysis.
const (
	maxWorlds = 32     // told apart at one point, of one event
	maxWork   = 15_000 // worlds tried and compared; past them everything of one event is one world
)

// exhausted reports whether the analysis has done what it may. From then on it takes everything to be possible.
func (a *analysis) exhausted() bool { return a.work > 2*maxWork }

// worlds are the runs that come to a point; none: no run does.
type worlds []world

func compareLiterals(x, y literal) int {
	return cmp.Or(cmp.Compare(x.term, y.term), strings.Compare(x.below, y.below), cmp.Compare(x.atom, y.atom))
}

// assume keeps the runs for which the formula holds, or does not.
func (a *analysis) assume(in worlds, f formula, holds bool) worlds {
	holds = holds != f.negated
	switch {
	case f.kind == undecided || a.exhausted():
		out := slices.Clone(in)
		for i := range out {
			out[i].vague = true
		}
		return a.bound(out)
	case f.kind == atomic:
		var out worlds
		for i := range in {
			if w, ok := a.assumeAtom(in[i], f, holds); ok {
				out = append(out, w)
			}
		}
		return out
	case (f.kind == conjunction) == holds:
		for _, part := range f.parts {
			in = a.assume(in, part, holds)
		}
		return in
	}
	var out worlds
	for _, part := range f.parts {
		out = a.join(out, a.assume(in, part, holds))
		in = a.assume(in, part, !holds)
	}
	return out
}

func (a *analysis) assumeAtom(w world, f formula, holds bool) (world, bool) {
	a.work++
	at := a.leafOf(&w, f.left)
	is := a.ask(at, f.atom)
	set := a.maskOf(&w, at.term)
	certain, open := is.yes, ^(is.yes | is.no)
	if !holds {
		certain = is.no
	}
	if set&open != 0 {
		with, ok := a.withLiteral(w, literal{at.term, at.key, f.atom.id, holds})
		if ok {
			w = with
		} else {
			set &^= open
		}
	}
	w, ok := a.withMask(w, at.term, set&(certain|open))
	if !ok {
		return w, false
	}
	return a.differ(w)
}

// join adds worlds to others, and makes one of two wherever that says the same.
func (a *analysis) join(in, more worlds) worlds {
	if len(in) == 0 {
		return more
	}
	in = slices.Clip(in)
	for i, w := range more {
		if a.work > maxWork {
			return a.bound(append(in, more[i:]...))
		}
		in = a.add(in, w)
	}
	return a.bound(in)
}

// add makes one world of two, and of those that become alike by it, as long as there are any.
func (a *analysis) add(in worlds, w world) worlds {
	for i := 0; i < len(in); i++ {
		a.work++
		merged, ok := a.merge(in[i], w)
		if !ok {
			continue
		}
		in = slices.Delete(slices.Clone(in), i, i+1)
		w, i = merged, -1 // what is larger now may take in more
	}
	return append(in, w)
}

// merge makes one world of two that differ in the mask of one term, or in whether one literal holds.
func (a *analysis) merge(x, y world) (world, bool) {
	if x.event != y.event || !x.env.equal(y.env) {
		return x, false
	}
	out := x
	out.vague = x.vague || y.vague
	if slices.Equal(x.literals, y.literals) {
		term, ok := a.differingTerm(&x, &y)
		if !ok || term < 0 {
			return out, ok
		}
		return a.withMask(out, term, a.maskOf(&x, term)|a.maskOf(&y, term))
	}
	if len(x.literals) != len(y.literals) || !slices.Equal(x.masks, y.masks) {
		return x, false
	}
	at := -1
	for i := range x.literals {
		if x.literals[i] == y.literals[i] {
			continue
		}
		if at >= 0 || compareLiterals(x.literals[i], y.literals[i]) != 0 {
			return x, false
		}
		at = i
	}
	out.literals = slices.Delete(slices.Clone(x.literals), at, at+1)
	return out, true
}

// differingTerm is the only term of which x and y have different masks, -1 for none.
func (a *analysis) differingTerm(x, y *world) (term int, ok bool) {
	term = -1
	for i, j := 0, 0; i < len(x.masks) || j < len(y.masks); {
		var at int
		switch {
		case j == len(y.masks) || i < len(x.masks) && x.masks[i].term < y.masks[j].term:
			at = x.masks[i].term
			i++
		case i == len(x.masks) || y.masks[j].term < x.masks[i].term:
			at = y.masks[j].term
			j++
		default:
			same := x.masks[i].set == y.masks[j].set
			at = x.masks[i].term
			i, j = i+1, j+1
			if same {
				continue
			}
		}
		if term >= 0 {
			return 0, false
		}
		term = at
	}
	return term, true
}

// bound keeps the number of worlds small: those of an event that has too many become one that holds them all.
func (a *analysis) bound(in worlds) worlds {
	most := maxWorlds
	if a.work > maxWork {
		most = 1
	}
	count := make(map[desk.EventName]int)
	for i := range in {
		count[in[i].event]++
	}
	var out worlds
	at := make(map[desk.EventName]int)
	for _, w := range in {
		if count[w.event] <= most {
			out = append(out, w)
			continue
		}
		if i, ok := at[w.event]; ok {
			out[i] = a.cover(out[i], w)
			continue
		}
		at[w.event] = len(out)
		out = append(out, w)
	}
	return out
}

// cover is a world that holds both.
func (a *analysis) cover(x, y world) world {
	out := world{event: x.event, env: a.coverEnv(x.env, y.env), vague: true}
	for _, m := range x.masks {
		if set := m.set | a.maskOf(&y, m.term); set != a.terms[m.term].domain.full() {
			out.masks = append(out.masks, mask{m.term, set})
		}
	}
	for _, l := range x.literals {
		if slices.Contains(y.literals, l) {
			out.literals = append(out.literals, l)
		}
	}
	return out
}

// coverEnv forgets wherever x and y differ.
func (a *analysis) coverEnv(x, y *env) *env {
	if x.equal(y) {
		return x
	}
	a.version++
	out := &env{
		status: x.status, priority: x.priority, assignee: x.assignee, noSLA: x.noSLA && y.noSLA,
		written: x.written | y.written, vars: maps.Clone(x.vars),
	}
	fresh := a.ticketTerms(a.version)
	if x.status != y.status {
		out.status = fresh.status
	}
	if x.priority != y.priority {
		out.priority = fresh.priority
	}
	if x.assignee != y.assignee {
		out.assignee = fresh.assignee
	}
	for name, v := range x.vars {
		if other, ok := y.vars[name]; !ok || other != v {
			out.vars[name] = variable{version: a.version, term: -1, maybe: !ok || v.maybe || other.maybe}
		}
	}
	for name := range y.vars {
		if _, ok := x.vars[name]; !ok {
			out.vars[name] = variable{version: a.version, term: -1, maybe: true}
		}
	}
	return out
}
