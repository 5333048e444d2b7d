package workflow

import (
	"maps"
	"slices"

	"signalbox/workflow/desk"
)

// term is something that has one value throughout a run: a property of the event, or a field as it was read.
type term struct {
	key    termKey
	domain *domain
}

// termKey names a term: a property of an event, or a field of a version of the ticket or of a variable.
type termKey struct {
	event   desk.EventName
	version int
	name    string
}

func (a *analysis) term(key termKey, d *domain) int {
	if id, ok := a.termIDs[key]; ok {
		return id
	}
	id := len(a.terms)
	a.terms = append(a.terms, term{key, d})
	a.termIDs[key] = id
	return id
}

// constant is the term of a value that a step writes.
func (a *analysis) constant(field desk.Field, c cell, name string) int {
	name = string(field) + "=" + name
	return a.term(termKey{name: name}, a.oneDomain(name, c))
}

// world is a set of runs that have come to the same point: those of one event of which the terms are within the masks
// and for which the literals hold. It may hold more runs than there can be, never fewer: nothing that is proved about
// all of them can be wrong.
type world struct {
	event    desk.EventName
	env      *env
	masks    []mask    // by term; a term without one can be anything
	literals []literal // by term, path and atom
	vague    bool      // it is known to hold runs that may not be
}

type mask struct {
	term int
	set  uint64
}

// literal says of an atom, on values that are not told apart, whether it holds.
type literal struct {
	term  int
	below string
	atom  int
	holds bool
}

// env is what the steps so far have left. It is never changed: steps make a new one.
type env struct {
	status   int // the terms of what the event's ticket has now
	priority int
	assignee int
	noSLA    bool // it certainly has no deadline
	written  fieldSet
	vars     map[string]variable
}

// variable is what is known of one that is set.
type variable struct {
	version  int
	term     int  // of a value that is known, else -1
	ticket   bool // what Get ticket has read, of the event's ticket where own
	own      bool
	status   int // the terms of its fields
	priority int
	assignee int
	noSLA    bool
	maybe    bool // only some of the runs have set it
}

func (e *env) equal(f *env) bool {
	return e == f || e.status == f.status && e.priority == f.priority && e.assignee == f.assignee && e.noSLA == f.noSLA &&
		e.written == f.written && maps.Equal(e.vars, f.vars)
}

// fieldSet is a set of fields that workflows write.
type fieldSet uint8

func (s fieldSet) has(f desk.Field) bool { return s&bitOf(f) != 0 }

func (s fieldSet) with(f desk.Field) fieldSet { return s | bitOf(f) }

func bitOf(f desk.Field) fieldSet { return 1 << slices.Index(writtenFields(), f) }

// writtenFields are the fields that update steps write, in the order of their inputs.
func writtenFields() []desk.Field {
	return []desk.Field{desk.FieldStatus, desk.FieldPriority, desk.FieldSLA, desk.FieldAssignee, desk.FieldTags}
}

// leaf is where a path leads to: a term, and the keys that go on within its value.
type leaf struct {
	term  int
	below []string
	key   string // of below
}

func (a *analysis) maskOf(w *world, term int) uint64 {
	if i, ok := slices.BinarySearchFunc(w.masks, term, func(m mask, t int) int { return m.term - t }); ok {
		return w.masks[i].set
	}
	return a.terms[term].domain.full()
}

// withMask returns w with the term cut down to a set. ok is false when nothing is left.
func (a *analysis) withMask(w world, term int, set uint64) (_ world, ok bool) {
	i, has := slices.BinarySearchFunc(w.masks, term, func(m mask, t int) int { return m.term - t })
	switch full := set == a.terms[term].domain.full(); {
	case set == 0:
		return w, false
	case has && w.masks[i].set == set || !has && full:
		return w, true
	case has && full:
		w.masks = slices.Delete(slices.Clone(w.masks), i, i+1)
	case has:
		w.masks = slices.Clone(w.masks)
		w.masks[i].set = set
	default:
		w.masks = slices.Insert(slices.Clone(w.masks), i, mask{term, set})
	}
	return w, true
}

// differ keeps apart what an event says has changed: the old status is never the present one.
func (a *analysis) differ(w world) (world, bool) {
	field := "status"
	if w.event == desk.PriorityChanged {
		field = "priority"
	} else if w.event != desk.StatusChanged {
		return w, true
	}
	old, present := a.property(w.event, "old_"+field), a.property(w.event, field)
	for range 2 {
		for _, pair := range [][2]int{{old, present}, {present, old}} {
			set := a.maskOf(&w, pair[0])
			if set&(set-1) != 0 {
				continue
			}
			var ok bool
			if w, ok = a.withMask(w, pair[1], a.maskOf(&w, pair[1])&^set); !ok {
				return w, false
			}
		}
	}
	return w, true
}

// withLiteral returns w with the literal. ok is false when it contradicts those that hold already.
func (a *analysis) withLiteral(w world, l literal) (_ world, ok bool) {
	at := a.atoms[l.atom]
	for _, k := range w.literals {
		if k.term != l.term || k.below != l.below {
			continue
		}
		known := a.atoms[k.atom]
		switch {
		case k.atom == l.atom:
			return w, k.holds == l.holds
		case k.holds && l.holds && at.excludes(known),
			k.holds && !l.holds && known.implies(at),
			!k.holds && l.holds && at.implies(known):
			return w, false
		}
	}
	i, _ := slices.BinarySearchFunc(w.literals, l, compareLiterals)
	w.literals = slices.Insert(slices.Clone(w.literals), i, l)
	return w, true
}
