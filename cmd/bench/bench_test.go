package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

func TestQuickMeasuresEveryFigureAndLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	if err := run(t.Context(), []string{"--quick"}, &out); err != nil {
		t.Fatalf("bench --quick: %v\n%s", err, out.String())
	}
	for _, f := range figures() {
		if !strings.Contains(out.String(), "\n"+f.name+": ") {
			t.Errorf("no table of %s in:\n%s", f.name, out.String())
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || hasBench(left) {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func hasBench(entries []os.DirEntry) bool {
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "signalbox-bench-") {
			return true
		}
	}
	return false
}

func TestAnUnknownFigureIsRefusedWithTheKnownOnes(t *testing.T) {
	err := run(t.Context(), []string{"inboxes"}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "inbox, ticket") {
		t.Errorf("got %v, want an error that names the figures", err)
	}
}

func TestPercentilesAreOfTheSortedValues(t *testing.T) {
	values := make([]time.Duration, 100)
	for i := range values {
		values[i] = time.Duration(i + 1)
	}
	for percent, want := range map[int]time.Duration{50: 50, 99: 99, 100: 100} {
		if got := percentile(values, percent); got != want {
			t.Errorf("p%d: got %d, want %d", percent, got, want)
		}
	}
}
