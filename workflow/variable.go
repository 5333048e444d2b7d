package workflow

import "fmt"

// variableStep sets a variable.
type variableStep struct {
	name  string
	value *template
}

func (s variableStep) run(e *evaluation, t *StepTrace) flow {
	v, err := s.value.resolve(&e.scope)
	if err == nil {
		err = e.setVariable(s.name, v)
	}
	if err != nil {
		return failStep(t, err)
	}
	t.Detail = fmt.Sprintf("Set %s to %s.", s.name, shown(v))
	t.Outputs = append(t.Outputs, Named{Name: s.name, Value: v})
	return next
}
