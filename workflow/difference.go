package workflow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// DifferenceKind says what became of something between two definitions.
type DifferenceKind string

// The kinds of differences; all are set by Compare.
const (
	Added   DifferenceKind = "added"
	Removed DifferenceKind = "removed"
	Moved   DifferenceKind = "moved"   // it stands elsewhere
	Changed DifferenceKind = "changed" // it says something else
)

// Difference is one thing that one definition says and another does not.
type Difference struct {
	Kind DifferenceKind
	Step *Step // as it is after, or was where it is no more; nil: it is about the workflow or its trigger
	// Field names what differs as the native format does: priority, branches[1].when, trigger.events. "" is the whole
	// step. Headers are headers[<name>].
	Field string
	// Before and After are what was and is said, nil for nothing: text, a number, true, a list of text, *Group,
	// *Target, *desk.Hours, Branch, EventTrigger or, of a whole step, Place. Secrets are never said.
	Before, After any
}

// StepID is the id of the step that the difference is about, "" for none.
func (d *Difference) StepID() string {
	if d.Step == nil {
		return ""
	}
	return d.Step.ID
}

// Compare lists what has to be done to make a into b, in the order in which people read b; what is gone comes last.
// Steps are the same when their ids are, branches when they look most alike.
func Compare(a, b Definition) []Difference {
	c := &comparison{was: seatsOf(a), is: seatsOf(b)}
	c.fields(nil, detailFields(&a), detailFields(&b))
	c.events(a.Trigger.Events, b.Trigger.Events)
	for _, id := range c.is.order {
		c.step(id)
	}
	for _, id := range c.was.order {
		if _, kept := c.is.seats[id]; !kept {
			old := c.was.seats[id]
			c.add(Difference{Kind: Removed, Step: old.step, Before: old.place})
		}
	}
	return c.out
}

type comparison struct {
	was, is seating
	moved   map[string]bool // steps that went along their path; nil: not looked at yet
	out     []Difference
}

// seating is where every step of a definition stands.
type seating struct {
	order []string // as people read them
	seats map[string]seat
}

type seat struct {
	place Place
	step  *Step
}

func seatsOf(d Definition) seating {
	s := seating{seats: map[string]seat{}}
	s.sit(d.Steps, Place{})
	return s
}

func (s *seating) sit(steps []Step, at Place) {
	for i := range steps {
		at.Index = i
		step := &steps[i]
		s.order = append(s.order, step.ID)
		s.seats[step.ID] = seat{place: at, step: step}
		for _, exit := range step.Exits() {
			s.sit(step.Path(exit), Place{Parent: step.ID, Branch: exit})
		}
	}
}

func (c *comparison) add(d Difference) { c.out = append(c.out, d) }

func (c *comparison) step(id string) {
	now := c.is.seats[id]
	old, was := c.was.seats[id]
	if !was {
		c.add(Difference{Kind: Added, Step: now.step, After: now.place})
		return
	}
	if c.hasMoved(id) {
		c.add(Difference{Kind: Moved, Step: now.step, Before: old.place, After: now.place})
	}
	c.fields(now.step, stepFields(old.step), stepFields(now.step))
	c.headers(old.step, now.step)
	c.branches(old.step, now.step)
}

// fields compares lists that name the same fields, or those of steps whose type has changed.
func (c *comparison) fields(step *Step, was, is []field) {
	for _, f := range is {
		c.field(step, f.name, valueOf(was, f.name), f.value)
	}
	for _, f := range was {
		if !slices.ContainsFunc(is, func(other field) bool { return other.name == f.name }) {
			c.field(step, f.name, f.value, nil)
		}
	}
}

func (c *comparison) field(step *Step, name string, before, after any) {
	if !same(before, after) {
		c.add(Difference{Kind: Changed, Step: step, Field: name, Before: before, After: after})
	}
}

// headers says which secrets changed, and nothing of what they are.
func (c *comparison) headers(was, is *Step) {
	if was.Webhook == nil || is.Webhook == nil {
		return // the names of the headers are fields
	}
	old, now := was.Webhook.Headers, is.Webhook.Headers
	pairs := pair(len(old), len(now),
		func(i, j int) bool { return old[i] == now[j] },
		func(i, j int) bool { return strings.EqualFold(old[i].Name, now[j].Name) },
	)
	for i, j := range pairs {
		if j >= 0 && old[i].Value != now[j].Value {
			c.add(Difference{Kind: Changed, Step: is, Field: "headers[" + now[j].Name + "]"})
		}
	}
}

// events pairs the trigger's events that say the same, then those of the same name.
func (c *comparison) events(was, is []EventTrigger) {
	pairs := pair(len(was), len(is),
		func(i, j int) bool { return was[i].Event == is[j].Event && same(was[i].Where, is[j].Where) },
		func(i, j int) bool { return was[i].Event == is[j].Event },
	)
	const list = "trigger.events"
	for j := range is {
		i := slices.Index(pairs, j)
		switch {
		case i < 0:
			c.add(Difference{Kind: Added, Field: list, After: is[j]})
		case !same(was[i].Where, is[j].Where):
			c.add(Difference{Kind: Changed, Field: list, Before: was[i], After: is[j]})
		}
	}
	for i, j := range pairs {
		if j < 0 {
			c.add(Difference{Kind: Removed, Field: list, Before: was[i]})
		}
	}
	for _, j := range outOfOrder(pairs) {
		c.add(Difference{Kind: Moved, Field: list, After: is[j]})
	}
}

// branches compares the paths of an if-step, and the conditions that lead there.
func (c *comparison) branches(was, is *Step) {
	if is.If == nil {
		return
	}
	var old []Branch
	if was.If != nil {
		old = was.If.Branches
	}
	pairs := pairBranches(old, is.If.Branches)
	for j, now := range is.If.Branches {
		name := fmt.Sprintf("branches[%d]", j)
		i := slices.Index(pairs, j)
		if i < 0 {
			c.add(Difference{Kind: Added, Step: is, Field: name, After: now})
			continue
		}
		if slices.Contains(outOfOrder(pairs), j) {
			c.add(Difference{Kind: Moved, Step: is, Field: name, Before: old[i], After: now})
		}
		c.field(is, name+".name", given(old[i].Name), given(now.Name))
		c.field(is, name+".when", &old[i].When, &now.When)
	}
	for i, j := range pairs {
		if j < 0 {
			c.add(Difference{Kind: Removed, Step: is, Field: fmt.Sprintf("branches[%d]", i), Before: old[i]})
		}
	}
}

// same compares the stored forms, which know nothing of nil and empty.
func same(a, b any) bool {
	was, isTarget := a.(*Target)
	now, isToo := b.(*Target)
	if isTarget && isToo {
		return sameTarget(was, now)
	}
	return storedText(a) == storedText(b)
}

// sameTarget compares the ids where both are known: whatever it is called now, it is the same.
func sameTarget(a, b *Target) bool {
	if a.ID != 0 && b.ID != 0 {
		return a.Kind == b.Kind && a.ID == b.ID
	}
	return a.Kind == b.Kind && a.Name == b.Name
}

func storedText(v any) string {
	if g, ok := v.(*Group); ok {
		if g == nil {
			return "null"
		}
		v = formatter{ids: true}.group(*g)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%#v", v) // only what no file and no form can hold
	}
	return string(text)
}
