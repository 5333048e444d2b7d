package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// deepestForm is how many groups within groups are read; no form of ours goes as deep.
const deepestForm = 10

// readTrigger reads events until there are no more, leaving out the blank one that every form ends with.
func readTrigger(form url.Values, old workflow.Trigger) workflow.Trigger {
	t := workflow.Trigger{
		Manual: ticked(form, "manual", old.Manual), Webhook: ticked(form, "webhook", old.Webhook),
		Schedule: readSchedule(form, old.Schedule), Limit: readLimit(form, old.Limit),
	}
	for i := 0; form.Has(views.EventPath(i) + ".event"); i++ {
		e := workflow.EventTrigger{Event: desk.EventName(form.Get(views.EventPath(i) + ".event"))}
		var was workflow.Group
		if i < len(old.Events) && old.Events[i].Where != nil {
			was = *old.Events[i].Where
		}
		if where := readGroup(form, views.EventPath(i), was); len(where.All)+len(where.Any) > 0 {
			e.Where = &where
		}
		if e.Event != "" || e.Where != nil {
			t.Events = append(t.Events, e)
		}
	}
	return t
}

// ticked reads a box before which the form has a hidden field of its name.
func ticked(form url.Values, name string, old bool) bool {
	if !form.Has(name) {
		return old
	}
	return slices.Contains(form[name], "on")
}

func readSchedule(form url.Values, old *workflow.Schedule) *workflow.Schedule {
	if !form.Has("cron") {
		return old
	}
	s := workflow.Schedule{Cron: strings.TrimSpace(form.Get("cron")), Zone: strings.TrimSpace(form.Get("zone"))}
	if s.Cron == "" {
		return nil
	}
	return &s
}

// readLimit keeps a number that is none as one that is refused where the workflow is published.
func readLimit(form url.Values, old *workflow.KeyLimit) *workflow.KeyLimit {
	if !form.Has("limit.times") {
		return old
	}
	l := workflow.KeyLimit{
		Times:  readCount(form, "limit.times", 0),
		Within: strings.TrimSpace(form.Get("limit.within")), Key: strings.TrimSpace(form.Get("limit.key")),
	}
	if l == (workflow.KeyLimit{}) {
		return nil
	}
	return &l
}

// readCount reads a number of which an empty field stands for none.
func readCount(form url.Values, name string, old int) int {
	if !form.Has(name) {
		return old
	}
	text := strings.TrimSpace(form.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1 // which is refused, and shown
	}
	return n
}

func readIf(form url.Values, old workflow.IfStep) *workflow.IfStep {
	s := workflow.IfStep{Else: old.Else}
	for i := 0; form.Has(views.BranchPath(i)+".join") || i < len(old.Branches); i++ {
		var b workflow.Branch
		if i < len(old.Branches) {
			b = old.Branches[i]
		}
		b.Name = strings.TrimSpace(sent(form, views.BranchPath(i)+".name", b.Name))
		b.When = readGroup(form, views.BranchPath(i), b.When)
		s.Branches = append(s.Branches, b)
	}
	return &s
}

// readGroup reads the conditions of a group until there are no more.
func readGroup(form url.Values, name string, old workflow.Group) workflow.Group {
	if !form.Has(name+".join") || strings.Count(name, ".") > deepestForm {
		return old
	}
	was := *clausesOf(&old)
	var clauses []workflow.Clause
	for i := 0; ; i++ {
		at := views.ClausePath(name, i)
		var c workflow.Clause
		if i < len(was) {
			c = was[i]
		}
		switch {
		case form.Has(at + ".join"):
			clauses = append(clauses, workflow.Clause{Group: readInner(form, at, c.Group)})
		case form.Has(at + ".left"):
			clauses = append(clauses, workflow.Clause{Condition: readCondition(form, at, c.Condition)})
		case form.Get(name+".join") == views.JoinAny:
			return workflow.Group{Any: clauses}
		default:
			return workflow.Group{All: clauses}
		}
	}
}

func readInner(form url.Values, name string, old *workflow.Group) *workflow.Group {
	if old == nil {
		old = &workflow.Group{}
	}
	g := readGroup(form, name, *old)
	return &g
}

// readCondition keeps the old value, and with it its type, while it reads the same.
func readCondition(form url.Values, name string, old workflow.Condition) workflow.Condition {
	op := views.Comparison(sent(form, name+".op", string(views.ComparisonOf(old))))
	c := workflow.Condition{Left: strings.TrimSpace(chosen(form, name+".left", old.Left, startOfLeft)), Op: op.Operator()}
	text := sent(form, name+".value", views.ValueText(old.Value))
	_, wasList := old.Value.([]any)
	switch {
	case !op.TakesValue():
	case text == views.ValueText(old.Value) && wasList == op.TakesList():
		c.Value = old.Value
	case op.TakesList():
		list := []any{}
		for _, entry := range views.ParseList(text) {
			list = append(list, entry)
		}
		c.Value = list
	case text != "":
		c.Value = comparedValue(op.Operator(), text)
	}
	return c
}

// comparedValue keeps whole numbers as such where more and less are asked for, since that is how files write them.
func comparedValue(op workflow.Operator, text string) any {
	switch op {
	case workflow.Greater, workflow.AtLeast, workflow.Less, workflow.AtMost:
		if n, ok := wholeNumber(strings.TrimSpace(text)); ok {
			return n
		}
	case workflow.Equals, workflow.NotEquals, workflow.Contains, workflow.NotContains, workflow.Matches, workflow.NotMatches,
		workflow.IsSet, workflow.IsNotSet, workflow.Before, workflow.After, workflow.WithinLast,
		workflow.HasAny, workflow.HasAll, workflow.HasNone:
	}
	return text
}
