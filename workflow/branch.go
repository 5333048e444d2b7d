package workflow

import "fmt"

// ifStep takes the first branch that matches, else its else path.
type ifStep struct {
	branches  []branch
	otherwise []step
}

type branch struct {
	label string // for people
	name  string
	when  *group
	steps []step
}

func compileIf(s *IfStep) (runner, error) {
	out := ifStep{}
	for i, b := range s.Branches {
		steps, err := compileSteps(b.Steps)
		if err != nil {
			return nil, err
		}
		label := fmt.Sprintf("branch %d", i+1)
		if b.Name != "" {
			label = fmt.Sprintf("%s, %s", label, b.Name)
		}
		out.branches = append(out.branches, branch{label: label, name: b.Name, when: compileGroup(b.When), steps: steps})
	}
	var err error
	out.otherwise, err = compileSteps(s.Else)
	return out, err
}

func (s ifStep) paths() [][]step {
	paths := make([][]step, 0, len(s.branches)+1)
	for i := range s.branches {
		paths = append(paths, s.branches[i].steps)
	}
	return append(paths, s.otherwise)
}

func (s ifStep) run(e *evaluation, t *StepTrace) flow {
	for i := range s.branches {
		b := &s.branches[i]
		tried := BranchTrace{Name: b.name}
		tried.Matched = b.when.match(&e.scope, &tried.Tested)
		t.Branches = append(t.Branches, tried)
		if tried.Matched {
			t.Detail = "Took " + b.label + "."
			return e.enter(t, i, b.steps)
		}
	}
	t.Detail = "No branch matched."
	if len(s.otherwise) > 0 {
		t.Detail = "No branch matched: took else."
	}
	return e.enter(t, Else, s.otherwise)
}
