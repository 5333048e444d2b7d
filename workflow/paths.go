package workflow

import "slices"

// path is the steps behind one exit of the step: a branch of an if-step by its number, the exits of a wait for a
// condition as 0 (it held) and Else (it timed out). nil: there is no such exit.
func (s *Step) path(branch int) *[]Step {
	switch {
	case s.If != nil && branch == Else:
		return &s.If.Else
	case s.If != nil && branch >= 0 && branch < len(s.If.Branches):
		return &s.If.Branches[branch].Steps
	case s.Wait != nil && s.Wait.When != nil && branch == Else:
		return &s.Wait.TimedOut
	case s.Wait != nil && s.Wait.When != nil && branch == 0:
		return &s.Wait.Held
	}
	return nil
}

// Exits are the numbers that Place.Branch can have for paths within the step, in the order that people read them;
// none for a step without paths.
func (s *Step) Exits() []int {
	switch {
	case s.If != nil:
		exits := make([]int, 0, len(s.If.Branches)+1)
		for i := range s.If.Branches {
			exits = append(exits, i)
		}
		return append(exits, Else)
	case s.Wait != nil && s.Wait.When != nil:
		return []int{0, Else}
	}
	return nil
}

// Path returns the steps behind an exit.
func (s *Step) Path(exit int) []Step {
	if path := s.path(exit); path != nil {
		return *path
	}
	return nil
}

// EachStep calls f for every step of d, in the order that people read them. f must not change them.
func EachStep(d Definition, f func(*Step)) { eachStep(d.Steps, f) }

// eachStep calls f for every step of the tree, in the order that people read them.
func eachStep(steps []Step, f func(*Step)) {
	for i := range steps {
		s := &steps[i]
		f(s)
		for _, exit := range s.Exits() {
			eachStep(*s.path(exit), f)
		}
	}
}

// levels returns how many paths lie within each other.
func levels(steps []Step) int {
	deepest := 0
	for i := range steps {
		for _, exit := range steps[i].Exits() {
			deepest = max(deepest, levels(*steps[i].path(exit)))
		}
	}
	if len(steps) == 0 {
		return 0
	}
	return deepest + 1
}

// locate returns the path that holds the step, and where on it; nil when there is none.
func locate(path *[]Step, id string) (*[]Step, int) {
	for i := range *path {
		s := &(*path)[i]
		if s.ID == id {
			return path, i
		}
		for _, exit := range s.Exits() {
			if found, at := locate(s.path(exit), id); found != nil {
				return found, at
			}
		}
	}
	return nil, 0
}

// cloneSteps copies the tree of paths; the fields of steps are shared, since edits replace steps whole.
func cloneSteps(steps []Step) []Step {
	out := slices.Clone(steps)
	for i := range out {
		s := &out[i]
		switch {
		case s.If != nil:
			s.If = &IfStep{Branches: slices.Clone(s.If.Branches), Else: s.If.Else}
		case s.Wait != nil:
			wait := *s.Wait
			s.Wait = &wait
		default:
			continue
		}
		for _, exit := range s.Exits() {
			path := s.path(exit)
			*path = cloneSteps(*path)
		}
	}
	return out
}
