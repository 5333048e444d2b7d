package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func TestEachFieldHasAFormThatChangesItAndRecordsItsEvent(t *testing.T) {
	tests := []struct {
		path string
		form url.Values
		want []desk.EventName
		is   func(desk.Ticket) bool
	}{
		{"status", url.Values{"status": {"pending"}}, []desk.EventName{desk.StatusChanged}, func(t desk.Ticket) bool { return t.Status == desk.Pending }},
		{"priority", url.Values{"priority": {"high"}}, []desk.EventName{desk.PriorityChanged}, func(t desk.Ticket) bool { return t.Priority == desk.High }},
		{"assignee", url.Values{"assignee": {"user:1"}}, []desk.EventName{desk.TicketAssigned}, func(t desk.Ticket) bool { return t.Assignee == desk.Assignee{Kind: desk.ToUser, ID: 1} }},
		{"tags", url.Values{"tags": {"VIP, refund"}}, []desk.EventName{desk.TagsChanged}, func(t desk.Ticket) bool { return cmp.Equal(t.Tags, []string{"refund", "vip"}) }},
		{"sla", url.Values{"sla_amount": {"4"}}, []desk.EventName{}, func(t desk.Ticket) bool { return !t.SLADueAt.IsZero() }},
		{"snooze", url.Values{"snooze_hours": {"4"}}, []desk.EventName{desk.StatusChanged}, func(t desk.Ticket) bool { return t.Status == desk.OnHold && !t.SnoozedUntil.IsZero() }},
		{"subject", url.Values{"subject": {"Renamed"}}, []desk.EventName{}, func(t desk.Ticket) bool { return t.Subject == "Renamed" }},
	}
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		for _, tt := range tests {
			ticket := d.write(t, "Hello")
			p := ada.post(ticketPath(ticket)+"/"+tt.path, tt.form)
			if p.status != http.StatusOK || p.at.Path != ticketPath(ticket) {
				t.Errorf("%s: got %d at %s, want the ticket", tt.path, p.status, p.at.Path)
			}
			if got := d.ticket(t, ticket.Number); !tt.is(got) {
				t.Errorf("%s: the ticket is %+v", tt.path, got)
			}
			if diff := cmp.Diff(tt.want, d.events(t, ticket)); diff != "" {
				t.Errorf("%s: events (-want +got):\n%s", tt.path, diff)
			}
		}
	})
}

func TestATicketOfWhoHasLeftSaysSoAndMayKeepIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		bob, err := d.store.UserByEmail(t.Context(), "bob@example.com")
		check(t, err)
		form := url.Values{"assignee": {"user:" + numberText(bob.ID)}}
		ada.post(ticketPath(ticket)+"/assignee", form)
		check(t, d.store.DisableUser(t.Context(), d.team, bob.ID))
		if got := ada.open(ticketPath(ticket)).Find("#fact-assignee option[selected]").AttrOr("value", ""); got != form.Get("assignee") {
			t.Errorf("the page chooses the assignee %q, want %q", got, form.Get("assignee"))
		}
		if p := ada.post(ticketPath(ticket)+"/assignee", form); p.status != http.StatusOK {
			t.Errorf("to keep them: got %d, want 200", p.status)
		}
	})
}

func ticketPath(t desk.Ticket) string { return "/tickets/" + numberText(t.Number) }

func TestSendAndSetStatusIsOneChangeMessageFirst(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		p := d.signIn(t, "ada@example.com").post(ticketPath(ticket)+"/messages", url.Values{"body": {"On it"}, "then": {"pending"}})
		reply := p.Find(`[data-message][data-author="agent"]`)
		if got := reply.AttrOr("data-private", ""); got != "false" || !strings.Contains(reply.Text(), "On it") {
			t.Errorf("the reply shows as private=%q: %q", got, reply.Text())
		}
		want := []desk.EventName{desk.MessageSent, desk.StatusChanged}
		if diff := cmp.Diff(want, d.events(t, ticket)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestANoteEmitsNothingAndCountsNowhere(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		p := d.signIn(t, "ada@example.com").post(ticketPath(ticket)+"/messages", url.Values{"body": {"Between us"}, "private": {"on"}})
		if p.Find(`[data-message][data-private="true"]`).Length() != 1 {
			t.Error("the note is not in the thread")
		}
		after := d.ticket(t, ticket.Number)
		if after.MessageCount != 1 || strings.Contains(after.LastMessageText, "Between us") || after.UnreadCustomer != 0 {
			t.Errorf("the note was counted: %+v", after)
		}
		if got := d.events(t, ticket); len(got) != 0 {
			t.Errorf("the note emitted %v", got)
		}
	})
}

func TestARefusedFormShowsThePageWithTheReasonAndKeepsWhatWasTyped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		for path, form := range map[string]url.Values{
			"status":   {"status": {"sleeping"}},
			"priority": {"priority": {"urgent"}},
			"assignee": {"assignee": {"user:999"}},
			"sla":      {"sla_amount": {"abc"}},
			"snooze":   {"snooze_hours": {"soon"}},
			"subject":  {"subject": {strings.Repeat("x", 20_000)}},
			"messages": {"body": {"  "}},
		} {
			p := ada.post(ticketPath(ticket)+"/"+path, form)
			if p.status != http.StatusUnprocessableEntity || p.Find(".alert").Length() == 0 {
				t.Errorf("%s: got %d and %d alerts, want 422 and the reason", path, p.status, p.Find(".alert").Length())
			}
		}
		typed := strings.Repeat("long ", 20_000)
		p := ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {typed}, "then": {"resolved"}})
		if p.status != http.StatusUnprocessableEntity || p.Find(`textarea[name="body"]`).Text() != typed {
			t.Errorf("a message that is too long: got %d, want 422 and the text kept", p.status)
		}
		if diff := cmp.Diff(ticket, d.ticket(t, ticket.Number), cmp.FilterPath(isUnread, cmp.Ignore())); diff != "" {
			t.Errorf("a refused form changed the ticket (-before +after):\n%s", diff)
		}
	})
}

func isUnread(p cmp.Path) bool { return p.Last().String() == ".UnreadTeam" }

func TestOnlyAShownPageResetsTheUnreadCount(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		ada.fragment(http.MethodGet, ticketPath(ticket), nil)
		if got := d.ticket(t, ticket.Number).UnreadTeam; got != 1 {
			t.Errorf("a fragment left %d unread, want 1", got)
		}
		ada.fragment(http.MethodPost, ticketPath(ticket)+"/read", url.Values{})
		if got := d.ticket(t, ticket.Number).UnreadTeam; got != 0 {
			t.Errorf("the shown fragment left %d unread, want 0", got)
		}
		other := d.write(t, "Again")
		ada.open(ticketPath(other))
		if got := d.ticket(t, other.Number).UnreadTeam; got != 0 {
			t.Errorf("the page left %d unread, want 0", got)
		}
	})
}

func TestTicketsOfAnotherTeamAreNotFound(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		team, _ := d.otherTeam(t)
		ada := d.signIn(t, "ada@example.com")
		if p := ada.open("/tickets/1"); p.status != http.StatusNotFound || strings.Contains(p.Text(), "Secret") {
			t.Errorf("the other team's ticket is answered with %d, want 404", p.status)
		}
		d.write(t, "Ours")
		p := ada.post("/tickets/1/status", url.Values{"status": {"resolved"}, "team": {numberText(team)}})
		if p.status != http.StatusConflict {
			t.Errorf("a form of another team is answered with %d, want 409", p.status)
		}
		if p := ada.post("/team", url.Values{"to": {numberText(team)}}); p.status != http.StatusNotFound {
			t.Errorf("switching to a foreign team is answered with %d, want 404", p.status)
		}
		if got := d.ticket(t, 1).Status; got != desk.New {
			t.Errorf("the refused form set the status to %s", got)
		}
	})
}

func TestATicketSaysWhyAWorkflowDidNotRun(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		if p := ada.post("/workflows/install/tag-pending", url.Values{}); p.status != http.StatusOK {
			t.Fatalf("install: got %d at %s", p.status, p.at)
		}
		ticket := d.write(t, "Hello")
		ada.post(ticketPath(ticket)+"/status", url.Values{"status": {"open"}})
		d.processAll(t)
		got := ada.open(ticketPath(ticket)).Find("#skipped").Text()
		for _, want := range []string{"Tag tickets moving to pending", "status changed", "open"} {
			if !strings.Contains(got, want) {
				t.Errorf("the reason reads %q, want it to name %q", got, want)
			}
		}
	})
}

func TestAReplyThatIsSentTwiceIsKeptOnce(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		id := ada.open(ticketPath(ticket)).Find(`#composer [name="message_id"]`).AttrOr("value", "")
		form := url.Values{"body": {"only once"}, "message_id": {id}, "then": {"pending"}}
		for range 2 {
			if p := ada.post(ticketPath(ticket)+"/messages", form); p.status != http.StatusOK || p.Find(".msg.team").Length() != 1 {
				t.Errorf("got %d and %d replies, want the ticket with one", p.status, p.Find(".msg.team").Length())
			}
		}
		want := []desk.EventName{desk.MessageSent, desk.StatusChanged}
		if diff := cmp.Diff(want, d.events(t, ticket)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if p := ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"x"}, "message_id": {"y"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a message id that is none is answered with %d, want 422", p.status)
		}
	})
}

func TestATicketHasOneAddress(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		for _, path := range []string{"/tickets/+1", "/tickets/01", "/tickets/-1", "/tickets/0", "/tickets/x", "/tickets/99999999999999999999"} {
			if p := ada.open(path); p.status != http.StatusNotFound {
				t.Errorf("%s is answered with %d, want 404", path, p.status)
			}
		}
	})
}
