package store

import (
	"strings"
	"testing"
)

func TestVisitorsStandInTheirIndexes(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, v := range []struct {
		Visitor

		want string
	}{
		{Visitor{Session: []byte{1}}, "SEARCH t USING INDEX tickets_session (team_id=? AND widget_session=?)"},
		{Visitor{Identity: "ada"}, "SEARCH t USING INDEX tickets_identity (team_id=? AND identity=?)"},
	} {
		own := v.own(1, "open")
		for name, query := range map[string]string{"list": pageOfVisitor(own.text()), "count": countOfVisitor(own.text())} {
			got := plan(t, s, query)
			if !strings.Contains(strings.ReplaceAll(got, "COVERING ", ""), v.want) || strings.Contains(got, "TEMP B-TREE") {
				t.Errorf("%s: got\n%s\nwant\n%s\nand nothing sorted", name, got, v.want)
			}
		}
	}
	for _, c := range []struct{ name, query, want string }{
		{"tickets that wait to be joined", waitingTickets, "SEARCH tickets USING COVERING INDEX tickets_session (team_id=? AND widget_session=?)"},
		{"tickets of a mailbox", restoredTickets, "SEARCH t USING INDEX tickets_customer (team_id=? AND customer_id=?)"},
		{"customers of a mailbox", restoredTickets, "SEARCH customers USING INDEX customers_email (team_id=? AND email=?)"},
		{"customers of a further address", restoredTickets, "SEARCH a USING PRIMARY KEY (team_id=? AND email=?)"},
		{"a verified customer", `SELECT ` + customerColumns + ` FROM customers WHERE ` + signedCustomer, "SEARCH customers USING INDEX customers_verified (team_id=? AND distinct_id=?)"},
	} {
		if got := plan(t, s, c.query); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
