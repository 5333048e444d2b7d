package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"signalbox/workflow/desk"
)

func TestAFormWithoutItsFieldClearsNothing(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket, ada := d.write(t, "Hello"), d.signIn(t, "ada@example.com")
		for path, form := range map[string]url.Values{
			"priority": {"priority": {"high"}}, "assignee": {"assignee": {"user:1"}}, "tags": {"tags": {"vip"}}, "sla": {"sla_amount": {"4"}},
			"snooze": {"snooze_hours": {"4"}},
		} {
			ada.post(ticketPath(ticket)+"/"+path, form)
			before := d.ticket(t, ticket.Number).UpdatedAt
			p := ada.post(ticketPath(ticket)+"/"+path, url.Values{"slip": {""}})
			if got := p.Find("#facts .alert").Text(); p.status != http.StatusUnprocessableEntity || got == "" {
				t.Errorf("%s: got %d %q, want 422 and why", path, p.status, got)
			}
			if got := d.ticket(t, ticket.Number).UpdatedAt; !got.Equal(before) {
				t.Errorf("%s: the ticket was changed", path)
			}
		}
		for _, field := range []string{"priority", "assignee", "tags"} {
			if p := ada.post(ticketPath(ticket)+"/"+field, url.Values{field: {""}}); p.status != http.StatusOK {
				t.Errorf("an empty %s: got %d, want it cleared", field, p.status)
			}
		}
		got := d.ticket(t, ticket.Number)
		if got.Priority != desk.NoPriority || got.Assignee != (desk.Assignee{}) || len(got.Tags) != 0 || got.SLADueAt.IsZero() {
			t.Errorf("got %+v, want what was sent empty to be cleared", got)
		}
	})
}

func TestTwoPeopleWhoEditTheSameTagsKeepBothTheirChanges(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket, ada, bob := d.write(t, "Hello"), d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		path := ticketPath(ticket) + "/tags"
		ada.post(path, url.Values{"tags": {"late, vip"}})
		form := ada.open(ticketPath(ticket)).Find("#edit-tags form")
		drawn := url.Values{}
		for _, name := range []string{"team", "tags_mode", "tags_had", "tags"} {
			drawn.Set(name, form.Find("[name="+name+"]").AttrOr("value", ""))
		}
		bob.post(path, url.Values{"tags": {"refund"}, "tags_mode": {"add"}})
		events := len(d.events(t, ticket))

		drawn.Set("tags", "billing, late")
		if p := ada.post(path, drawn); p.status != http.StatusOK {
			t.Fatalf("got %d", p.status)
		}
		if got, want := d.ticket(t, ticket.Number).Tags, []string{"billing", "late", "refund"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q: Bob's stays, too", got, want)
		}
		if got := len(d.events(t, ticket)) - events; got != 1 {
			t.Errorf("got %d events, want one change", got)
		}
		ada.post(path, url.Values{"tags": {"alone"}, "tags_mode": {"set"}})
		if got := d.ticket(t, ticket.Number).Tags; !slices.Equal(got, []string{"alone"}) {
			t.Errorf("without what was there: got %q, want what was sent", got)
		}
		drawn.Set("tags_mode", "remove")
		drawn.Set("tags", "alone")
		ada.post(path, drawn)
		if got := d.ticket(t, ticket.Number).Tags; len(got) != 0 {
			t.Errorf("removed: got %q", got)
		}
	})
}
