package store

import (
	"bytes"
	"encoding/json"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// readTrace reads the steps of a run as they were saved. The numbers of their values are as the run had them.
func readTrace(text string) ([]workflow.StepTrace, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var steps []workflow.StepTrace
	if err := d.Decode(&steps); err != nil {
		return nil, err
	}
	for i := range steps {
		step := &steps[i]
		for _, values := range [][]workflow.Named{step.Inputs, step.Outputs} {
			for j := range values {
				v := &values[j]
				v.Before, v.Value = desk.PlainNumbers(v.Before), desk.PlainNumbers(v.Value)
			}
		}
		for _, branch := range step.Branches {
			for j := range branch.Tested {
				c := &branch.Tested[j]
				c.Value, c.Actual = desk.PlainNumbers(c.Value), desk.PlainNumbers(c.Actual)
			}
		}
	}
	return steps, nil
}
