package workflow

import (
	"math"
	"testing"
)

func TestNumbersPrintWithoutExponent(t *testing.T) {
	for want, n := range map[string]any{
		"1000000000000000000000": 1e21, "0": math.Copysign(0, -1), "-12.5": -12.5, "0.0000001": 1e-7,
		"9007199254740993": int64(1<<53 + 1),
	} {
		if got := textOf(n); got != want {
			t.Errorf("textOf(%v) = %s, want %s", n, got, want)
		}
	}
}
