package workflow

import (
	"fmt"
	"slices"
)

// defaultExit is the reason that PostHog gives an exit by itself.
const defaultExit = "Default exit"

// unfolder makes a tree of steps out of a graph. Paths that meet again become what follows their branching step. A
// node that some but not all paths share is written once for each.
type unfolder struct {
	im    *importer
	flow  *posthogFlow
	place map[*posthogNode]int // in the flow's order
	reach [][]bool             // by place: the places that can be reached from there
	joins map[*posthogNode]*posthogNode
	used  map[string]bool // ids of steps
	left  int             // how many steps and branches may still be made …
	bytes int             // … and how large nodes may still be that they are made of
}

func (im *importer) unfold(f *posthogFlow) []Step {
	u := unfolder{
		im: im, flow: f, place: map[*posthogNode]int{}, joins: map[*posthogNode]*posthogNode{}, used: map[string]bool{},
		reach: make([][]bool, len(f.order)), left: 2 * maxSteps, bytes: 2 * maxFile,
	}
	for i, n := range f.order {
		u.place[n] = i
	}
	for i := len(f.order) - 1; i >= 0; i-- {
		u.reach[i] = make([]bool, len(f.order))
		u.reach[i][i] = true
		for _, to := range f.order[i].exits() {
			u.addReach(u.reach[i], to)
		}
	}
	steps := u.path(f.trigger.next, nil, 1)
	if u.left < 0 || u.bytes < 0 {
		im.add("written out as a tree, it has more steps than one workflow can have")
	}
	return steps
}

func (u *unfolder) addReach(reach []bool, to *posthogNode) {
	if to == nil {
		return
	}
	for i, yes := range u.reach[u.place[to]] {
		reach[i] = reach[i] || yes
	}
}

// path makes the steps from n on. They end before until, which follows them; a path that ends elsewhere must stop,
// or it would run into until.
func (u *unfolder) path(n, until *posthogNode, depth int) []Step {
	var out []Step
	for n != until {
		if !u.spend(n) {
			return nil
		}
		switch {
		case n == nil:
			return append(out, Step{Type: Stop, Stop: &StopStep{}})
		case n.kind == nodeExit:
			return append(out, u.exit(n, until)...)
		case len(n.branches) == 0:
			out = append(out, u.im.steps(n, u.id(n.id))...)
			n = n.next
		default:
			join := u.join(n, depth)
			out = append(out, u.branching(n, join, until, depth))
			if join == nil {
				return out // each path has gone to its own end
			}
			n = join
		}
	}
	return out
}

// spend reports whether the limits leave room for a step of the node, or for one that ends the path where it is nil.
func (u *unfolder) spend(n *posthogNode) bool {
	u.left--
	if n != nil {
		u.bytes -= n.size
	}
	return u.left >= 0 && u.bytes >= 0
}

func (u *unfolder) branching(n, join, until *posthogNode, depth int) Step {
	if join != nil {
		until = join
	}
	s := u.im.branching(n, u.id(n.id))
	for _, exit := range s.Exits() {
		to := n.next
		if exit != Else {
			to = n.branches[exit]
		}
		u.left--
		if depth == maxNesting {
			u.im.refuse(n, "its branches lie within each other more than %d levels deep", maxNesting)
			return s
		}
		*s.path(exit) = u.path(to, until, depth+1)
	}
	return s
}

// exit is nothing at the end of the workflow, unless it has a reason to tell.
func (u *unfolder) exit(n, until *posthogNode) []Step {
	var s Step
	u.im.read(n.label, func(r *reader) { s = u.im.exit(r, n) })
	if until == nil && (s.Stop.Reason == "" || s.Stop.Reason == defaultExit) {
		return nil
	}
	s.ID = u.id(n.id)
	return []Step{s}
}

// join is the first node at which most paths of n meet, nil when each goes its own way.
func (u *unfolder) join(n *posthogNode, depth int) *posthogNode {
	join, known := u.joins[n]
	if !known {
		join = u.meeting(n)
		u.joins[n] = join
	}
	// A chain of guards is written one below the other, long before it lies too deep.
	deep := depth >= maxNesting/2
	if join == nil && n.next != nil && n.next.kind != nodeExit && (deep || !slices.ContainsFunc(n.branches, leads)) {
		return n.next
	}
	return join
}

// leads reports whether there is more behind a node than the end.
func leads(n *posthogNode) bool { return n != nil && n.kind != nodeExit }

func (u *unfolder) meeting(n *posthogNode) *posthogNode {
	counts := make([]int, len(u.flow.order))
	for _, to := range n.exits() {
		if !leads(to) {
			continue
		}
		for i, yes := range u.reach[u.place[to]] {
			if yes && u.flow.order[i].kind != nodeExit {
				counts[i]++
			}
		}
	}
	best := slices.Index(counts, max(2, slices.Max(counts)))
	if best < 0 {
		return nil
	}
	return u.flow.order[best]
}

// id is the node's own where that is free: a node that is written several times has several.
func (u *unfolder) id(own string) string {
	id := own
	for n := 2; u.used[id] || id != own && u.flow.byID[id] != nil; n++ {
		id = fmt.Sprintf("%s-%d", own, n)
	}
	u.used[id] = true
	return id
}
