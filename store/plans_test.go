package store

import (
	"strings"
	"testing"
	"time"
)

func TestQueriesStandInTheirIndexes(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, c := range []struct {
		name, query string
		args        []any
		want        []string
	}{
		{"alerts", dueAlerts, []any{"", time.Now(), 9}, []string{"SEARCH tickets USING INDEX tickets_alerts (sla_stage=? AND sla_due_at>? AND sla_due_at<?)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, want := strings.Join(plan(t, s, c.query, c.args), "\n"), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// plan is how SQLite goes about a query, a line for each table.
func plan(t *testing.T, s *Store, query string, args []any) []string {
	t.Helper()
	var steps []struct {
		ID      int    `db:"id"`
		Parent  int    `db:"parent"`
		NotUsed int    `db:"notused"`
		Detail  string `db:"detail"`
	}
	if err := list(t.Context(), s.db, &steps, `EXPLAIN QUERY PLAN `+query, args...); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range steps {
		lines = append(lines, s.Detail)
	}
	return lines
}
