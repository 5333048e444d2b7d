package store

import (
	"strings"
	"testing"
)

// A scrape must not cost more the larger the desk is.
func TestTheLoadCountsAlongIndexesOfWhatWaits(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	got := plan(t, s, loadQuery)
	for _, want := range []string{"events_queue", "events_parked", "jobs_due", "jobs_open"} {
		if !strings.Contains(got, "INDEX "+want) {
			t.Errorf("%s is not used:\n%s", want, got)
		}
	}
	for line := range strings.SplitSeq(got, "\n") {
		if strings.Contains(line, "SCAN events") && !strings.Contains(line, "INDEX") || strings.Contains(line, "SCAN jobs") && !strings.Contains(line, "INDEX") {
			t.Errorf("a whole table is read: %s", line)
		}
	}
}
