package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"signalbox/views"
)

// prefers makes the choice as the page's form does.
func (b browser) prefers(to string) page {
	b.t.Helper()
	return b.post(views.PreferencesPath, url.Values{"after_done": {to}})
}

func TestAnAgentIsLedOnAsTheyPrefer(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		for range 4 {
			d.write(t, "Hello")
		}
		ada := d.signIn(t, "ada@example.com")
		resolve, reply := url.Values{"status": {"resolved"}}, url.Values{"body": {"Here you are."}}
		for _, step := range []struct {
			prefer, path string
			form         url.Values
			want         string
		}{
			{"", "/tickets/4/status?sort=number", resolve, "/tickets/4?sort=number"},
			{"list", "/tickets/4/messages?sort=number", reply, "/tickets?sort=number"},
			{"next", "/tickets/2/messages?sort=number", reply, "/tickets/3?sort=number"},
			{"next", "/tickets/4/status?sort=number", resolve, "/tickets/3?sort=number"}, // the last one: back up
			{"next", "/tickets/1/status?sort=number&status=new", resolve, "/tickets/2?sort=number&status=new"},
			{"next", "/tickets/3/status?priority=high", resolve, "/tickets?priority=high"}, // not in this list
			{"next", "/tickets/1/priority?sort=number", url.Values{"priority": {"high"}}, "/tickets/1?sort=number"},
			{"next", "/tickets/1/messages?sort=number", url.Values{"body": {"Look."}, "private": {"on"}}, "/tickets/1?sort=number"},
		} {
			if step.prefer != "" {
				ada.prefers(step.prefer)
			}
			if got := ada.post(step.path, step.form).at.RequestURI(); got != step.want {
				t.Errorf("%s prefers %q and is led to %s, want %s", step.path, step.prefer, got, step.want)
			}
		}
	})
}

func TestTheNextTicketTakesNothingOfTheLastForm(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		long := d.write(t, "Message 1")
		d.converse(t, long, 25)
		next := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		ada.prefers("next")
		macro := ada.macro(askMacro())

		form := ada.open(ticketPath(long) + "?sort=number").Find("#composer")
		answer := ada.fragment(http.MethodPost, form.AttrOr("hx-post", ""), url.Values{"body": {"Done."}, "macro": {macro}})
		if answer.status != http.StatusOK || answer.Find("#ticket").AttrOr("data-number", "") != numberText(next.Number) {
			t.Fatalf("got %d and ticket %q, want the next one", answer.status, answer.Find("#ticket").AttrOr("data-number", ""))
		}
		if answer.Find("#composer input[name=macro]").Length() != 0 {
			t.Error("the macro of the last ticket waits in the composer of the next")
		}
	})
}

func TestATicketIsAnsweredThoughItsListIsGone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		ada.prefers("next")
		gone := "?view=00000000-0000-0000-0000-000000000001"
		answer := ada.fragment(http.MethodPost, ticketPath(ticket)+"/messages"+gone, url.Values{"body": {"Still here."}})
		if answer.status != http.StatusOK || d.ticket(t, ticket.Number).MessageCount != 2 {
			t.Errorf("got %d with %d messages, want the answer sent", answer.status, d.ticket(t, ticket.Number).MessageCount)
		}
		if p := ada.post(ticketPath(ticket)+"/priority"+gone, url.Values{"priority": {"urgent"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a refusal beside a list that is gone: got %d, want 422", p.status)
		}
	})
}

func TestAFragmentLeadsOnWithoutAPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		for range 2 {
			d.write(t, "Hello")
		}
		ada := d.signIn(t, "ada@example.com")
		for prefer, want := range map[string]struct{ shown, address string }{
			"next": {"2", "/tickets/2?sort=number"}, "list": {"", "/tickets?sort=number"}, "stay": {"1", ""},
		} {
			ada.prefers(prefer)
			answer := ada.fragment(http.MethodPost, "/tickets/1/status?sort=number", url.Values{"status": {"resolved"}})
			if answer.status != http.StatusOK || answer.Find("#ticket").AttrOr("data-number", "") != want.shown {
				t.Errorf("%s: status %d shows ticket %q, want %q", prefer, answer.status, answer.Find("#ticket").AttrOr("data-number", ""), want.shown)
			}
			if got := answer.header.Get("HX-Push-Url"); got != want.address {
				t.Errorf("%s: the address becomes %q, want %q", prefer, got, want.address)
			}
			if d.ticket(t, 2).UnreadTeam == 0 {
				t.Errorf("%s: the next ticket counts as read before it was shown", prefer)
			}
		}
	})
}

func TestPreferencesRefuseWhatIsNoChoiceAndKeepTheOldOne(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		for to, want := range map[string]int{"list": http.StatusOK, "away": http.StatusUnprocessableEntity, "": http.StatusUnprocessableEntity} {
			if got := ada.prefers(to).status; got != want {
				t.Errorf("choosing %q: status %d, want %d", to, got, want)
			}
		}
		ada.prefers("list")
		if got := ada.open(views.PreferencesPath).Find("[name=after_done][checked]").AttrOr("value", ""); got != "list" {
			t.Errorf("the page shows %q, want %q", got, "list")
		}
	})
}

// The list goes on where its page ends.
func TestTheNextTicketMayBeOnTheNextPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		for range 52 {
			d.write(t, "Hello")
		}
		ada := d.signIn(t, "ada@example.com")
		ada.prefers("next")
		form := url.Values{"status": {"resolved"}}
		for _, n := range []int64{50, 52} {
			want := map[int64]string{50: "/tickets/51?sort=number", 52: "/tickets?sort=number"}[n]
			if got := ada.post("/tickets/"+strconv.FormatInt(n, 10)+"/status?sort=number", form).at.RequestURI(); got != want {
				t.Errorf("after ticket %d led to %s, want %s", n, got, want)
			}
		}
	})
}
