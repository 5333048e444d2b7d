package workflow

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// Limits of a definition.
const (
	maxName  = 200 // characters
	maxSteps = 1_000
)

// Validate returns everything that keeps d from being published, top-down. Users and roles are looked for in
// dir; nil leaves that out.
func Validate(d Definition, dir *Directory) Problems {
	v := validator{dir: dir, seen: map[string]bool{}}
	v.name(d.Name)
	v.trigger(d.Trigger)
	v.limits(d.Limits)
	if len(d.Steps) == 0 {
		v.add("steps", "The workflow has no steps. Add one.")
	}
	if levels(d.Steps) > maxNesting {
		v.add("steps", "Paths can lie within each other %d levels deep. Move steps further out.", maxNesting)
		return v.problems
	}
	count := 0
	eachStep(d.Steps, func(s *Step) {
		count++
		v.stepID = s.ID
		v.step(s)
	})
	if count > maxSteps {
		v.stepID = ""
		v.add("steps", "The workflow has %d steps; the limit is %d. Split it into several.", count, maxSteps)
	}
	return v.problems
}

// validator collects the problems of the step it is at.
type validator struct {
	dir      *Directory
	seen     map[string]bool // step ids
	stepID   string
	problems Problems
}

func (v *validator) add(field, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	v.problems = append(v.problems, Problem{StepID: v.stepID, Field: field, Text: text})
}

func (v *validator) refused(field string, err error) {
	if err != nil {
		v.add(field, "%s", err)
	}
}

func (v *validator) name(name string) {
	v.refused("name", desk.CheckLine("name", name))
	if strings.TrimSpace(name) == "" {
		v.add("name", "The workflow has no name. Give it one.")
	}
	if n := utf8.RuneCountInString(name); n > maxName {
		v.add("name", "The name has %d characters; the limit is %d. Shorten it.", n, maxName)
	}
}

func (v *validator) trigger(t Trigger) {
	if len(t.Names()) == 0 {
		v.add("trigger", "The workflow has no trigger, so it never starts. Choose an event.")
	}
	for i, e := range t.Events {
		at := fmt.Sprintf("trigger.events[%d]", i)
		if !slices.Contains(desk.EventNames(), e.Event) {
			v.add(at+".event", "%.60q is not an event. Choose one of %s.", string(e.Event), listed(desk.EventNames()))
		}
		if e.Where != nil {
			v.group(at+".where", *e.Where, 1)
			v.noVariables(at+".where", *e.Where)
		}
	}
	v.starts(t)
}

// noVariables refuses what could never match: a trigger is asked before any step has set a variable.
func (v *validator) noVariables(at string, g Group) {
	for _, c := range slices.Concat(g.All, g.Any) {
		if c.Group != nil {
			v.noVariables(at, *c.Group)
			continue
		}
		if p, err := compilePath(c.Left); err == nil && p.root == rootVariables {
			v.add(at, "A trigger knows no variables: %.60q is empty until a step sets it. Compare it in an if step.", c.Left)
		}
	}
}

func (v *validator) step(s *Step) {
	switch {
	case s.ID == "":
		v.add("id", "The step has no id")
	case v.seen[s.ID]:
		v.add("id", "Two steps have the id %.60q. Rename one.", s.ID)
	case !stepID.MatchString(s.ID) || s.ID == "trigger" || s.ID == "details": // the builder has forms of those names
		v.add("id", "%.60q cannot be the id of a step. Use up to 100 letters, digits, _, - and dots, but not trigger or details.", s.ID)
	}
	v.seen[s.ID] = true
	v.refused("description", desk.CheckText("description", s.Description))
	switch s.OnError {
	case "", Abort, Continue:
	default:
		v.add("on_error", "%.40q is not an answer to an error. Use abort or continue.", string(s.OnError))
	}
	v.fields(s)
}

// fields checks what only steps of its type have.
func (v *validator) fields(s *Step) {
	switch {
	case s.Type == GetTicket && s.Get != nil:
		v.template("ticket_id", s.Get.TicketID)
		v.output(s.Get.Output)
	case s.Type == UpdateTicket && s.Update != nil:
		v.update(s.Update)
	case s.Type == If && s.If != nil:
		v.branches(s.If)
	case s.Type == Wait && s.Wait != nil:
		v.wait(s.Wait)
	case (s.Type == SendReply || s.Type == AddNote) && s.Message != nil:
		v.message(s.Message)
	case s.Type == Notify && s.Notify != nil:
		v.notify(s.Notify)
	case s.Type == Webhook && s.Webhook != nil:
		v.call(s.Webhook)
	case s.Type == AssignInTurn && s.Assign != nil:
		v.assign(s.Assign)
	case s.Type == SetVariable && s.Variable != nil:
		v.variable(s.Variable)
	case s.Type == Stop && s.Stop != nil:
	default:
		v.add("type", "%.40q is not a step that can be run. Use one of %s.", string(s.Type), listed(StepTypes()))
	}
}

func (v *validator) branches(s *IfStep) {
	if len(s.Branches) == 0 {
		v.add("branches", "The step has no branch. Add one.")
	}
	for i, b := range s.Branches {
		v.group(fmt.Sprintf("branches[%d].when", i), b.When, 1)
	}
}

func (v *validator) group(at string, g Group, depth int) {
	switch {
	case depth > maxNesting:
		v.add(at, "Groups can lie within each other %d levels deep. Simplify them.", maxNesting)
		return
	case len(g.All) == 0 && len(g.Any) == 0:
		v.add(at, "The group has no conditions, so it never matches. Add one.")
	case len(g.All) > 0 && len(g.Any) > 0:
		v.add(at, "The group has both all and any. Put one of them into a group of its own.")
	}
	v.clauses(at+".all", g.All, depth)
	v.clauses(at+".any", g.Any, depth)
}

func (v *validator) clauses(at string, clauses []Clause, depth int) {
	for i, c := range clauses {
		place := fmt.Sprintf("%s[%d]", at, i)
		if c.Group != nil {
			v.group(place, *c.Group, depth+1)
			continue
		}
		v.refused(place, checkCondition(c.Condition))
	}
}

// checkCondition refuses what never matches, whatever the facts.
func checkCondition(source Condition) error {
	if source.Left == "" {
		return desk.Errorf(desk.Invalid, "Choose what to compare")
	}
	c := compileCondition(source)
	if c.problem != nil || c.value != nil {
		return c.problem
	}
	switch source.Op {
	case Equals, NotEquals:
		if source.Value == nil || len(c.operands) == 0 {
			return desk.Errorf(desk.Invalid, "Give a value to compare with, or use is set or is not set")
		}
	case Greater, AtLeast, Less, AtMost:
		if len(c.operands) != 1 || !c.operands[0].numeric && !c.operands[0].dated {
			return desk.Errorf(desk.Invalid, "%.60q is neither a number nor a date, so nothing is more or less", textOf(source.Value))
		}
	case Contains, NotContains, Matches, NotMatches, IsSet, IsNotSet, Before, After, WithinLast, HasAny, HasAll, HasNone:
	}
	return nil
}

func listed[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}
