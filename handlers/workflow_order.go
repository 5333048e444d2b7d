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

// order is what a form's button asks for beside saving: "add:b0.1" adds a condition to that group.
type order struct {
	verb string
	list byte  // 'b' for a branch, 'e' for an event, 'w' for a wait, 'h' for a header
	path []int // the number of that branch, event or header, then of clauses inwards
	to   workflow.Place
}

// The verbs of orders. Add, group and drop concern conditions; drop, up and down branches and events too.
const (
	orderAdd     = "add"
	orderGroup   = "group"
	orderDrop    = "drop"
	orderBranch  = "branch"
	orderHeader  = "header"
	orderUp      = "up"
	orderDown    = "down"
	orderLeft    = "left"
	orderRight   = "right"
	orderMove    = "move"
	orderCopy    = "duplicate"
	orderDisable = "disable"
	orderEnable  = "enable"
	orderDelete  = "delete"
)

func readOrder(form url.Values) (o order, err error) {
	verb, place, found := strings.Cut(form.Get("do"), ":")
	o.verb = verb
	if verb == orderMove {
		o.to, err = workflow.ParsePlace(form.Get("to"))
	}
	if !found || err != nil {
		return o, err
	}
	refusal := desk.Errorf(desk.Invalid, "%q is nothing that can be done here. Reload the page.", form.Get("do"))
	if place == "" {
		return order{}, refusal
	}
	o.list = place[0]
	for part := range strings.SplitSeq(place[1:], ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return order{}, refusal
		}
		o.path = append(o.path, n)
	}
	return o, nil
}

// onTrigger does the order and returns the field to type into next.
func (o order) onTrigger(t *workflow.Trigger) (focus string) {
	if o.list != 'e' || o.path[0] >= len(t.Events) {
		return ""
	}
	if o.verb == orderDrop && len(o.path) == 1 {
		t.Events = slices.Delete(t.Events, o.path[0], o.path[0]+1)
		return ""
	}
	e := &t.Events[o.path[0]]
	where := workflow.Group{}
	if e.Where != nil {
		where = *e.Where
	}
	focus = o.onGroup(&where, views.EventPath(o.path[0]), o.path[1:])
	e.Where = nil
	if len(where.All)+len(where.Any) > 0 {
		e.Where = &where
	}
	return focus
}

// onStep does the order within a step and returns the field to type into next.
func (o order) onStep(s *workflow.Step) (focus string) {
	switch {
	case o.verb == orderDisable || o.verb == orderEnable:
		s.Disabled = o.verb == orderDisable
	case s.If != nil:
		return o.onIf(s.If)
	case s.Wait != nil && s.Wait.When != nil && o.list == 'w':
		return o.onGroup(s.Wait.When, views.WaitGroup, o.path[1:])
	case s.Webhook != nil:
		return o.onHeaders(s.Webhook)
	}
	return ""
}

func (o order) onIf(s *workflow.IfStep) (focus string) {
	if o.verb == orderBranch {
		s.Branches = append(s.Branches, workflow.NewBranch())
		return views.ClausePath(views.BranchPath(len(s.Branches)-1), 0) + ".left"
	}
	if o.list != 'b' || o.path[0] >= len(s.Branches) {
		return ""
	}
	if len(o.path) == 1 && o.verb != orderAdd && o.verb != orderGroup {
		o.onBranch(s, o.path[0])
		return ""
	}
	return o.onGroup(&s.Branches[o.path[0]].When, views.BranchPath(o.path[0]), o.path[1:])
}

func (o order) onHeaders(c *workflow.WebhookStep) (focus string) {
	switch {
	case o.verb == orderHeader:
		c.Headers = append(c.Headers, workflow.Header{})
		return views.HeaderPath(len(c.Headers)-1) + ".name"
	case o.verb == orderDrop && o.list == 'h' && o.path[0] < len(c.Headers):
		c.Headers = slices.Delete(slices.Clone(c.Headers), o.path[0], o.path[0]+1)
	}
	return ""
}

func (o order) onBranch(s *workflow.IfStep, i int) {
	switch o.verb {
	case orderDrop:
		s.Branches = slices.Delete(s.Branches, i, i+1)
	case orderUp:
		if i > 0 {
			s.Branches[i-1], s.Branches[i] = s.Branches[i], s.Branches[i-1]
		}
	case orderDown:
		if i+1 < len(s.Branches) {
			s.Branches[i+1], s.Branches[i] = s.Branches[i], s.Branches[i+1]
		}
	}
}

// onGroup does the order in the group that path leads to, starting from g, which is called name.
func (o order) onGroup(g *workflow.Group, name string, path []int) (focus string) {
	clauses := clausesOf(g)
	switch {
	case len(path) == 0 && o.verb == orderAdd:
		*clauses = append(*clauses, workflow.NewClause())
		return views.ClausePath(name, len(*clauses)-1) + ".left"
	case len(path) == 0 && o.verb == orderGroup:
		*clauses = append(*clauses, workflow.Clause{Group: &workflow.Group{Any: []workflow.Clause{workflow.NewClause()}}})
		return views.ClausePath(views.ClausePath(name, len(*clauses)-1), 0) + ".left"
	case len(path) == 0 || path[0] >= len(*clauses):
		return ""
	case len(path) == 1 && o.verb == orderDrop:
		*clauses = slices.Delete(*clauses, path[0], path[0]+1)
		return ""
	case (*clauses)[path[0]].Group == nil:
		return ""
	}
	return o.onGroup((*clauses)[path[0]].Group, views.ClausePath(name, path[0]), path[1:])
}

// onDraft puts the edited step into the draft and moves, copies or deletes it. It returns the step to go on with.
func (o order) onDraft(d workflow.Definition, s workflow.Step) (workflow.Definition, string, error) {
	d, err := workflow.Replace(d, s)
	if err != nil || o.list != 0 {
		return d, s.ID, err
	}
	switch o.verb {
	case orderUp:
		d, err = workflow.Shift(d, s.ID, -1)
	case orderDown:
		d, err = workflow.Shift(d, s.ID, 1)
	case orderLeft:
		d, err = workflow.MoveAside(d, s.ID, -1)
	case orderRight:
		d, err = workflow.MoveAside(d, s.ID, 1)
	case orderMove:
		d, err = workflow.Move(d, s.ID, o.to)
	case orderCopy:
		return workflow.Duplicate(d, s.ID)
	case orderDelete:
		d, err = workflow.Remove(d, s.ID)
		return d, "", err
	}
	return d, s.ID, err
}

func clausesOf(g *workflow.Group) *[]workflow.Clause {
	if g.Any != nil {
		return &g.Any
	}
	return &g.All
}
