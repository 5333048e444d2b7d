package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// thread are the bodies of a ticket's messages.
func (d builderDesk) thread(t *testing.T, ticket desk.Ticket) []string {
	t.Helper()
	messages, err := d.store.Messages(t.Context(), d.team, ticket.ID, store.MessageQuery{Limit: 100})
	check(t, err)
	var out []string
	for _, m := range messages {
		out = append(out, m.Body)
	}
	return out
}

func (d builderDesk) release(t *testing.T, in time.Duration) {
	t.Helper()
	_, err := d.store.ReleaseReplies(t.Context(), time.Now().Add(in), 100)
	check(t, err)
}

func TestAHeldReplyWaitsInTheTicketAndCanBeTakenBack(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		p := ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Too *soon*"}, "hold": {"10"}, "then": {"pending"}})
		held := p.Find(`[data-reply][data-state="waiting"]`)
		if held.Length() != 1 || held.Find("em").Text() != "soon" || p.Find(`[data-message][data-author="agent"]`).Length() != 0 {
			t.Fatalf("the held reply shows as %q, want it waiting and no message", held.Text())
		}
		if got := p.Find(`textarea[name="body"]`).Text(); got != "" {
			t.Errorf("the composer still has %q", got)
		}
		path := ticketPath(ticket) + "/replies/" + held.AttrOr("data-reply", "") + "/cancel"
		if p := ada.post(path, url.Values{}); p.status != http.StatusOK || p.Find(`textarea[name="body"]`).Text() != "Too *soon*" || p.Find("[data-reply]").Length() != 0 {
			t.Errorf("undo: got %d and the text %q, want it back in the composer", p.status, p.Find(`textarea[name="body"]`).Text())
		}
		d.release(t, time.Minute)
		if diff := cmp.Diff([]string{"Hello"}, d.thread(t, ticket)); diff != "" || len(d.events(t, ticket)) != 0 {
			t.Errorf("after undo (-want +got):\n%s", diff)
		}

		p = ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Now"}, "hold": {"10"}, "then": {"pending"}})
		path = ticketPath(ticket) + "/replies/" + p.Find("[data-reply]").AttrOr("data-reply", "")
		d.release(t, time.Minute)
		if diff := cmp.Diff([]desk.EventName{desk.MessageSent, desk.StatusChanged}, d.events(t, ticket)); diff != "" {
			t.Errorf("events once released (-want +got):\n%s", diff)
		}
		if p := ada.post(path+"/cancel", url.Values{}); p.status != http.StatusConflict || !strings.Contains(p.Text(), "has been sent") {
			t.Errorf("undo after sending: got %d, want 409 and why", p.status)
		}
	})
}

func TestAReplyIsScheduledInWordsAndSentBeforeItsTime(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		form := url.Values{"body": {"Later"}, "hold": {"10"}, "send_at": {"later"}, "later": {"in 3h"}, "later_then": {"resolved"}}
		p := ada.post(ticketPath(ticket)+"/messages", form)
		held := p.Find("[data-reply][data-scheduled]")
		if held.Length() != 1 || !strings.Contains(held.Text(), "scheduled for") || !strings.Contains(held.Text(), "Resolved") {
			t.Fatalf("got %d and %q, want the reply scheduled", p.status, held.Text())
		}
		path := ticketPath(ticket) + "/replies/" + held.AttrOr("data-reply", "")
		for range 2 { // a double press sends once
			if p := ada.post(path+"/send", url.Values{}); p.status != http.StatusOK {
				t.Errorf("send now: got %d", p.status)
			}
		}
		if diff := cmp.Diff([]string{"Hello", "Later"}, d.thread(t, ticket)); diff != "" || d.ticket(t, ticket.Number).Status != desk.Resolved {
			t.Errorf("thread (-want +got):\n%s", diff)
		}
		if p := ada.post(path+"x/send", url.Values{}); p.status != http.StatusNotFound {
			t.Errorf("a reply that is none: got %d, want 404", p.status)
		}
	})
}

func TestAStaleReplyIsRefusedWithWhatCameIn(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		seen := ada.open(ticketPath(ticket)).Find(`#composer [name="seen"]`).AttrOr("value", "")
		_, err := d.store.ChangeTicket(t.Context(), desk.Actor{Kind: desk.ByCustomer, Name: "Mira"}, d.team, ticket.ID, desk.AddMessage{Body: "Solved!"})
		check(t, err)

		form := url.Values{"body": {"Try this"}, "seen": {seen}, "then": {"pending"}}
		p := ada.post(ticketPath(ticket)+"/messages", form)
		if p.status != http.StatusConflict || p.Find(`textarea[name="body"]`).Text() != "Try this" || !strings.Contains(p.Find(".alert").Text(), "Mira replied while you were writing") {
			t.Errorf("got %d with the alert %q, want 409, who wrote and the text kept", p.status, p.Find(".alert").Text())
		}
		if got := p.Find(".fresh").Text(); !strings.Contains(got, "Solved!") || p.Find(".fresh").Length() != 1 {
			t.Errorf("the new message shows as %q, want it marked alone", got)
		}
		anyway := p.Find(`.alert button[name="then"]`)
		form["seen"], form["then"] = []string{p.Find(`#composer [name="seen"]`).AttrOr("value", "")}, []string{anyway.AttrOr("value", "")}
		if p := ada.post(ticketPath(ticket)+"/messages", form); p.status != http.StatusOK || d.ticket(t, ticket.Number).Status != desk.Pending {
			t.Errorf("send anyway: got %d, want it sent with the status", p.status)
		}
		other := d.write(t, "Another")
		if p := ada.post(ticketPath(other)+"/messages", form); p.status != http.StatusUnprocessableEntity {
			t.Errorf("seen of another ticket: got %d, want 422", p.status)
		}
	})
}

func TestWhatCannotBeSentKeepsItsText(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		for name, form := range map[string]url.Values{
			"hold":     {"hold": {"61"}},
			"overflow": {"hold": {"18446744074"}},
			"no hold":  {"hold": {"soon"}},
			"send_at":  {"send_at": {"gestern"}},
			"passed":   {"send_at": {"2020-01-01T00:00:00Z"}},
			"too late": {"send_at": {time.Now().AddDate(2, 0, 0).Format(time.RFC3339)}},
			"seen":     {"seen": {"x"}},
			"nothing":  {"seen": {desk.ID{}.String()}},
			"id":       {"message_id": {"x"}},
			"too long": {"hold": {"10"}, "body": {strings.Repeat("é", desk.MaxMessage+1)}},
		} {
			if !form.Has("body") {
				form.Set("body", "typed")
			}
			p := ada.post(ticketPath(ticket)+"/messages", form)
			if p.status != http.StatusUnprocessableEntity || p.Find(".alert.bad").Length() == 0 || p.Find(`textarea[name="body"]`).Text() != form.Get("body") {
				t.Errorf("%s: got %d and %d alerts, want 422, why and the text kept", name, p.status, p.Find(".alert.bad").Length())
			}
		}
		if diff := cmp.Diff([]string{"Hello"}, d.thread(t, ticket)); diff != "" {
			t.Errorf("thread (-want +got):\n%s", diff)
		}
	})
}

func TestADraftIsKeptOnTheDeskForItsWriterAlone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		save := func(rev int64, body string) (int, int64) {
			t.Helper()
			p := ada.fragment(http.MethodPost, ticketPath(ticket)+"/draft", url.Values{"body": {body}, "draft": {strconv.FormatInt(rev, 10)}})
			var kept struct{ Rev int64 }
			check(t, json.Unmarshal([]byte(p.Text()), &kept))
			return p.status, kept.Rev
		}
		status, rev := save(0, "Dear <b>Mira")
		if status != http.StatusOK || rev == 0 {
			t.Fatalf("got %d and revision %d, want it saved", status, rev)
		}
		if got := ada.open(ticketPath(ticket)).Find(`textarea[name="body"]`).Text(); got != "Dear <b>Mira" {
			t.Errorf("the page has %q, want the draft", got)
		}
		if status, now := save(0, "From an older tab"); status != http.StatusConflict || now != rev {
			t.Errorf("an older tab: got %d and revision %d, want 409 and %d", status, now, rev)
		}
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Dear Mira!"}, "draft": {strconv.FormatInt(rev, 10)}})
		if got := ada.open(ticketPath(ticket)).Find(`textarea[name="body"]`).Text(); got != "" {
			t.Errorf("after sending the page has %q, want nothing", got)
		}
	})
}

func TestAPreviewAndTheThreadShowMarkdownOfTheTeamAlone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		const hostile = "**b** <script>alert(1)</script> [x](javascript:alert(1)) ![p](https://a.example/p.png)"
		ticket := d.write(t, hostile)
		ada := d.signIn(t, "ada@example.com")
		form := url.Values{"body": {hostile}}
		for name, p := range map[string]page{
			"fragment": ada.fragment(http.MethodPost, ticketPath(ticket)+"/preview", form),
			"page":     ada.post(ticketPath(ticket)+"/preview", form),
			"thread":   ada.post(ticketPath(ticket)+"/messages", form),
		} {
			md := p.Find(".md")
			if p.status != http.StatusOK || md.Find("strong").Text() != "b" || md.Find("script, img, [href^=javascript]").Length() != 0 || md.Find(`a[rel~="noopener"]`).Length() != 1 {
				html, _ := md.Html()
				t.Errorf("%s: got %d and %s, want bold text, no script and no picture", name, p.status, html)
			}
			if got := p.Find(`[data-author="customer"] .body`); name != "fragment" && (got.Children().Length() != 0 || got.Text() != hostile) {
				t.Errorf("%s: the customer's text shows as %q", name, got.Text())
			}
		}
	})
}
