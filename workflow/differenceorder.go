package workflow

import "slices"

// pair finds for each of n old things the new one that it became, -1 for none. Each pass pairs what is not yet
// paired, so the surest likeness comes first.
func pair(n, m int, alike ...func(i, j int) bool) []int {
	pairs := slices.Repeat([]int{-1}, n)
	taken := make([]bool, m)
	for _, like := range alike {
		for i := range pairs {
			for j := 0; pairs[i] < 0 && j < m; j++ {
				if !taken[j] && like(i, j) {
					pairs[i], taken[j] = j, true
				}
			}
		}
	}
	return pairs
}

// pairBranches finds what became of each branch: the one that says the same, has a step of it, its name, its
// conditions or its place.
func pairBranches(was, is []Branch) []int {
	named := func(i, j int) bool { return was[i].Name == is[j].Name }
	asked := func(i, j int) bool { return same(&was[i].When, &is[j].When) }
	return pair(len(was), len(is),
		func(i, j int) bool { return named(i, j) && asked(i, j) && shareStep(was[i].Steps, is[j].Steps) },
		func(i, j int) bool { return shareStep(was[i].Steps, is[j].Steps) },
		func(i, j int) bool { return named(i, j) && asked(i, j) },
		func(i, j int) bool { return was[i].Name != "" && named(i, j) },
		asked,
		func(i, j int) bool { return i == j },
	)
}

func shareStep(a, b []Step) bool {
	return slices.ContainsFunc(a, func(s Step) bool {
		return slices.ContainsFunc(b, func(other Step) bool { return other.ID == s.ID })
	})
}

// hasMoved reports whether a step that is in both definitions stands elsewhere: on another path, or in another order
// with those that stayed on its own.
func (c *comparison) hasMoved(id string) bool {
	if c.moved == nil {
		c.findMoves()
	}
	return c.moved[id]
}

func (c *comparison) findMoves() {
	c.moved = map[string]bool{}
	paths := map[Place][]string{} // of each path, whose Index is 0, the steps that stayed on it
	for _, id := range c.is.order {
		old, was := c.was.seats[id]
		if !was {
			continue
		}
		now := c.is.seats[id].place
		if c.becomes(old.place) != onPath(now) {
			c.moved[id] = true
			continue
		}
		paths[onPath(now)] = append(paths[onPath(now)], id)
	}
	for _, ids := range paths {
		places := make([]int, len(ids))
		for i, id := range ids {
			places[i] = c.was.seats[id].place.Index
		}
		stayed := longestRise(places)
		for i, id := range ids {
			c.moved[id] = !slices.Contains(stayed, i)
		}
	}
}

func onPath(p Place) Place {
	p.Index = 0
	return p
}

// becomes says which path a path of the old definition is now; one that is gone is none that a step can stand on.
func (c *comparison) becomes(p Place) Place {
	p = onPath(p)
	if p.Parent == "" || p.Branch == Else {
		return p
	}
	was, is := c.was.seats[p.Parent].step, c.is.seats[p.Parent].step
	switch {
	case is == nil:
		p.Branch = -2
	case was.If != nil && is.If != nil:
		p.Branch = pairBranches(was.If.Branches, is.If.Branches)[p.Branch]
		if p.Branch < 0 {
			p.Branch = -2 // and not Else
		}
	}
	return p
}

// outOfOrder returns those of the paired things that changed their order with the others, as few as can be.
func outOfOrder(pairs []int) []int {
	kept := slices.DeleteFunc(slices.Clone(pairs), func(j int) bool { return j < 0 })
	stayed := longestRise(kept)
	var moved []int
	for i, j := range kept {
		if !slices.Contains(stayed, i) {
			moved = append(moved, j)
		}
	}
	return moved
}

// longestRise returns the indexes of a longest rising part of the numbers.
func longestRise(numbers []int) []int {
	var longest []int
	best := make([][]int, len(numbers)) // ending at each number
	for i, n := range numbers {
		for j := range i {
			if numbers[j] < n && len(best[j]) > len(best[i]) {
				best[i] = best[j]
			}
		}
		best[i] = append(slices.Clone(best[i]), i)
		if len(best[i]) > len(longest) {
			longest = best[i]
		}
	}
	return longest
}
