package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestAMemberMergesTwoTicketsAndUndoesIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		source, target := d.write(t, "Where is my parcel?"), d.write(t, "And one more thing")
		ada := d.signIn(t, "ada@example.com")
		p := ada.open(ticketPath(source) + "/merge?q=more")
		if got := p.Find(`a[href="/tickets/1/merge?q=%232"]`); got.Length() != 1 || p.status != http.StatusOK {
			t.Fatalf("got %d and %d tickets to choose, want the one that was searched for", p.status, got.Length())
		}
		p = ada.open(ticketPath(source) + "/merge?q=%232")
		if got := p.Find(".merge-side").Text(); !strings.Contains(got, "Where is my parcel?") || !strings.Contains(got, "And one more thing") {
			t.Errorf("the preview shows %q, want both tickets", got)
		}
		p = ada.post(ticketPath(source)+"/merge", url.Values{"into": {"2"}})
		if p.at.Path != ticketPath(target) || p.Find("[data-message]").Length() != 2 || !strings.Contains(p.Find("#related").Text(), "Merged from #1") {
			t.Fatalf("got %s with %d messages, want the target with both", p.at, p.Find("[data-message]").Length())
		}
		if got := d.events(t, target); len(got) != 0 {
			t.Errorf("the merge emitted %v", got)
		}
		p = ada.open(ticketPath(source))
		if got := p.Find(".merged-banner").Text(); !strings.Contains(got, "#2") || p.Find("[data-message]").Length() != 0 {
			t.Errorf("got the banner %q, want where the conversation goes on", got)
		}
		if p := ada.post(ticketPath(source)+"/messages", url.Values{"body": {"Hello?"}}); p.status != http.StatusConflict {
			t.Errorf("an answer to the merged ticket: got %d, want %d", p.status, http.StatusConflict)
		}

		undo := p.Find(`.merged-banner form`).AttrOr("action", "")
		if p = ada.post(undo, url.Values{"ticket": {"1"}}); p.at.Path != ticketPath(source) || p.Find("[data-message]").Length() != 1 {
			t.Errorf("after the undo: got %s with %d messages, want the source with its own", p.at, p.Find("[data-message]").Length())
		}
		if p = ada.post(undo, url.Values{"ticket": {"1"}}); p.status != http.StatusConflict || !strings.Contains(p.Find(".alert").Text(), "already") {
			t.Errorf("a second undo: got %d: %q", p.status, p.Find(".alert").Text())
		}
	})
}

func TestAMergedTicketOffersNoWork(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		source, _ := d.write(t, "Where is my parcel?"), d.write(t, "And one more thing")
		ada := d.signIn(t, "ada@example.com")
		ada.post(ticketPath(source)+"/assignee", url.Values{"assignee": {"user:1"}})
		ada.post(ticketPath(source)+"/merge", url.Values{"into": {"2"}})
		p := ada.open(ticketPath(source))
		for _, field := range []string{"status", "priority", "assignee", "sla", "snooze", "run", "messages"} {
			if n := p.Find(`#ticket form[action^="/tickets/1/` + field + `"]`).Length(); n != 0 {
				t.Errorf("%d forms of %s are there", n, field)
			}
		}
		if got := p.Find("#facts .traits").First().Text(); !strings.Contains(got, "Ada") || !strings.Contains(got, "Resolved") {
			t.Errorf("the facts say %q", got)
		}
		for _, field := range []string{"tags", "subject"} { // by which it is found
			if p.Find(`#ticket form[action^="/tickets/1/`+field+`"]`).Length() != 1 {
				t.Errorf("%s cannot be changed", field)
			}
		}
		if got := p.Find(".merged-banner a").AttrOr("href", ""); !strings.HasPrefix(got, "/tickets/2") || p.Find(".merged-banner form").Length() != 1 {
			t.Errorf("got a way to %q, want one to the ticket that goes on and one back", got)
		}

		p = ada.post(ticketPath(source)+"/messages", url.Values{"body": {"Typed before"}})
		if got := p.Find("#composer textarea").Text(); p.status != http.StatusConflict || got != "Typed before" || p.Find("#composer .alert.bad").Length() != 1 {
			t.Errorf("got %d with %q, want the refusal and what was typed", p.status, got)
		}
	})
}

func TestAMergeSaysWhyItCannotBe(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ours := d.write(t, "Hello")
		stranger, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, store.NewTicket{
			Channel: desk.Email, Body: "Secret", Customer: store.CustomerInput{Email: "other@example.com"},
		})
		check(t, err)
		_, theirs := d.otherTeam(t)
		ada := d.signIn(t, "ada@example.com")
		p := ada.post(ticketPath(ours)+"/merge", url.Values{"into": {numberText(stranger.Ticket.Number)}})
		if got := p.Find(".alert").Text(); p.status != http.StatusUnprocessableEntity || !strings.Contains(got, "two customers") {
			t.Errorf("two customers: got %d: %q", p.status, got)
		}
		if p := ada.open(ticketPath(ours) + "/merge?q=%23" + numberText(stranger.Ticket.Number)); p.Find("button[disabled]").Length() != 1 {
			t.Error("two customers: the preview offers to merge them")
		}
		if p := ada.post(ticketPath(ours)+"/merge", url.Values{"into": {"x"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("no number: got %d", p.status)
		}
		for what, path := range map[string]string{"merge": "/tickets/77/merge", "split": "/tickets/77/split", "undo": "/merges/" + theirs.PublicID.String() + "/undo"} {
			if p := ada.post(path, url.Values{"into": {"1"}, "ticket": {"1"}}); p.status != http.StatusNotFound {
				t.Errorf("%s of what is not there: got %d, want 404", what, p.status)
			}
		}
	})
}

func TestAMemberSplitsATicket(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Where is my parcel?")
		ada := d.signIn(t, "ada@example.com")
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"On its way"}})
		p := ada.open(ticketPath(ticket) + "/split")
		boxes := p.Find(`input[name="message"]`)
		if boxes.Length() != 2 {
			t.Fatalf("got %d messages to tick, want 2", boxes.Length())
		}
		all := boxes.Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
		p = ada.post(ticketPath(ticket)+"/split", url.Values{"message": all, "subject": {"Kept"}})
		if p.status != http.StatusUnprocessableEntity || p.Find(`input[name="message"][checked]`).Length() != 2 || p.Find("#split-subject").AttrOr("value", "") != "Kept" {
			t.Errorf("everything: got %d, want 422 and what was chosen", p.status)
		}
		p = ada.post(ticketPath(ticket)+"/split", url.Values{"message": all[1:]})
		if p.at.Path != "/tickets/2" || p.Find("[data-message]").Length() != 1 || !strings.Contains(p.Find("#related").Text(), "Split from #1") {
			t.Errorf("got %s, want the new ticket", p.at)
		}
		undo := p.Find(`#related form[action*="/merges/"]`).AttrOr("action", "")
		p = ada.fragment(http.MethodPost, undo, url.Values{"ticket": {"2"}})
		if got := p.Find(`[hx-swap-oob="innerHTML:#toasts"] .toast`).Text(); p.status != http.StatusOK || !strings.Contains(got, "It is undone.") {
			t.Errorf("the undo at %q: got %d and the toasts %q, want news in place of what is not so any more", undo, p.status, got)
		}
	})
}

func TestLinksStandBesideBothTickets(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		a, b := d.write(t, "First"), d.write(t, "Second")
		ada := d.signIn(t, "ada@example.com")
		ada.post(ticketPath(a)+"/links", url.Values{"other": {" #2 "}})
		if got := ada.open(ticketPath(b)).Find("#related").Text(); !strings.Contains(got, "#1") || !strings.Contains(got, "First") {
			t.Errorf("the other side says %q", got)
		}
		for _, bad := range []string{"", "#1", "99", "x"} {
			p := ada.post(ticketPath(a)+"/links", url.Values{"other": {bad}})
			if p.status < http.StatusBadRequest || p.Find(".alert").Length() == 0 {
				t.Errorf("%q: got %d, want a refusal that says why", bad, p.status)
			}
		}
		if p := ada.post(ticketPath(b)+"/links/remove", url.Values{"other": {"1"}}); p.Find(".related").Length() != 0 {
			t.Error("the link is there still")
		}
	})
}

func TestAMentionRingsTheBellAndSettingsSwitchItOff(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		name := bob.open("/mentions").Find("[data-mention]").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.HasPrefix(s.AttrOr("data-mention", ""), "Bob")
		}).AttrOr("data-mention", "")
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"@" + name + " have a look"}, "private": {"on"}})
		if got := unread(bob.open("/notifications")); got != "1 unread" {
			t.Errorf("Bob's bell: got %q, want 1", got)
		}
		notice := bob.open("/notifications").Find(".notice")
		if !strings.Contains(notice.Text(), "mentioned you") || !strings.HasPrefix(notice.Find("a").AttrOr("href", ""), "/tickets/1#m-") {
			t.Errorf("got %q, want who did what, with the message", notice.Text())
		}
		if got := bob.open(ticketPath(ticket)).Find(".followers").Text(); !strings.Contains(got, name) {
			t.Errorf("followers: got %q, want Bob", got)
		}

		form := bob.open("/preferences/notifications")
		if got := form.Find(`input[name="in_app"][value="mention"][checked]`).Length(); got != 1 {
			t.Error("a mention is not switched on by default")
		}
		p := bob.post("/preferences/notifications", url.Values{"in_app": {"reply"}})
		if got := p.Find("table input[checked]"); got.Length() != 1 || got.AttrOr("value", "") != "reply" {
			t.Errorf("got %d switches on, want what was chosen", got.Length())
		}
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"@" + name + " again"}, "private": {"on"}})
		if p := bob.fragment(http.MethodGet, "/notifications/bell", nil); strings.Join(strings.Fields(p.Text()), " ") != "1 unread" {
			t.Errorf("switched off: got %q, want the one from before", p.Text())
		}
		bob.post(ticketPath(ticket)+"/unfollow", url.Values{})
		if got := bob.post(ticketPath(ticket)+"/follow", url.Values{}).Find("[data-follow]").AttrOr("data-follow", ""); got != "Stop following" {
			t.Errorf("after following: the menu offers %q", got)
		}
	})
}
