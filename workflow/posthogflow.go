package workflow

import (
	"fmt"
	"slices"
)

// The types of PostHog's nodes that a Definition can say.
const (
	nodeTrigger = "trigger"
	nodeCall    = "function"
	nodeBranch  = "conditional_branch"
	nodeDelay   = "delay"
	nodeWaitFor = "wait_until_condition"
	nodeWindow  = "wait_until_time_window"
	nodeExit    = "exit"
)

// Limits of a graph: the steps that it makes are counted as well.
const (
	maxNodes = 2 * maxSteps
	maxEdges = 5 * maxSteps
)

// posthogFlow is a workflow as PostHog draws it: nodes and the edges between them.
type posthogFlow struct {
	nodes   []*posthogNode // as in the file
	byID    map[string]*posthogNode
	trigger *posthogNode
	order   []*posthogNode // each before those that it leads to
}

type posthogNode struct {
	index    int
	id       string
	kind     string
	label    string // for refusals
	action   *fields
	size     int            // about how many bytes the action has
	next     *posthogNode   // over its continue edge; nil: the workflow ends
	branches []*posthogNode // over its branch edges
	color    int            // while cycles are looked for: 0 new, 1 on the way, 2 done
}

// exits are the nodes behind the branches and, last, behind the continue edge.
func (n *posthogNode) exits() []*posthogNode {
	return append(slices.Clone(n.branches), n.next)
}

// readFlow refuses every fault of the graph that would make it mean nothing, or several things.
func readFlow(o *object) *posthogFlow {
	f := &posthogFlow{byID: map[string]*posthogNode{}}
	for i, v := range o.list("actions") {
		f.addNode(o.r.object(v, fmt.Sprintf("actions[%d]", i)))
	}
	edges := o.list("edges")
	if len(f.nodes) > maxNodes || len(edges) > maxEdges {
		o.r.refuse("", "it has %d nodes and %d edges, which is more than the %d steps of one workflow", len(f.nodes), len(edges), maxSteps)
		return f
	}
	for i, v := range edges {
		f.addEdge(o.r.object(v, fmt.Sprintf("edges[%d]", i)))
	}
	f.check(o.r)
	return f
}

func (f *posthogFlow) addNode(a *object) {
	n := &posthogNode{index: len(f.nodes), id: a.text("id"), kind: a.text("type"), action: a.fields, size: treeSize(a.fields)}
	n.label = fmt.Sprintf("node %q", n.id)
	if name := a.text("name"); name != "" {
		n.label = fmt.Sprintf("node %q", name)
	}
	switch {
	case n.id == "":
		a.r.refuse(n.label, "it has no id")
	case f.byID[n.id] != nil:
		a.r.refuse(n.label, "there are two nodes with the id %q", n.id)
	case n.kind == nodeTrigger && f.trigger != nil:
		a.r.refuse(n.label, "there are two triggers")
	case n.kind == nodeTrigger:
		f.trigger = n
	}
	n.branches = make([]*posthogNode, n.branchCount())
	f.nodes = append(f.nodes, n)
	f.byID[n.id] = n
}

// treeSize is about how many bytes a value has as JSON.
func treeSize(v tree) int {
	const punctuation = 4
	n := punctuation
	switch v := v.(type) {
	case string:
		n += len(v)
	case []tree:
		for _, item := range v {
			n += treeSize(item)
		}
	case *fields:
		for _, name := range v.names {
			n += len(name) + punctuation + treeSize(v.values[name])
		}
	}
	return n
}

// branchCount is how many branch edges must leave the node.
func (n *posthogNode) branchCount() int {
	switch n.kind {
	case nodeWaitFor:
		return 1
	case nodeBranch:
		if config, ok := n.action.values["config"].(*fields); ok {
			conditions, _ := config.values["conditions"].([]tree)
			return len(conditions)
		}
	}
	return 0
}

func (f *posthogFlow) addEdge(e *object) {
	from, to := f.byID[e.text("from")], f.byID[e.text("to")]
	if from == nil || to == nil {
		e.r.refuse(e.at, "it goes from %q to %q, and there is no such node", e.text("from"), e.text("to"))
		return
	}
	if from.kind == nodeExit {
		e.r.refuse(from.label, "an edge leaves it, though the workflow ends there")
	}
	switch kind := e.text("type"); kind {
	case "continue":
		if from.next != nil {
			e.r.refuse(from.label, "two continue edges leave it")
		}
		from.next = to
	case "branch":
		f.addBranch(e, from, to)
	default:
		e.r.refuse(e.at, "%.40q is neither a continue nor a branch edge", kind)
	}
}

func (f *posthogFlow) addBranch(e *object, from, to *posthogNode) {
	index, ok := e.field("index").(int64)
	switch {
	case !ok:
		e.r.refuse(from.label, "a branch edge leaves it without an index")
	case len(from.branches) == 0:
		e.r.refuse(from.label, "a branch edge leaves it, and a node of the type %.60q has no branches that could be read", from.kind)
	case index < 0 || index >= int64(len(from.branches)):
		e.r.refuse(from.label, "a branch edge leaves it with the index %d, and it has %d branches", index, len(from.branches))
	case from.branches[index] != nil:
		e.r.refuse(from.label, "two branch edges with the index %d leave it", index)
	default:
		from.branches[index] = to
	}
}

// check looks for what only the whole graph shows, and puts the nodes in order.
func (f *posthogFlow) check(r *reader) {
	if f.trigger == nil {
		r.refuse("", "there is no trigger")
		return
	}
	f.visit(r, f.trigger)
	slices.Reverse(f.order)
	for _, n := range f.nodes {
		if n.color == 0 {
			r.refuse(n.label, "no edge leads to it, so it is never reached")
		}
		if i := slices.Index(n.branches, nil); i >= 0 {
			r.refuse(n.label, "no edge leaves it for branch %d", i)
		}
	}
}

func (f *posthogFlow) visit(r *reader, n *posthogNode) {
	n.color = 1
	for _, to := range n.exits() {
		switch {
		case to == nil:
		case to.color == 1:
			r.refuse(to.label, "the edges go round in a circle through it")
		case to.color == 0:
			f.visit(r, to)
		}
	}
	n.color = 2
	f.order = append(f.order, n)
}
