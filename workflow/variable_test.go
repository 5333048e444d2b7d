package workflow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAVariableHoldsTheOthersAsTheyWere(t *testing.T) {
	r := compile(t, file(`
		{"type":"set_variable","variable":"n","value":3},
		{"type":"set_variable","variable":"all","value":"{variables}"},
		{"type":"set_variable","variable":"all","value":["{variables}"]},
		{"type":"set_variable","variable":"n","value":4}`)).Evaluate(testFacts())
	want := map[string]any{
		"n":   int64(4),
		"all": []any{map[string]any{"n": int64(3), "all": map[string]any{"n": int64(3)}}},
	}
	if diff := cmp.Diff(want, r.Variables); diff != "" || r.Outcome != Completed {
		t.Errorf("%s (%s): -want +got\n%s", r.Outcome, r.Why, diff)
	}
}
