package store

import (
	"strings"
	"testing"
)

// TestAPageOfTheListReadsAPageOfEachStream holds what makes the inbox cost the same however many tickets there are.
func TestAPageOfTheListReadsAPageOfEachStream(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	order, err := Sort("").order()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		view View
		want string
	}{
		{ViewWaiting, "SEARCH t USING COVERING INDEX tickets_updated (team_id=? AND status=?)"},
		{ViewMine, "SEARCH t USING COVERING INDEX tickets_assignee (team_id=? AND assignee_kind=? AND assignee_id=? AND status=?)"},
	} {
		q := TicketQuery{Team: 1, User: 1, View: test.view}
		l, err := s.listing(t.Context(), &q, order)
		if err != nil {
			t.Fatal(err)
		}
		ids, _ := l.ids(order.parts(cursor{}, nil)[0], 50)
		got := plan(t, s, ids)
		if streams := strings.Count(got, test.want+"\n"); streams != len(l.streams) || strings.Contains(got, "SCAN t USING") {
			t.Errorf("%s: got\n%s\nwant %d times\n%s", test.view, got, len(l.streams), test.want)
		}
	}
}

func TestTheCountsOfTheViewsReadTheirIndexesAlone(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	got := plan(t, s, countsOfViews)
	for want, times := range map[string]int{
		"SEARCH ticket_counts USING COVERING INDEX ticket_counts_name (team_id=? AND name=?)":                        2,
		"SEARCH tickets USING COVERING INDEX tickets_due (team_id=? AND status=? AND sla_due_at>? AND sla_due_at<?)": 2,
	} {
		if strings.Count(got, want) != times {
			t.Errorf("got\n%s\nwant %d times\n%s", got, times, want)
		}
	}
}
