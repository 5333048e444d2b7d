package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func numberText(n int64) string { return strconv.FormatInt(n, 10) }

func rowNumbers(p page) []string {
	return p.Find("[data-ticket]").Map(func(_ int, s *selection) string { return s.AttrOr("data-ticket", "") })
}

func TestTheInboxFiltersBySeveralFieldsAndValues(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		for i, form := range []map[string]string{
			{"status": "open", "priority": "high", "assignee": "user:1", "tags": "vip", "sla": "4"},
			{"status": "pending", "priority": "low", "assignee": "user:2"},
			{"status": "resolved", "sla": "0.5"},
			{},
		} {
			ticket := d.write(t, "Question "+strconv.Itoa(i+1))
			for field, value := range form {
				name := field
				if field == "sla" {
					name = "sla_amount"
				}
				ada.post(ticketPath(ticket)+"/"+field, url.Values{name: {value}})
			}
		}
		d.index(t)
		for query, want := range map[string][]string{
			"":                                 {"4", "3", "2", "1"},
			"sort=number":                      {"1", "2", "3", "4"},
			"status=open&sort=number":          {"1"},
			"status=open&status=pending":       {"2", "1"},
			"status=open&priority=low":         {},
			"priority=none&sort=number":        {"3", "4"},
			"assignee=me":                      {"1"},
			"assignee=user%3A2":                {"2"},
			"assignee=unassigned&sort=number":  {"3", "4"},
			"tag=VIP":                          {"1"},
			"sla=on-track":                     {"1"},
			"sla=at-risk":                      {"3"},
			"sla=none&sort=number":             {"2", "4"},
			"q=%232":                           {"2"},
			"q=question+3":                     {"3"},
			"channel=widget&status=new":        {"4"},
			"view=mine":                        {"1"},
			"view=unassigned":                  {"4"},
			"view=waiting&sort=number":         {"1", "4"},
			"view=at-risk":                     {},
			"sort=sla":                         {"3", "1", "2", "4"},
			"status=&priority=&q=&sort=number": {"1", "2", "3", "4"},
		} {
			p := ada.open("/tickets?" + query)
			got := rowNumbers(p)
			if !strings.Contains(query, "sort") {
				slices.Sort(got)
				slices.Sort(want)
			}
			if p.status != http.StatusOK || !cmp.Equal(want, got) && len(want)+len(got) > 0 {
				t.Errorf("/tickets?%s: got %d and rows %v, want %v", query, p.status, got, want)
			}
		}
		for _, query := range []string{"status=asleep", "priority=urgent", "sla=late", "sort=mood", "view=nowhere", "assignee=user", "after=x.y"} {
			if p := ada.open("/tickets?" + query); p.status != http.StatusUnprocessableEntity {
				t.Errorf("/tickets?%s is answered with %d, want 422", query, p.status)
			}
		}
	})
}

func TestRowsSayTheirStateInAttributes(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		ticket := d.write(t, "Hello")
		ada.post(ticketPath(ticket)+"/assignee", url.Values{"assignee": {"user:1"}})
		ada.post(ticketPath(ticket)+"/tags", url.Values{"tags": {"b,a"}})
		row := ada.open("/tickets").Find("[data-ticket]")
		got := map[string]string{}
		for _, name := range []string{"data-ticket", "data-status", "data-priority", "data-sla", "data-assignee", "data-tags"} {
			got[name] = row.AttrOr(name, "absent")
		}
		want := map[string]string{
			"data-ticket": "1", "data-status": "new", "data-priority": "", "data-sla": "none",
			"data-assignee": "user:1", "data-tags": "a,b",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("row (-want +got):\n%s", diff)
		}
	})
}

func TestABulkChangeReachesEachTicketAndSaysWhatItLeft(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		first, second := d.write(t, "One"), d.write(t, "Two")
		p := ada.post("/tickets/bulk", url.Values{"number": {"1", "2", "77"}, "status": {"resolved"}, "tags": {"done"}, "tags_mode": {"add"}})
		if p.at.Path != "/tickets" || !strings.Contains(p.Text(), "2 of 3 tickets changed") {
			t.Errorf("got %s without the result", p.at)
		}
		for _, ticket := range []desk.Ticket{first, second} {
			want := []desk.EventName{desk.StatusChanged, desk.TagsChanged}
			if diff := cmp.Diff(want, d.events(t, ticket)); diff != "" {
				t.Errorf("ticket %d: events (-want +got):\n%s", ticket.Number, diff)
			}
		}
		for name, form := range map[string]url.Values{
			"no ticket": {"status": {"open"}}, "nothing to change": {"number": {"1"}},
			"a bad status": {"number": {"1"}, "status": {"asleep"}},
		} {
			if p := ada.post("/tickets/bulk", form); p.status >= 500 || name != "a bad status" && p.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: got %d", name, p.status)
			}
		}
		if got := d.ticket(t, 1).Status; got != desk.Resolved {
			t.Errorf("a refused bulk change set the status to %s", got)
		}
	})
}

func TestAgentsCannotReachAdminPages(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		for _, path := range []string{"/settings/team", "/settings/roles", "/settings/widget", "/workflows", "/workflows/new"} {
			if p := bob.open(path); p.status != http.StatusForbidden {
				t.Errorf("an agent's %s is answered with %d, want 403", path, p.status)
			}
		}
		for _, path := range []string{"/settings/team", "/settings/roles", "/settings/widget/token", "/workflows", "/workflows/install/reopen"} {
			if p := bob.post(path, url.Values{"name": {"x"}}); p.status != http.StatusForbidden {
				t.Errorf("an agent's post to %s is answered with %d, want 403", path, p.status)
			}
		}
	})
}
